"""Somebody who asks for everything: one client, every address, and what the answers gave away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.utils.functional import cached_property

from qunwen.base.scope import clock
from qunwen.faces.api.access import ROLES, Permission

from . import addresses, leaks
from .addresses import Address
from .counties import FOREIGN, PASSWORD, SECRET, County, secret_of

# The portal shows what is published to everybody, of every county: activities and venues are public by nature.
PUBLIC_BY_NATURE = ("portal:", "people:", "ui:", "evidence:", "api:")
# Published activities, venues, photos and news of another county answer on the portal; nothing else of it does.
OPEN_TO_ALL = {
    "portal:activity": ("public",), "portal:activity_calendar": ("public",), "portal:sign_up": ("coming",),
    "portal:venue": ("venue",), "portal:announcement": ("news",), "evidence:file": ("public_link",),
    "desk_evidence:file": ("public_link",), "api:get_venue": ("venue",), "api:get_activity": ("public",),
    "api:get_session": ("coming",), "portal:course": ("course",), "api:get_class": ("course",),
    "portal:room": ("room_resource",), "portal:room_calendar": ("room_resource",), "api:room_free": ("room_resource",),
    "draws:draw": ("draw",), "api:get_draw": ("draw",), "draws:apply": ("draw",), "draws:file": ("draw",),
}  # fmt: skip
# These end the session or would send the crawler elsewhere; they name nothing.
NOT_FOLLOWED = {"wagtailadmin_error_test", "None"}
NOWHERE = (302, 400, 401, 403, 404, 405, 422)


class Watched(QueryDict):
    """A query that notes which of its names somebody read. Reading all of it counts as reading each."""

    names: set[str] | None = None  # None: nobody looks

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Being filled is not being read."""
        with unwatched():
            super().__init__(*args, **kwargs)

    def copy(self) -> Any:
        """As a query's; the copy is watched, too."""
        with unwatched():
            return super().copy()

    def urlencode(self, safe: str | None = None) -> str:
        """As a query's: an answer that only repeats what was asked has not read it."""
        with unwatched():
            return super().urlencode(safe)

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """As a query's."""
        self._note(name)
        return super().get(name, default)

    def getlist(self, name: str, default: Any = None) -> Any:
        """As a query's."""
        self._note(name)
        return super().getlist(name, default)

    def __contains__(self, name: object) -> bool:
        self._note(str(name))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[Any]:
        self._note(EVERY_NAME)
        return super().__iter__()

    def __len__(self) -> int:
        self._note(EVERY_NAME)
        return super().__len__()

    def items(self) -> Any:
        """As a query's."""
        self._note(EVERY_NAME)
        return super().items()

    def lists(self) -> Any:
        """As a query's."""
        self._note(EVERY_NAME)
        return super().lists()

    def _note(self, name: str) -> None:
        if Watched.names is not None:
            Watched.names.add(name)


EVERY_NAME = "*"


@contextmanager
def unwatched() -> Iterator[None]:
    """Nothing is noted meanwhile."""
    looking, Watched.names = Watched.names, None
    try:
        yield
    finally:
        Watched.names = looking


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names that views look up in the queries of requests meanwhile, `EVERY_NAME` among them when they take all."""
    usual = WSGIRequest.GET
    Watched.names = found = set()
    WSGIRequest.GET = cached_property(lambda request: Watched(request.META.get("QUERY_STRING", "")))  # type: ignore[assignment]
    WSGIRequest.GET.__set_name__(WSGIRequest, "GET")
    try:
        yield found
    finally:
        WSGIRequest.GET = usual  # type: ignore[method-assign]
        Watched.names = None


@dataclass
class Reader:
    """One person with a browser. `staff` False: no desk for them."""

    name: str
    client: Client
    own: County
    foreign: County
    staff: bool = True
    secret: str = ""
    findings: list[str] = field(default_factory=list)
    seen: int = 0

    def ask(self, method: str, url: str, data: Any = None, inside: Callable[[], Any] | None = None) -> Any:
        """One request, undone afterwards; the client keeps its session. `inside` looks before it is undone."""
        cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}
        with transaction.atomic():
            answer = getattr(self.client, method)(url, **self._dressed(method, url, data))
            answer.whole = leaks.text_of(answer)
            answer.looked = inside() if inside else None
            transaction.set_rollback(True)
        self.client.cookies.clear()
        for name, value in cookies.items():
            self.client.cookies[name] = value
        self.seen += 1
        return answer

    def _dressed(self, method: str, url: str, data: Any) -> dict[str, Any]:
        """What goes with the request: the interface wants JSON, a key and, for staff, a token."""
        if not url.startswith("/api/"):
            return {"data": data or {}}
        headers = {"Idempotency-Key": "k" * 32} if method == "post" else {}
        if self.secret and url.startswith(f"/{addresses.STAFF_API}"):
            headers["Authorization"] = f"Bearer {self.secret}"
        return {"data": data or {}, "headers": headers, **({"content_type": "application/json"} if data else {})}

    def settle(self) -> None:
        """Fail with every finding on a line of its own."""
        print(f"{self.name}: {self.seen} requests")
        assert not self.findings, "\n" + "\n".join(sorted(set(self.findings)))

    def judge(self, address: Address, method: str, url: str, answer: Any, data: Any = None) -> None:
        """Note every mark of the foreign county in the answer."""
        asked = f"{url} {data}"
        public = address.name.startswith(PUBLIC_BY_NATURE) or address.name in OPEN_TO_ALL
        marks = leaks.marks_of(self.foreign)
        for what in leaks.found_in(answer.whole, marks, asked=asked, public=public):
            self.findings.append(f"{self.name}: {method} {address.name} {url} {answer.status_code} gives away {what}")
        if answer.status_code >= 500 and answer.status_code != 503:
            why = getattr(answer, "exc_info", None)
            self.findings.append(f"{self.name}: {method} {address.name} {url} {answer.status_code} {why and why[1]!r}")


def staff_reader(own: County, foreign: County, role: str) -> Reader:
    """Somebody of the own county who has logged in with a password."""
    client = Client(raise_request_exception=False)
    answer = client.post("/accounts/login/", {"login": own.staff[role].account.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()[:1500]
    secret = secret_of(own, role)[1] if asking_for_tokens(role) else ""
    return Reader(role, client, own, foreign, secret=secret)


def asking_for_tokens(role: str) -> bool:
    """Whether the role may make tokens."""
    return role in ROLES[Permission.TOKENS]


def resident_reader(own: County, foreign: County) -> Reader:
    """A resident of the own county whose phone has been verified."""
    client = Client(raise_request_exception=False)
    session = client.session
    person = own.rows["resident"]
    session["resident"] = {"id": str(person.pk), "county": person.county, "at": clock.now().isoformat()}
    session.save()
    client.cookies["sessionid"] = session.session_key
    return Reader("resident", client, own, foreign, staff=False)


def anonymous_reader(own: County, foreign: County) -> Reader:
    """Somebody nobody knows."""
    return Reader("anonymous", Client(raise_request_exception=False), own, foreign, staff=False)


def objects(reader: Reader) -> Iterator[tuple[Address, dict[str, Any]]]:
    """Every address that names a row of the foreign county, filled in; those open to all left out."""
    for address in addresses.every():
        if not address.parameters or address.name.endswith("None"):
            continue
        shown = {str(reader.foreign.rows[name].pk) for name in OPEN_TO_ALL.get(address.name, ())}
        for values in addresses.known(address, reader.foreign):
            is_public = shown & {str(value) for value in values.values()} and values.get("variant") != "original"
            if addresses.names_a_row(values, reader.foreign) and not is_public:
                yield address, values


def refused_like_nothing(reader: Reader, address: Address, method: str, values: dict[str, Any], answer: Any) -> bool:
    """Whether the answer is 404, or the very answer that a row gets which does not exist at all."""
    if answer.status_code == 404:
        return True
    if answer.status_code not in NOWHERE:
        return False
    if address.name.startswith("wagtail"):
        # Wagtail's own pages refuse with a way back to the desk; the mark check has read what it says.
        return True
    nothing = reader.ask(method, address.url(addresses.absent(values)), PLAUSIBLE if method == "post" else None)
    return bool(nothing.status_code == answer.status_code)


PLAUSIBLE = {
    "title": "清明诗会", "name": "张三", "reason": "天气", "note": "已看", "token": "1:1", "outlet": "日报",
    "level": "county", "published_on": "2026-05-01", "starts_at": "2026-12-01T19:00", "ends_at": "2026-12-01T21:00",
    "size_online": "3", "party_limit": "5", "n_elder": "3", "code": "ABCD-EFGH", "number": "1", "do": "disable",
    "kind": "film", "action": "delete", "place": FOREIGN,
}  # fmt: skip


def foreign_values(foreign: County) -> dict[str, str]:
    """What somebody would put into a field or a query to reach the other county, by the field's name."""
    rows = foreign.rows
    return {
        "place": foreign.village.pk, "town": foreign.town.pk, "county": foreign.code, "village": foreign.village.pk,
        "unit": str(foreign.units["room"].pk), "venue": str(rows["venue"].pk), "series": str(rows["series"].pk),
        "activity": str(rows["planned"].pk), "session": str(rows["session"].pk), "bucket": str(rows["bucket"].pk),
        "picked": f"{foreign.code}:{rows['planned'].pk}", "staff": str(foreign.staff["village_worker"].pk),
        "owner": str(foreign.staff["village_worker"].pk), "actor": str(foreign.staff["village_worker"].pk),
        "resident": str(rows["resident"].pk), "guardian": str(rows["resident"].pk), "id": str(rows["planned"].pk),
        "subject": str(rows["planned"].pk), "subject_id": str(rows["planned"].pk), "item": str(rows["item"].pk),
        "booking": str(rows["booking"].pk), "grant": str(rows["guardianship"].pk), "parent": str(foreign.units["bureau"].pk),
        "household": str(rows["resident"].household_id), "members": str(rows["child"].pk), "link": str(rows["link"].pk),
        "substitute": str(rows["venue"].pk), "chosen_units": str(foreign.units["room"].pk),
        "chosen_places": foreign.village.pk, "q": SECRET[:2], "sort": "title", "order": "-pk", "page": "1",
        "to": foreign.town.pk, "child": foreign.village.pk, "others": foreign.village.pk, "into": foreign.village.pk,
        "in": foreign.code, "record": f"activities.activity:{foreign.code}:{rows['planned'].pk}", "alike": "1",
        "phone": rows["resident"].phone, "collection_id": "1", "need": "photos",
    }  # fmt: skip

"""Reading draws: lists, what somebody holds, and why somebody got what they got."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from qunwen.base.people.models import Resident
from qunwen.base.scope import asking, context
from qunwen.base.scope.codes import LENGTHS, upper_bound

from . import kernel, luck, published
from .access import Permission
from .enums import IN_POOL, Standing, State
from .models import Application, Draw, Luck, Option


def nothing_public(_county: str, _ids: Collection[str]) -> Collection[Any]:
    """Photographs of paper slips show names: none of them is public."""
    return ()


def draws_of(county: str) -> QuerySet[Draw]:
    """The draws of a county that the open scope may see, the latest first. Scoped."""
    return Draw.objects.filter(county=county).select_related("place", "unit").order_by("-closes_at", "-pk")


def numbered(rows: Iterable[Draw]) -> list[Draw]:
    """The draws, each with `pool` (applications that count) and `winners`: one query a county."""
    found = list(rows)
    counted: dict[uuid.UUID, tuple[int, int]] = {}
    for county in sorted({row.county for row in found}):
        live = Application.unscoped.filter(county=county, draw__in=[row.pk for row in found], withdrawn_at=None)
        tally = live.order_by().values_list("draw_id").annotate(n=Count("pk"), won=Count("option"))
        with context.crossing(county, reason="how many applied is no secret"):
            counted |= {draw: (pool, won) for draw, pool, won in tally}
    for row in found:
        row.pool, row.winners = counted.get(row.pk, (0, 0))
    return found


def at_desk(permission: str = Permission.VIEW) -> QuerySet[Draw]:
    """Draws that staff meet: those of their places, and those of the places above, in which their people may apply."""
    scope = context.current()
    rows = Draw.objects.select_related("place", "unit").order_by("-closes_at", "-pk")
    if scope is not None and scope.kind == "everything":
        return rows
    near = Q(pk__in=[])
    for prefix in asking.prefixes(permission):
        near |= Q(place_id__gte=prefix, place_id__lt=upper_bound(prefix)) if prefix else Q()
        near |= Q(place_id__in=[prefix[:size] for size in LENGTHS.values() if size < len(prefix)])
    return rows.filter(near)


def options(draw: Draw) -> list[Option]:
    """The options in the order of the notice, each with `first`, how many put it first, and `asked`, how many at all."""
    rows = Option.unscoped.filter(county=draw.county, draw=draw)
    live = Q(wishes__application__withdrawn_at=None)
    rows = rows.annotate(asked=Count("wishes", filter=live), first=Count("wishes", filter=live & Q(wishes__rank=1)))
    with context.crossing(draw.county, reason="how many wished for what is no secret"):
        return list(rows.order_by("position", "pk"))


def mine(*, county: str, residents: Collection[uuid.UUID]) -> QuerySet[Application]:
    """Applications of these residents, or in which they take part; newest first. Pass the ids the scope holds."""
    rows = Application.unscoped.filter(county=county, resident__in=list(residents))
    return (
        rows.select_related("draw", "option", "draw__place").prefetch_related("members").order_by("-applied_at", "-pk")
    )


def pool_size(draw: Draw) -> int:
    """How many applications count."""
    with context.crossing(draw.county, reason="how many applied is no secret"):
        return Application.unscoped.filter(county=draw.county, draw=draw, state__in=sorted(IN_POOL)).count()


def luck_of(resident: Resident, at: dt.datetime) -> int:
    """What the household's bad luck counts for now."""
    row = Luck.unscoped.filter(county=resident.county, household=resident.household_id).first()
    return 0 if row is None else luck.faded(row.credit, row.counted_at, at)


class Stand(NamedTuple):
    """How one wish ended, in numbers that anybody may know."""

    option: Option
    wish: int  # 1 is the first; 0 was not wished for
    seats: int
    taken: int
    last_rank: int | None  # the last lot number that got an ordinary place
    kept: tuple[tuple[str, int, int | None], ...]  # rule, how many got a place by it, the last lot number among them
    won: bool
    would_have: bool  # had it stood on the list (where it did not), it would have been got


class Why(NamedTuple):
    """Why an application got what it got."""

    rank: int
    pool: int
    tickets: int
    tickets_each: int  # what an application without any past holds
    rule: str
    option: Option | None
    stands: tuple[Stand, ...]
    credit: int
    credit_next: int

    @property
    def missed(self) -> list[Stand]:
        """Options not wished for that would have been got."""
        return [one for one in self.stands if one.would_have]


def why(application: Application) -> Why:
    """Everything about one result, recomputed from the list and the seed.

    Raises ValueError before lots were drawn.
    """
    draw = application.draw
    if not draw.is_decided or application.rank is None:
        raise ValueError(_("还没有抽签。"))
    file = published.list_of(draw)
    entries, order = file["applications"], _order(draw)
    allocation = kernel.Allocation(entries, file["options"], order)
    key = str(application.pk)
    entry = allocation.entries[key]
    raw = kernel.tickets_of(entry, file["rules"])
    plain = kernel.tickets_of({"n": 1, "credit": 0}, file["rules"])
    common = math.gcd(raw, plain)
    rows = {str(row.pk): row for row in published.options_of(draw)}
    stands = [_stand(allocation, rows[one["id"]], entry, won=application.option_id) for one in file["options"]]
    stands.sort(key=lambda one: (one.wish == 0, one.wish, one.option.position))
    return Why(
        rank=application.rank,
        pool=len(entries),
        tickets=raw // common,
        tickets_each=plain // common,
        rule=application.rule,
        option=application.option,
        stands=tuple(stands),
        credit=application.credit,
        credit_next=_credit_after(application) if application.option_id is None else 0,
    )


def _credit_after(application: Application) -> int:
    """What the household's bad luck counts for since the draw; nothing for people outside the register."""
    row = Luck.unscoped.filter(county=application.county, household=application.household_id).first()
    return 0 if row is None else row.credit


def _order(draw: Draw) -> list[str]:
    """The ids by lot number, as they were written down."""
    rows = Application.unscoped.filter(county=draw.county, draw=draw, withdrawn_at=None).order_by("rank")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _stand(allocation: kernel.Allocation, row: Option, entry: dict[str, Any], *, won: uuid.UUID | None) -> Stand:
    where, key = str(row.pk), entry["id"]
    taken = allocation.held[where]
    ranks: dict[str, list[int]] = {}
    for other, rule in taken.items():
        ranks.setdefault(rule, []).append(allocation.rank[other])
    special = tuple((rule, len(found), max(found)) for rule, found in sorted(ranks.items()) if rule != "open")
    wish = entry["wishes"].index(where) + 1 if where in entry["wishes"] else 0
    return Stand(
        option=row, wish=wish, seats=row.seats, taken=len(taken), last_rank=max(ranks.get("open", []), default=None),
        kept=special, won=won == row.pk, would_have=won is None and wish == 0 and allocation.would_take(key, where),
    )  # fmt: skip


class Receipt(NamedTuple):
    """What an applicant holds: proof of having been in."""

    code: str
    id: uuid.UUID
    title: str
    applied_at: dt.datetime
    channel: str
    wishes: tuple[str, ...]
    leaf: str  # the fingerprint in the list; empty until the list is frozen
    list_hash: str


def receipt(application: Application) -> Receipt:
    """The receipt of an application; its fingerprint once the list stands."""
    wishes = application.wishes.select_related("option").order_by("rank")
    return Receipt(
        code=application.code, id=application.pk, title=application.draw.title, applied_at=application.applied_at,
        channel=application.get_channel_display(), wishes=tuple(one.option.title for one in wishes),
        leaf=application.leaf, list_hash=application.draw.list_hash,
    )  # fmt: skip


def open_draws(county: str, at: dt.datetime) -> QuerySet[Draw]:
    """Draws that take applications now. Scoped."""
    return draws_of(county).filter(state=State.OPEN, opens_at__lte=at, closes_at__gt=at)


def winning_numbers(draw: Draw) -> list[tuple[uuid.UUID, int]]:
    """(option, lot number) of every place that was won, by number. Nobody is named."""
    rows = Application.unscoped.filter(county=draw.county, draw=draw, state=Standing.WON).order_by("rank")
    with context.crossing(draw.county, reason="the numbers that won are published"):
        return list(rows.values_list("option_id", "rank"))


def by_code(draw: Draw, code: str) -> dict[str, Any] | None:
    """Lot number and option of the application with this receipt; it names nobody, so whoever has the receipt may ask."""
    rows = Application.unscoped.filter(county=draw.county, draw=draw, code=code, withdrawn_at=None)
    with context.crossing(draw.county, reason="asked by whoever holds the receipt"):
        return rows.values("rank", "option__title", "pk", "leaf").first()


def winning_receipts(draw: Draw) -> list[dict[str, Any]]:
    """Lot number, receipt and option of every winner by number, for the screen in the hall. Nobody is named."""
    rows = Application.unscoped.filter(county=draw.county, draw=draw, state=Standing.WON).order_by("rank")
    return list(rows.values("option_id", "rank", "code"))

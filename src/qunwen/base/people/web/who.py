"""Who is asking: opens the scope of the request, names the actor and the resident.

/desk/, /api/ and /accounts/ run in the scope of the logged-in staff member, everything else in that of the
resident or of the public. A staff member who acts for a resident sees the portal as that resident does.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people import actions, queries
from qunwen.base.people.access import Permission
from qunwen.base.people.actions.acting import ACTING_LASTS
from qunwen.base.people.models import Resident, Staff
from qunwen.base.scope import asking, clock, context
from qunwen.base.scope.context import Scope

from .backends import scope_for

STAFF_PATHS = ("/desk/", "/api/", "/accounts/")
RESIDENT, ACTING = "resident", "acting"
RESIDENT_LASTS = dt.timedelta(days=30)


def actor_of(staff: Staff, *, kind: str = ActorKind.STAFF) -> Actor:
    """The actor a staff member is."""
    return Actor(kind=kind, id=staff.pk, name=staff.name, unit=staff.unit_id)


def resident_actor(resident: Resident) -> Actor:
    """The actor a resident is."""
    return Actor(kind=ActorKind.RESIDENT, id=resident.pk, name=resident.name)


class WhoMiddleware:
    """Opens the scope for the whole request: views, templates, error pages, and each chunk of a stream."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with context.crossing("", reason="who asks is found before their scope is known"):
            scope = identify(request)
        with context.opened(scope):
            response = self.get_response(request)
            # An API token may have replaced the scope on the way.
            scope = context.current() or scope
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _inside(scope, response.streaming_content)
        return response


def _inside(scope: Scope, chunks: Iterable[bytes]) -> Iterator[bytes]:
    source = iter(chunks)
    try:
        while True:
            with context.opened(scope):
                chunk = next(source, None)
            if chunk is None:
                return
            yield chunk
    finally:
        with contextlib.suppress(AttributeError):
            source.close()  # type: ignore[attr-defined]


def identify(request: HttpRequest) -> Scope:
    """Set request.actor, request.resident, request.wards and request.acting_until; give the scope to open."""
    request.actor = None  # type: ignore[attr-defined]
    request.resident = None  # type: ignore[attr-defined]
    request.wards = []  # type: ignore[attr-defined]
    request.acting_until = None  # type: ignore[attr-defined]
    if request.path_info.startswith(STAFF_PATHS):
        return _as_staff(request)
    if ACTING in request.session:
        scope = _acting(request)
        if scope is not None:
            return scope
    return _as_resident(request)


def _as_staff(request: Any) -> Scope:
    user = request.user
    if not user.is_authenticated or user.staff is None:
        return context.PUBLIC
    request.actor = actor_of(user.staff)
    return scope_for(user)


def enter_as_staff(request: Any, staff: Staff, *, kind: str = ActorKind.API) -> Scope:
    """From within a request (an API token was checked): go on as this staff member until it ends."""
    scope = queries.scope_of(staff, clock.now())
    request.actor = actor_of(staff, kind=kind)
    context.replace(scope)
    return scope


def _as_resident(request: Any) -> Scope:
    kept = request.session.get(RESIDENT)
    if not kept:
        return context.PUBLIC
    at = clock.now()
    found = _resident(kept)
    if found is None or at - dt.datetime.fromisoformat(kept["at"]) >= RESIDENT_LASTS:
        del request.session[RESIDENT]
        return context.PUBLIC
    request.resident = found
    request.actor = resident_actor(found)
    return open_family(request, found, at)


def open_family(request: Any, resident: Resident, at: dt.datetime) -> Scope:
    """The resident's scope. Those cared for stay on the request: nearly every page of a resident asks for them again."""
    request.wards = list(queries.wards_of(resident, at))
    return queries.resident_scope(resident, request.wards)


def _resident(kept: dict[str, str]) -> Resident | None:
    return queries.active_resident(county=kept["county"], pk=uuid.UUID(kept["id"]))


def remember_resident(request: HttpRequest, resident: Resident, at: dt.datetime) -> None:
    """Log a resident in on this browser; the session gets a new key."""
    request.session.cycle_key()
    request.session[RESIDENT] = {"id": str(resident.pk), "county": resident.county, "at": at.isoformat()}


# ---- acting for a resident (代办) ----


def begin_acting(request: Any, resident: Resident, *, reason: str, consent: str, at: dt.datetime) -> None:
    """Record the beginning and keep it in the session. Raises what actions.start_acting raises."""
    actions.start_acting(resident=resident, reason=reason, consent=consent, by=request.actor, at=at)
    request.session[ACTING] = {
        "id": str(resident.pk),
        "county": resident.county,
        "staff": str(request.actor.id),
        "until": (at + ACTING_LASTS).isoformat(),
    }


def finish_acting(request: Any, *, why: str, at: dt.datetime) -> None:
    """Record the end, if somebody is acted for, and forget it."""
    kept = request.session.pop(ACTING, None)
    if kept is None:
        return
    with context.crossing("", reason="who acts and for whom is written down, whatever the scope"):
        resident, staff = _resident(kept), queries.staff_member(kept["staff"])
    if resident is None:
        return
    if staff is not None:
        by = actor_of(staff).on_behalf_of(resident.pk, resident.name)
        actions.end_acting(resident=resident, why=why, by=by, at=at)


def _acting(request: Any) -> Scope | None:
    kept = request.session[ACTING]
    at = clock.now()
    user = request.user
    staff = user.staff if user.is_authenticated else None
    until = dt.datetime.fromisoformat(kept["until"])
    resident = _resident(kept)
    if staff is None or str(staff.pk) != kept["staff"] or until <= at or resident is None:
        finish_acting(request, why="expired", at=min(at, until))
        return None
    with context.opened(scope_for(user)):
        still = asking.may(Permission.ACT_FOR, on=resident)
    if not still:
        finish_acting(request, why="withdrawn", at=at)
        return None
    request.resident = resident
    request.actor = actor_of(staff).on_behalf_of(resident.pk, resident.name)
    request.acting_until = until
    return open_family(request, resident, at)


def acting(request: Any) -> dict[str, Any]:
    """Context processor: `acting` is the resident whom a staff member acts for, for the banner of all pages."""
    until = getattr(request, "acting_until", None)
    return {"acting": request.resident if until else None, "acting_until": until}

"""Who asks: nobody in particular, a token, a resident whose phone was verified in this browser."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from qunwen.base.journal.actors import ActorKind
from qunwen.base.people import queries as people
from qunwen.base.people.rates import digest
from qunwen.base.people.web import who
from qunwen.base.people.web.addresses import address_of
from qunwen.base.scope import clock, context

from . import limits, tokens


def anybody(request: Any) -> bool:
    """Public reading: whoever is logged in here sees no more than everybody."""
    limits.take(f"address:{digest(address_of(request))[:40]}", most=limits.for_address(), at=clock.now())
    request.actor = None
    context.replace(context.PUBLIC)
    return True


class TokenAuth(HttpBearer):
    """`Authorization: Bearer qw1_…`; goes on in the scope the token opens."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The token, or None."""
        at = clock.now()
        found = tokens.find(token, at)
        if found is None:
            return None
        limits.take(f"token:{found.pk}", most=limits.for_token(), at=at)
        tokens.note_use(found, clock.day_of(at))
        request.actor = who.actor_of(found.staff, kind=ActorKind.API)  # type: ignore[attr-defined]
        request.api_holder = f"token:{found.pk}"  # type: ignore[attr-defined]
        context.replace(tokens.scope_of(found, at))
        return found


class ResidentAuth(APIKeyCookie):
    """The portal's own session cookie, same origin (Django's CSRF check for everything that changes)."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: Any, key: str | None) -> Any:
        """The resident, or None."""
        del key
        kept = request.session.get(who.RESIDENT)
        at = clock.now()
        if not kept or at - dt.datetime.fromisoformat(kept["at"]) >= who.RESIDENT_LASTS:
            return None
        with context.crossing("", reason="who asks is found before their scope is known"):
            found = people.active_resident(county=kept["county"], pk=uuid.UUID(kept["id"]))
        if found is None:
            return None
        limits.take(f"resident:{found.pk}", most=limits.for_token(), at=at)
        request.resident = found
        request.actor = who.resident_actor(found)
        request.api_holder = f"resident:{found.pk}"
        with context.crossing("", reason="whom somebody may act for is found before their scope is known"):
            family = who.open_family(request, found, at)
        context.replace(family)
        return found

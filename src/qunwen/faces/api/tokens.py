"""Secrets of tokens, and the scope a token opens."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import replace

from qunwen.base.people import queries as people
from qunwen.base.scope import context
from qunwen.base.scope.codes import covers
from qunwen.base.scope.context import Reach, Scope
from qunwen.services.activities.access import Permission as Activities
from qunwen.services.afterschool.access import Permission as AfterSchool
from qunwen.services.bookings.access import Permission as Bookings
from qunwen.services.venues.access import Permission as Venues

from .models import ApiToken, TokenUse

PREFIX = "qw1_"

# What the interface has addresses for; nothing else can be put into a token.
GRANTABLE = (
    Activities.VIEW, Activities.PLAN, Activities.HOLD, Bookings.VIEW, Bookings.CHECK_IN, Venues.VIEW,
    AfterSchool.VIEW, AfterSchool.CHILD_VIEW, AfterSchool.MONEY_VIEW,
)  # fmt: skip
ALSO = ("measures.view", "people.unit_view")


def grantable() -> tuple[str, ...]:
    """Codes of the permissions a token may have."""
    return (*(str(one.value) for one in GRANTABLE), *ALSO)


def fresh_secret() -> str:
    """A new secret; shown once."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Under which a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(secret: str, at: dt.datetime) -> ApiToken | None:
    """The token of a secret, if it works at that moment."""
    if not secret.startswith(PREFIX):
        return None
    with context.crossing("", reason="a secret leads to its maker before a scope is known"):
        token = ApiToken.unscoped.select_related("staff", "use").filter(digest=digest(secret)).first()
    return token if token is not None and token.works(at) else None


def note_use(token: ApiToken, day: dt.date) -> None:
    """Keep the day of use; a write only on the first request of a day."""
    use = getattr(token, "use", None)
    if use is None or use.day != day:
        TokenUse.objects.update_or_create(token=token, defaults={"day": day})


def scope_of(token: ApiToken, at: dt.datetime) -> Scope:
    """What the maker may do at that moment, cut to the token's permissions and place."""
    whole = people.scope_of(token.staff, at)
    held = {
        code: narrowed(whole.reaches_for(code), token.place_id) for code in token.permissions if code in grantable()
    }
    return context.staff(held, seat=token.staff.place_id)


def narrowed(reaches: tuple[Reach, ...], prefix: str) -> tuple[Reach, ...]:
    """Those parts of the reaches that lie at or below a place."""
    found = []
    for reach in reaches:
        if covers(prefix, reach.prefix):
            found.append(reach)
        elif covers(reach.prefix, prefix):
            found.append(replace(reach, prefix=prefix))
    return tuple(found)

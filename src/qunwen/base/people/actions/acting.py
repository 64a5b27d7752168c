"""代办: a staff member acts for a resident, on record from beginning to end."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.people.access import Permission
from qunwen.base.people.enums import Consent, Entry
from qunwen.base.people.errors import Refused
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking

ACTING_LASTS = dt.timedelta(minutes=30)


@action
def start_acting(*, resident: Resident, reason: str, consent: str, by: Actor, at: dt.datetime) -> Actor:
    """Begin to act for a resident; give the actor to act as from now on, for at most 30 minutes.

    Raises Forbidden for a resident outside the actor's places, Refused without a reason or consent.
    """
    asking.require(Permission.ACT_FOR, on=resident)
    if not reason.strip():
        raise Refused(_("请写明代办事由。"))
    if consent not in Consent.values:
        raise Refused(_("请选择居民同意的方式。"))
    acting = by.on_behalf_of(resident.pk, resident.name)
    record(
        code=Entry.ACTING_STARTED, by=acting, at=at, subject=resident, place=resident.place_id,
        after={"reason": reason.strip(), "consent": consent, "until": at + ACTING_LASTS},
    )  # fmt: skip
    return acting


@action
def end_acting(*, resident: Resident, why: str, by: Actor, at: dt.datetime) -> None:
    """Stop acting for a resident. `why`: "ended" by the staff member, "expired", or "logout"."""
    record(code=Entry.ACTING_ENDED, by=by, at=at, subject=resident, place=resident.place_id, after={"why": why})

"""At the counter and on the telephone: a worker applies for a resident, on record as acting for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action
from qunwen.base.people import actions as people
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.services.draws.access import Permission
from qunwen.services.draws.models import Application, Draw, Option

from .applying import Slip, apply


@action
def apply_for(
    *, draw: Draw, resident: Resident, members: Sequence[Resident], wishes: Sequence[Option], channel: str, consent: str,
    key: str, by: Actor, at: dt.datetime, number: str = "",
) -> Application:  # fmt: skip
    """Apply for a resident who asked a worker to, by slip, telephone or in person; with how they agreed.

    `consent` is one of people's Consent, `number` that of a paper slip. A repeated `key` begins nothing anew.
    Raises what `apply` raises, and Forbidden for a resident outside the worker's places.
    """
    asking.require(Permission.APPLY_FOR, place=resident.place_id)
    slip = Slip(contact=resident.name, phone=resident.phone, number=number)
    if Application.unscoped.filter(county=draw.county, key=key).exists():
        return apply(
            draw=draw,
            people=members,
            wishes=wishes,
            channel=channel,
            groups=frozenset(),
            key=key,
            by=by,
            at=at,
            slip=slip,
        )
    reason = _("代申请摇号：%(what)s") % {"what": draw.title}
    acting = people.start_acting(resident=resident, reason=reason, consent=consent, by=by, at=at)
    made = apply(
        draw=draw,
        people=members,
        wishes=wishes,
        channel=channel,
        groups=frozenset(),
        key=key,
        by=acting,
        at=at,
        slip=slip,
    )
    people.end_acting(resident=resident, why="ended", by=acting, at=at)
    return made

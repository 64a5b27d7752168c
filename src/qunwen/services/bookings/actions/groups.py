"""Who belongs to a group for which places are kept: staff saw the paper, and it ends."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Resident
from qunwen.base.scope import asking
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import Entry, Group
from qunwen.services.bookings.errors import BookingRefused
from qunwen.services.bookings.models import GroupProof


def label(group: str) -> str:
    """What a group is called; an unknown code says itself."""
    return str(Group(group).label) if group in Group.values else group


def members_of(group: str, residents: Iterable[Resident], on: dt.date) -> set[uuid.UUID]:
    """Which of the residents belong to the group on a day. Elders are known by their year of birth."""
    people = list(residents)
    found = {r.pk for r in people if group == Group.ELDERS and r.age_group(on) == AgeGroup.ELDER}
    rest = [r for r in people if r.pk not in found]
    if not rest:
        return found
    rows = GroupProof.unscoped.filter(
        county=rest[0].county, resident__in=[r.pk for r in rest], group=group, ended_at=None, since__lte=on
    )
    return found | set(rows.filter(Q(until=None) | Q(until__gte=on)).values_list("resident_id", flat=True))


@action
def certify_group(
    *, resident: Resident, group: str, basis: str, since: dt.date, until: dt.date | None = None, by: Actor, at: dt.datetime
) -> GroupProof:  # fmt: skip
    """Note that staff saw the paper by which a resident belongs to a group, from one day to another.

    A second time for the same group moves its end. Raises BookingRefused, Forbidden.
    """
    proof = GroupProof(
        county=resident.county, place_id=resident.place_id, resident=resident, group=group, basis=basis.strip(),
        since=since, until=until, certified_by=by.name, certified_at=at,
    )  # fmt: skip
    asking.require(Permission.CERTIFY, on=proof)
    if group not in Group.values:
        raise BookingRefused(_("没有这个群体。"))
    if not basis.strip():
        raise BookingRefused(_("请写明依据，例如证件名称和编号的后四位。"))
    if until is not None and until < since:
        raise BookingRefused(_("截止日期不能早于起始日期。"))
    old = (
        GroupProof.unscoped.select_for_update()
        .filter(county=resident.county, resident=resident, group=group, ended_at=None)
        .first()
    )
    if old is not None:
        if (old.since, old.until, old.basis) == (since, until, basis.strip()):
            nothing_changed("same values")
            return old
        old.ended_at = at
        old.save(update_fields=["ended_at"])
    proof.save(force_insert=True)
    record(
        code=Entry.CERTIFIED, by=by, at=at, subject=proof, place=proof.place_id, label=label(group),
        after={"resident": resident.pk, "group": group, "since": since, "until": until},
    )  # fmt: skip
    return proof


@action
def end_proof(*, proof: GroupProof, by: Actor, at: dt.datetime) -> GroupProof:
    """The resident belongs to the group no more. What was booked stays. Raises Forbidden."""
    asking.require(Permission.CERTIFY, on=proof)
    row = GroupProof.unscoped.select_for_update().get(county=proof.county, pk=proof.pk)
    if row.ended_at is not None:
        nothing_changed("ended already")
        return row
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    record(
        code=Entry.PROOF_ENDED, by=by, at=at, subject=row, place=row.place_id, label=label(row.group),
        after={"resident": row.resident_id, "group": row.group},
    )  # fmt: skip
    return row

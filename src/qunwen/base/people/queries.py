"""Who may see what, and how residents are found."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.scope import context
from qunwen.base.scope.codes import covers
from qunwen.base.scope.context import Reach, Scope

from .models import Grant, Guardianship, Resident, Role, Staff, Unit
from .reaches import Held, contains, reach_of


def active_grants(at: dt.datetime) -> QuerySet[Grant]:
    """Grants that hold at that moment, of people in office, with role and person."""
    return (
        Grant.unscoped.filter(revoked_at=None, granted_at__lte=at, staff__active=True)
        .filter(Q(valid_to=None) | Q(valid_to__gt=at))
        .select_related("role", "staff")
        .order_by("staff_id", "granted_at", "id")
    )


def units_below(unit: uuid.UUID) -> frozenset[uuid.UUID]:
    """The unit and every unit below it; one query a level."""
    found = {unit}
    edge = {unit}
    while edge:
        edge = set(Unit.unscoped.filter(parent_id__in=edge).values_list("pk", flat=True)) - found
        found |= edge
    return frozenset(found)


def scope_of(staff: Staff, at: dt.datetime) -> Scope:
    """The scope of a staff member at a moment: what their valid grants let them see, nothing otherwise.

    Two queries at most without subordinate units, plus one a level of units where a grant says
    "own unit and below".
    """
    reaches: dict[str, list[Reach]] = defaultdict(list)
    with context.crossing("", reason="grants make the scope"):
        grants = list(active_grants(at).filter(staff=staff))
    for grant in grants:
        reach = reach_of(grant, units_below)
        for permission in grant.role.permissions:
            if reach not in reaches[permission]:
                reaches[permission].append(reach)
    held = {permission: tuple(found) for permission, found in reaches.items()}
    return context.staff(held, seat=staff.place_id)


def held_by(staff: Staff, at: dt.datetime) -> tuple[Held, ...]:
    """Everything the person may do or hand out at that moment, with how long."""
    with context.crossing("", reason="what somebody holds is compared, never shown"):
        grants = list(active_grants(at).filter(staff=staff))
    return tuple(
        Held(permission, reach, grant.valid_to)
        for grant in grants
        for reach in (reach_of(grant, units_below),)
        for permission in {*grant.role.permissions, *grant.role.delegates}
    )


def held_by_actor(by: Actor, at: dt.datetime) -> tuple[Held, ...] | None:
    """What the actor may hand out; None when nothing limits them (commands and tasks).

    Residents and unknown staff hold nothing.
    """
    if by.kind in (ActorKind.SYSTEM, ActorKind.COMMAND):
        return None
    if by.kind not in (ActorKind.STAFF, ActorKind.API) or by.id is None:
        return ()
    staff = Staff.unscoped.filter(pk=by.id).first()
    return () if staff is None else held_by(staff, at)


def grantable_roles(by: Actor, at: dt.datetime) -> list[Role]:
    """The roles the actor could grant somewhere: everything in them is held."""
    mine = held_by_actor(by, at)
    roles = list(Role.unscoped.order_by("code"))
    if mine is None:
        return roles
    permissions = {held.permission for held in mine}
    return [role for role in roles if role.permissions and {*role.permissions, *role.delegates} <= permissions]


def grantable_places(by: Actor, at: dt.datetime, role: Role) -> list[str]:
    """The highest places at which the actor could grant the whole role with all data ("" is everywhere)."""
    mine = held_by_actor(by, at)
    if mine is None:
        return [""]
    wanted = {*role.permissions, *role.delegates}
    tops = {held.reach.prefix for held in mine if held.permission in wanted}
    tops |= {place for held in mine for place in held.reach.places}
    fit = [
        top
        for top in tops
        if all(any(h.permission == p and contains(h.reach, Reach(top)) for h in mine) for p in wanted)
    ]
    return sorted(top for top in fit if not any(covers(other, top) for other in fit if other != top))


def permission_matrix(staff: Iterable[Staff], at: dt.datetime) -> list[Grant]:
    """The valid grants of these people, with role, place, unit and who granted, for the matrix."""
    return list(
        active_grants(at)
        .filter(staff__in=list(staff))
        .select_related("role", "staff__unit", "staff__place", "place", "granted_by")
        .order_by("staff__place_id", "staff__name", "staff_id", "granted_at", "id")
    )


def residents_with_phone(phone: str) -> list[Resident]:
    """Registered residents with this phone, in any county (a verified phone is the only way in), with place."""
    with context.crossing("", reason="a phone may be registered in any county"):
        rows = Resident.unscoped.filter(phone=phone, active=True).select_related("place")
        return list(rows.order_by("county", "id"))


def wards_of(resident: Resident, at: dt.datetime) -> QuerySet[Resident]:
    """Those for whom the resident may act now."""
    valid = Guardianship.unscoped.filter(county=resident.county, guardian=resident, since__lte=at).filter(
        Q(ended_at=None) | Q(ended_at__gt=at)
    )
    return Resident.unscoped.filter(county=resident.county, pk__in=valid.values("ward_id"), active=True).order_by(
        "birth_year", "id"
    )


def household_of(resident: Resident) -> QuerySet[Resident]:
    """Everybody of the resident's household."""
    return Resident.unscoped.filter(county=resident.county, household_id=resident.household_id, active=True).order_by(
        "registered_at", "id"
    )


def resident_scope(resident: Resident, wards: Iterable[Resident]) -> Scope:
    """The scope of a resident: own rows and those of the wards (`wards_of`)."""
    return context.resident(frozenset({resident.pk, *(ward.pk for ward in wards)}), county=resident.county)


def active_resident(*, county: str, pk: uuid.UUID) -> Resident | None:
    """A registered resident by identity: how a session finds who verified a phone in it."""
    return Resident.unscoped.filter(county=county, pk=pk, active=True).first()


def staff_member(pk: uuid.UUID | str) -> Staff | None:
    """A staff member by identity, whatever the scope: how a session finds who began acting in it."""
    return Staff.unscoped.filter(pk=pk).first()


def grants_of(staff: Staff) -> QuerySet[Grant]:
    """All grants of a person whom the caller may see, those in force first."""
    return (
        Grant.unscoped.filter(staff=staff)
        .select_related("role", "place", "granted_by")
        .order_by(F("revoked_at").asc(nulls_first=True), "-granted_at", "id")
    )


def guardianship_between(guardian: Resident, ward: Resident) -> Guardianship:
    """The guardianship in force. Raises Guardianship.DoesNotExist."""
    return Guardianship.unscoped.get(county=ward.county, guardian=guardian, ward=ward, ended_at=None)

"""Residents, households, guardians."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.people.access import Permission
from qunwen.base.people.enums import Entry
from qunwen.base.people.errors import NotFamily, PhoneTaken, Refused
from qunwen.base.people.models import Guardianship, Household, Resident
from qunwen.base.people.queries import wards_of
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import county_of

PHONE = re.compile(r"1[3-9][0-9]{9}")  # a full-width digit would make another number of the same phone
OLDEST = 120


def _resident_id(by: Actor) -> uuid.UUID | None:
    """The resident whose rights count: the one acted for, or the one who acts."""
    return by.for_id or by.id


def _as_resident(by: Actor) -> bool:
    return by.kind == ActorKind.RESIDENT or by.for_id is not None


@action
def register_resident(
    *,
    name: str,
    place: Place,
    phone: str = "",
    birth_year: int | None = None,
    household: Household | None = None,
    by: Actor,
    at: dt.datetime,
) -> Resident:
    """Register a resident in the county of `place`, in a household (a new one if none is given).

    By staff with the permission at the place; by a resident for somebody of their own household; or by
    a newcomer whose phone has been verified (an actor of kind resident without an id).
    Raises Forbidden, NotFamily, PhoneTaken, Refused for a place above the county or a wrong year or phone.
    """
    if len(place.pk) < 6:
        raise Refused(_("请选择县以下的地点。"))
    county = county_of(place.pk)
    if _as_resident(by):
        _own_household_only(household, phone, by)
    else:
        asking.require(Permission.RESIDENT_EDIT, place=place.pk)
    _check(name=name, phone=phone, birth_year=birth_year, at=at)
    if household is None:
        household = Household(county=county, place=place, created_at=at)
        household.save(force_insert=True)
    elif household.county != county:
        raise Refused(_("家庭和居民必须在同一个县。"))
    resident = Resident(
        county=county, household=household, place=place, name=name.strip(), phone=phone, birth_year=birth_year,
        registered_at=at,
    )  # fmt: skip
    _save(resident)
    record(
        code=Entry.RESIDENT_REGISTERED,
        by=by,
        at=at,
        subject=resident,
        place=place.pk,
        after={"household": household.pk},
    )
    return resident


def _own_household_only(household: Household | None, phone: str, by: Actor) -> None:
    if _resident_id(by) is None:
        if household is not None or not phone:
            raise NotFamily(_("请先用手机号登记本人。"))
    elif household is None or phone or not _lives_in(household, by):
        raise NotFamily(_("只能为自己家里没有手机号的家人登记。"))


def _lives_in(household: Household, by: Actor) -> bool:
    return Resident.unscoped.filter(
        county=household.county, household_id=household.pk, pk=_resident_id(by), active=True
    ).exists()


def _check(*, name: str, phone: str, birth_year: int | None, at: dt.datetime) -> None:
    if not name.strip():
        raise Refused(_("请填写姓名。"))
    if phone and not PHONE.fullmatch(phone):
        raise Refused(_("请填写 11 位手机号。"))
    if birth_year is not None and not at.year - OLDEST <= birth_year <= at.year:
        raise Refused(_("出生年份应在 %(first)d 到 %(last)d 之间。") % {"first": at.year - OLDEST, "last": at.year})


def _save(resident: Resident) -> None:
    try:
        with transaction.atomic():
            resident.save()
    except IntegrityError as error:
        raise PhoneTaken(_("这个手机号已登记为另一位居民。")) from error


def _may_touch(resident: Resident, by: Actor, at: dt.datetime) -> None:
    """Staff with the permission; the resident; the guardian."""
    if not _as_resident(by):
        asking.require(Permission.RESIDENT_EDIT, on=resident)
        return
    if _resident_id(by) == resident.pk:
        return
    guardian = Resident.unscoped.filter(county=resident.county, pk=_resident_id(by)).first()
    if guardian is None or not wards_of(guardian, at).filter(pk=resident.pk).exists():
        raise NotFamily(_("只能修改本人和自己监护的家人。"))


@action
def change_resident(*, resident: Resident, by: Actor, at: dt.datetime, **new: Any) -> Resident:
    """Change name, birth year, phone, place (within the county) or active of a resident.

    The journal keeps which fields changed, not the personal data themselves.
    Raises Forbidden, NotFamily, PhoneTaken, Refused.
    """
    if strange := set(new) - {"name", "birth_year", "phone", "place", "active"}:
        raise TypeError(f"change_resident: {sorted(strange)}")
    resident = Resident.unscoped.select_for_update().get(county=resident.county, pk=resident.pk)
    _may_touch(resident, by, at)
    _before, after = changes(resident, new)
    if not after:
        nothing_changed("same values")
        return resident
    if "phone" in after and _as_resident(by):
        raise Refused(_("换手机号请到就近的文化站或村（社区）办理。"))
    for name, value in after.items():
        setattr(resident, name, value)
    if county_of(resident.place_id) != resident.county:
        raise Refused(_("居民搬到外县要在外县重新登记。"))
    _check(name=resident.name, phone=resident.phone, birth_year=resident.birth_year, at=at)
    if "place" in after and not _as_resident(by):
        asking.require(Permission.RESIDENT_EDIT, on=resident)
    _save(resident)
    record(
        code=Entry.RESIDENT_CHANGED, by=by, at=at, subject=resident, place=resident.place_id,
        after={"changed": sorted(after)},
    )  # fmt: skip
    return resident


@action
def form_household(*, members: Sequence[Resident], place: Place, by: Actor, at: dt.datetime) -> Household:
    """Put residents of one county, at least one, together into a new household.

    Raises Forbidden for a resident outside the actor's places, NotFamily, Refused.
    """
    if not members or {m.county for m in members} != {county_of(place.pk)}:
        raise Refused(_("家庭成员必须在同一个县。"))
    county = county_of(place.pk)
    _lock_households(county, {m.household_id for m in members})
    for member in members:
        _may_touch(member, by, at)
    household = Household(county=county, place=place, created_at=at)
    household.save(force_insert=True)
    for member in members:
        _move(member, household)
    record(
        code=Entry.HOUSEHOLD_FORMED, by=by, at=at, subject=household, place=place.pk, label=_("家庭"),
        after={"members": [m.pk for m in members]},
    )  # fmt: skip
    return household


@action
def join_household(*, resident: Resident, household: Household, by: Actor, at: dt.datetime) -> Resident:
    """Move a resident into another household of the county. Staff only: both sides agree in person.

    Raises Forbidden, Refused across counties.
    """
    if resident.county != household.county:
        raise Refused(_("家庭成员必须在同一个县。"))
    asking.require(Permission.RESIDENT_EDIT, on=resident)
    asking.require(Permission.RESIDENT_EDIT, on=household)
    _lock_households(resident.county, {resident.household_id, household.pk})
    resident = Resident.unscoped.select_for_update().get(county=resident.county, pk=resident.pk)
    if resident.household_id == household.pk:
        nothing_changed("lives there")
        return resident
    old = resident.household_id
    _move(resident, household)
    record(
        code=Entry.HOUSEHOLD_JOINED, by=by, at=at, subject=resident, place=resident.place_id,
        before={"household": old}, after={"household": household.pk},
    )  # fmt: skip
    return resident


@action
def leave_household(*, resident: Resident, by: Actor, at: dt.datetime) -> Resident:
    """Take a resident out of their household into one of their own. Raises Forbidden, NotFamily."""
    _lock_households(resident.county, {resident.household_id})
    resident = Resident.unscoped.select_for_update().get(county=resident.county, pk=resident.pk)
    _may_touch(resident, by, at)
    old = resident.household_id
    household = Household(county=resident.county, place=resident.place, created_at=at)
    household.save(force_insert=True)
    _move(resident, household)
    record(
        code=Entry.HOUSEHOLD_LEFT, by=by, at=at, subject=resident, place=resident.place_id,
        before={"household": old}, after={"household": household.pk},
    )  # fmt: skip
    return resident


def _lock_households(county: str, ids: set[Any]) -> None:
    # Everybody locks in id order, and bookings lock households first, so nobody waits in a ring.
    list(Household.unscoped.select_for_update().filter(county=county, pk__in=sorted(ids)).order_by("pk"))


def _move(resident: Resident, household: Household) -> None:
    resident.household = household
    resident.save(update_fields=["household"])


@action
def record_guardian(*, guardian: Resident, ward: Resident, relation: str, by: Actor, at: dt.datetime) -> Guardianship:
    """Record that a resident may act for another of the county.

    Staff may for anybody in their places; a resident only for a person of the own household who has no
    phone (a child, or an elder). Raises Forbidden, NotFamily, Refused.
    """
    if guardian.county != ward.county or guardian.pk == ward.pk:
        raise Refused(_("监护人和被监护人必须是同一个县的两个人。"))
    if _as_resident(by):
        if _resident_id(by) != guardian.pk or ward.phone or ward.household_id != guardian.household_id:
            raise NotFamily(_("只能登记为自己家里没有手机号的家人的监护人。"))
    else:
        asking.require(Permission.RESIDENT_EDIT, on=guardian)
        asking.require(Permission.RESIDENT_EDIT, on=ward)
    here = Guardianship.unscoped.filter(county=ward.county, ended_at=None)
    if here.filter(guardian=ward, ward=guardian).exists():
        raise Refused(_("两个人不能互为监护人。"))
    if (old := here.filter(guardian=guardian, ward=ward).first()) is not None:
        nothing_changed("recorded already")
        return old
    made = Guardianship(county=ward.county, guardian=guardian, ward=ward, relation=relation.strip(), since=at)
    made.save(force_insert=True)
    record(
        code=Entry.GUARDIAN_RECORDED, by=by, at=at, subject=ward, place=ward.place_id,
        after={"guardian": guardian.pk, "relation": made.relation},
    )  # fmt: skip
    return made


@action
def end_guardian(*, guardianship: Guardianship, by: Actor, at: dt.datetime) -> Guardianship:
    """End a guardianship: by staff, by the guardian or by the ward. Raises Forbidden, NotFamily."""
    row = Guardianship.unscoped.select_for_update().get(county=guardianship.county, pk=guardianship.pk)
    if _as_resident(by):
        if _resident_id(by) not in (row.guardian_id, row.ward_id):
            raise NotFamily(_("只有本人可以解除。"))
    else:
        asking.require(Permission.RESIDENT_EDIT, on=row.ward)
    if row.ended_at is not None:
        nothing_changed("ended already")
        return row
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    record(
        code=Entry.GUARDIAN_ENDED, by=by, at=at, subject=row.ward, place=row.ward.place_id,
        after={"guardian": row.guardian_id},
    )  # fmt: skip
    return row

"""Staff and their accounts: invited, changed, disabled, back again."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, changes, nothing_changed, record
from qunwen.base.people.access import Permission
from qunwen.base.people.delegation import lock_staff, require_held, require_not_above
from qunwen.base.people.enums import Entry
from qunwen.base.people.errors import BeyondOwn, NotActive, UsernameTaken
from qunwen.base.people.models import LoginLock, Staff, StaffSession, Unit, User
from qunwen.base.people.queries import held_by
from qunwen.base.people.reaches import beyond
from qunwen.base.places.models import Place
from qunwen.base.scope import asking

ONE_TIME_PASSWORD_LASTS = dt.timedelta(days=7)
# No letters or digits that are mistaken for one another when read out over the telephone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A new or renewed account; the password is shown once and kept nowhere."""

    staff: Staff
    user: User
    password: str


def one_time_password() -> str:
    """Twelve characters in three groups, easy to read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _i in range(4)) for _j in range(3))


@action
def invite_staff(
    *,
    name: str,
    username: str,
    unit: Unit,
    place: Place,
    phone: str = "",
    post: str = "",
    password: str | None = None,
    by: Actor,
    at: dt.datetime,
) -> Invitation:
    """Make a person and an account with a password for one log-in, to be changed at once, good for 7 days.

    The person holds nothing yet: grants follow. Only commands may set a lasting `password` (demonstration).
    Raises Forbidden outside the actor's places and units, UsernameTaken.
    """
    asking.require(Permission.STAFF_INVITE, place=place.pk, unit=unit.pk)
    asking.require(Permission.STAFF_INVITE, place=unit.place_id, unit=unit.pk)
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(_("用户名“%(name)s”已有人使用。") % {"name": username})
    staff = Staff(name=name.strip(), phone=phone.strip(), unit=unit, place=place, post=post.strip())
    staff.save(force_insert=True)
    # Wagtail's side bar shows the first name.
    user = User(username=username, staff=staff, first_name=staff.name)
    shown = _lasting(user, password, by) if password is not None else _one_time(user, at)
    user.save(force_insert=True)
    record(
        code=Entry.STAFF_INVITED, by=by, at=at, subject=staff, place=place.pk,
        after={"unit": unit.pk, "post": staff.post, "account": username},
    )  # fmt: skip
    return Invitation(staff, user, shown)


def _one_time(user: User, at: dt.datetime) -> str:
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.one_time_until = at + ONE_TIME_PASSWORD_LASTS
    return password


def _lasting(user: User, password: str, by: Actor) -> str:
    if by.kind not in (ActorKind.SYSTEM, ActorKind.COMMAND):
        raise asking.Forbidden(_("只有系统命令可以直接设定密码。"))
    user.set_password(password)
    user.must_change_password = False
    user.one_time_until = None
    return password


def _touchable(staff: Staff, by: Actor, at: dt.datetime) -> Staff:
    staff = lock_staff(staff.pk, by.id)[staff.pk]
    asking.require(Permission.STAFF_INVITE, on=staff)
    require_not_above(staff, by=by, at=at)
    return staff


@action
def change_staff(*, staff: Staff, by: Actor, at: dt.datetime, **new: Any) -> Staff:
    """Change name, phone, unit, place or post of a person.

    Grants narrowed to a unit move with the person; what they gain by that the actor must hold. Nobody
    moves themselves. Raises Forbidden for people or places not one's own, BeyondOwn.
    """
    if strange := set(new) - {"name", "phone", "unit", "place", "post"}:
        raise TypeError(f"change_staff: {sorted(strange)}")
    staff = _touchable(staff, by, at)
    before, after = changes(staff, new)
    if not after:
        nothing_changed("same values")
        return staff
    if by.id == staff.pk and {"unit", "place"} & set(after):
        raise BeyondOwn(_("不能调动自己。"))
    had = held_by(staff, at)
    for name, value in after.items():
        setattr(staff, name, value)
    if {"unit", "place"} & set(after):
        asking.require(Permission.STAFF_INVITE, on=staff)
        asking.require(Permission.STAFF_INVITE, place=staff.unit.place_id, unit=staff.unit_id)
    staff.save()
    require_held(beyond(had, held_by(staff, at)), by=by, at=at)
    if "name" in after:
        User.objects.filter(staff=staff).update(first_name=staff.name)
    record(code=Entry.STAFF_CHANGED, by=by, at=at, subject=staff, place=staff.place_id, before=before, after=after)
    return staff


@action
def disable_staff(*, staff: Staff, reason: str = "", by: Actor, at: dt.datetime) -> Staff:
    """Take a person out of office: no log-in, open log-ins end, grants rest.

    Raises Forbidden, BeyondOwn for somebody who holds more or for oneself, NotActive.
    """
    staff = _touchable(staff, by, at)
    if by.id == staff.pk:
        raise BeyondOwn(_("不能停用自己。"))
    if not staff.active:
        raise NotActive(_("%(name)s已经停用。") % {"name": staff.name})
    staff.active = False
    staff.save(update_fields=["active"])
    for user in User.objects.filter(staff=staff):
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(StaffSession.objects.filter(user=user))
    record(code=Entry.STAFF_DISABLED, by=by, at=at, subject=staff, place=staff.place_id, after={"reason": reason})
    return staff


@action
def enable_staff(*, staff: Staff, by: Actor, at: dt.datetime) -> Staff:
    """Put a person back into office; grants that still run wake up, so the actor must hold them.

    Raises Forbidden, BeyondOwn, NotActive when the person is in office.
    """
    staff = lock_staff(staff.pk, by.id)[staff.pk]
    asking.require(Permission.STAFF_INVITE, on=staff)
    if staff.active:
        raise NotActive(_("%(name)s在岗，不用恢复。") % {"name": staff.name})
    staff.active = True
    staff.save(update_fields=["active"])
    require_held(held_by(staff, at), by=by, at=at)
    User.objects.filter(staff=staff).update(is_active=True)
    record(code=Entry.STAFF_ENABLED, by=by, at=at, subject=staff, place=staff.place_id)
    return staff


@action
def reset_password(*, staff: Staff, by: Actor, at: dt.datetime) -> Invitation:
    """Give a person a new password for one log-in and end their open log-ins.

    Raises Forbidden, BeyondOwn for somebody who holds more, NotActive without an account.
    """
    staff = _touchable(staff, by, at)
    user = User.objects.filter(staff=staff, is_active=True).first()
    if user is None:
        raise NotActive(_("%(name)s没有可用的账号。") % {"name": staff.name})
    password = _one_time(user, at)
    user.save()
    end_sessions(StaffSession.objects.filter(user=user))
    record(code=Entry.PASSWORD_RESET, by=by, at=at, subject=staff, place=staff.place_id)
    return Invitation(staff, user, password)


@action
def unlock_account(*, staff: Staff, by: Actor, at: dt.datetime) -> Staff:
    """Lift the lock that failed tries put on the person's account. Raises Forbidden, BeyondOwn."""
    staff = _touchable(staff, by, at)
    names = [name.lower() for name in User.objects.filter(staff=staff).values_list("username", flat=True)]
    lifted, _by_model = LoginLock.objects.filter(username__in=names).delete()
    if not lifted:
        nothing_changed("no lock")
        return staff
    record(code=Entry.ACCOUNT_UNLOCKED, by=by, at=at, subject=staff, place=staff.place_id, after={"why": "manual"})
    return staff


def end_sessions(devices: Iterable[StaffSession]) -> int:
    """End these log-ins; give how many."""
    ended = list(devices)
    for device in ended:
        SessionStore(device.session_key).delete()
    StaffSession.objects.filter(pk__in=[device.pk for device in ended]).delete()
    return len(ended)

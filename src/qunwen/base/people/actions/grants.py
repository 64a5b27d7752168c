"""Roles granted and taken back; role definitions brought up to date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people import roles
from qunwen.base.people.access import Permission
from qunwen.base.people.delegation import lock_staff, require_held, require_not_above
from qunwen.base.people.enums import Entry
from qunwen.base.people.errors import AdminsExclude, AlreadyGranted, BeyondOwn, NotActive, NotGrantable
from qunwen.base.people.models import Grant, Role, Staff, Unit
from qunwen.base.people.queries import units_below
from qunwen.base.people.reaches import Held, reach_of
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import covers
from qunwen.base.scope.context import DataScope


@action
def grant_role(
    *,
    staff: Staff,
    role: Role | str,
    place: Place | None,
    data_scope: str = DataScope.ALL,
    chosen_places: Sequence[Place] = (),
    chosen_units: Sequence[Unit] = (),
    valid_to: dt.datetime | None = None,
    by: Actor,
    at: dt.datetime,
) -> Grant:
    """Give a person a role at a place (None: everywhere) for its subtree, narrowed by a data scope.

    Everything the role allows, over this place, data scope and time, must be held by the actor at this
    moment. Raises Forbidden outside the actor's people, BeyondOwn for more than held or for oneself,
    AdminsExclude for a second kind of administrator, AlreadyGranted, NotActive, NotGrantable.
    """
    staff = lock_staff(staff.pk, by.id)[staff.pk]
    asking.require(Permission.GRANT, on=staff)
    role = Role.unscoped.get(code=role) if isinstance(role, str) else role
    grant = Grant(
        staff=staff,
        role=role,
        place=place,
        data_scope=data_scope,
        chosen_places=[p.pk for p in chosen_places] if data_scope == DataScope.CHOSEN else [],
        chosen_units=[str(u.pk) for u in chosen_units] if data_scope == DataScope.CHOSEN else [],
        granted_by_id=by.id if Staff.unscoped.filter(pk=by.id).exists() else None,
        granted_at=at,
        valid_to=valid_to,
    )
    _refuse_senseless(grant, units=chosen_units, by=by, at=at)
    _retire_expired(staff, role, place, at)
    reach = reach_of(grant, units_below)
    require_held(
        [Held(permission, reach, valid_to) for permission in {*role.permissions, *role.delegates}], by=by, at=at
    )
    if role.admin_kind and staff.admin_kind != role.admin_kind:
        staff.admin_kind = role.admin_kind
        staff.save(update_fields=["admin_kind"])
    grant.save(force_insert=True)
    record(
        code=Entry.ROLE_GRANTED, by=by, at=at, subject=staff, place=staff.place_id,
        after={
            "grant": grant.pk, "role": role.code, "place": grant.place_id, "data_scope": data_scope,
            "chosen_places": grant.chosen_places, "chosen_units": grant.chosen_units, "valid_to": valid_to,
        },
    )  # fmt: skip
    return grant


def _refuse_senseless(grant: Grant, *, units: Sequence[Unit], by: Actor, at: dt.datetime) -> None:
    staff, role = grant.staff, grant.role
    if by.id == staff.pk:
        raise BeyondOwn(_("不能给自己授权。"))
    if not staff.active:
        raise NotActive(_("%(name)s已停用，不能授权。") % {"name": staff.name})
    if role.admin_kind and staff.admin_kind not in ("", role.admin_kind):
        raise AdminsExclude(_("系统管理员、安全管理员、安全审计员必须由不同的人担任。"))
    if grant.valid_to is not None and grant.valid_to <= at:
        raise NotGrantable(_("有效期已过。"))
    if role.code in roles.OWN_UNITS and (
        grant.data_scope not in (DataScope.UNIT, DataScope.UNIT_TREE, DataScope.CHOSEN) or grant.chosen_places
    ):
        raise NotGrantable(_("%(role)s看得到儿童的姓名，数据范围只能是本单位或指定单位。") % {"role": role})
    if grant.data_scope == DataScope.CHOSEN:
        places = [*grant.chosen_places, *(unit.place_id for unit in units)]
        if not places:
            raise NotGrantable(_("请指定区划或单位。"))
        if not all(covers(grant.place_id or "", code) for code in places):
            raise NotGrantable(_("指定的区划和单位必须在授权地点之内。"))


def _retire_expired(staff: Staff, role: Role, place: Place | None, at: dt.datetime) -> None:
    for old in Grant.unscoped.filter(staff=staff, role=role, place=place, revoked_at=None):
        if old.valid_to is None or old.valid_to > at:
            raise AlreadyGranted(_("%(name)s在这里已经是%(role)s，请先收回再授。") % {"name": staff, "role": role})
        old.revoked_at = old.valid_to
        old.save(update_fields=["revoked_at"])


@action
def revoke_role(*, grant: Grant, reason: str = "", by: Actor, at: dt.datetime) -> Grant:
    """Take a grant back. A grant already taken back stays as it is.

    Raises Forbidden outside the actor's people, BeyondOwn when the person holds more than the actor.
    """
    staff = lock_staff(grant.staff_id, by.id)[grant.staff_id]
    asking.require(Permission.GRANT, on=staff)
    grant = Grant.unscoped.select_for_update().get(pk=grant.pk)
    if grant.revoked_at is not None:
        nothing_changed("already revoked")
        return grant
    require_not_above(staff, by=by, at=at)
    grant.revoked_at = at
    grant.save(update_fields=["revoked_at"])
    role = grant.role
    if role.admin_kind and not _still_admin(staff, role.admin_kind):
        staff.admin_kind = ""
        staff.save(update_fields=["admin_kind"])
    record(
        code=Entry.ROLE_REVOKED, by=by, at=at, subject=staff, place=staff.place_id,
        before={"grant": grant.pk, "role": role.code, "place": grant.place_id}, after={"reason": reason},
    )  # fmt: skip
    return grant


def _still_admin(staff: Staff, kind: str) -> bool:
    return Grant.unscoped.filter(staff=staff, role__admin_kind=kind, revoked_at=None).exists()


@action
def sync_roles(*, by: Actor, at: dt.datetime) -> list[str]:
    """Bring the shipped roles in line with what the areas declare; give the codes that changed.

    Runs as often as one likes; commands and tasks only. Raises Forbidden for people, ValueError for a
    declaration that names no shipped role.
    """
    if by.kind not in (ActorKind.SYSTEM, ActorKind.COMMAND):
        raise asking.Forbidden(_("角色定义只能由系统命令更新。"))
    declarations = roles.declared()
    changed: list[str] = []
    for shipped in roles.SHIPPED:
        wanted = {
            "name": shipped.name,
            "description": shipped.description,
            "permissions": roles.permissions_of(shipped, declarations),
            "delegates": roles.delegates_of(shipped, declarations),
            "admin_kind": str(shipped.admin_kind),
        }
        role = Role.unscoped.filter(code=shipped.code).first() or Role(code=shipped.code)
        before = {key: getattr(role, key) for key in wanted if getattr(role, key) != wanted[key]}
        if not before and not role._state.adding:
            continue
        for key, value in wanted.items():
            setattr(role, key, value)
        role.save()
        record(
            code=Entry.ROLES_SYNCED, by=by, at=at, subject=role, place="",
            before=before, after={key: wanted[key] for key in before},
        )  # fmt: skip
        changed.append(shipped.code)
    if not changed:
        nothing_changed("roles as declared")
    return changed

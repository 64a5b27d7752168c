"""Shipped roles and where their permissions come from."""

import pytest

from qunwen.base.people import actions, roles
from qunwen.base.people.models import Role
from qunwen.base.scope import asking, context
from qunwen.base.scope.permissions import known


def test_every_declared_permission_exists():
    assert set(roles.declared()) - set(known()) == set()


def test_every_known_permission_belongs_to_a_role():
    assert set(known()) - set(roles.declared()) == set()


def test_shipped_codes_are_the_agreed_ones():
    assert [role.code for role in roles.SHIPPED] == [
        "system_admin", "security_admin", "audit_admin", "county_officer", "reviewer", "town_station", "town_admin",
        "venue_staff", "village_worker", "school_office", "class_teacher", "auditor_readonly", "city_officer",
        "province_officer",
    ]  # fmt: skip


def test_sync_twice_changes_nothing_the_second_time(db, at, command, everything):
    assert len(actions.sync_roles(by=command, at=at)) == len(roles.SHIPPED)
    assert actions.sync_roles(by=command, at=at) == []
    assert Role.unscoped.count() == len(roles.SHIPPED)


def test_people_cannot_sync_roles(hire, by, at, everything):
    with pytest.raises(asking.Forbidden):
        actions.sync_roles(by=by(hire("甲", role="security_admin")), at=at)


def test_the_three_administrators_do_no_business(house):
    business = {"people.resident_view", "people.resident_edit", "people.act_for"}
    for code in ("system_admin", "security_admin", "audit_admin"):
        assert business & set(Role.unscoped.get(code=code).permissions) == set()


def test_township_administrator_holds_what_they_may_grant(house):
    town = set(Role.unscoped.get(code="town_admin").permissions)
    for code in ("town_station", "venue_staff", "village_worker"):
        assert set(Role.unscoped.get(code=code).permissions) <= town


def test_an_unknown_role_in_a_declaration_is_named(monkeypatch):
    from qunwen.base.people import access

    monkeypatch.setattr(access, "ROLES", {access.Permission.GRANT: ("nobody",)})
    with pytest.raises(ValueError, match="nobody"):
        roles.declared()


def test_scope_is_closed_to_no_one_without_grant(hire, at):
    from qunwen.base.people import queries

    assert queries.scope_of(hire("无授权"), at) == context.staff({})

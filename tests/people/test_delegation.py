"""Nobody hands out more than they hold."""

import datetime as dt

import pytest

from qunwen.base.people import actions, queries
from qunwen.base.people.errors import AdminsExclude, AlreadyGranted, BeyondOwn, NotGrantable, UnitCycle
from qunwen.base.people.models import Grant, Staff
from qunwen.base.scope import asking, context
from qunwen.base.scope.context import DataScope

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def town_admin(hire):
    return hire("镇管", "510112001", role="town_admin")


def grant(staff, role, place, granter, at, acting_as, by, **more):
    with acting_as(granter, at):
        return actions.grant_role(staff=staff, role=role, place=place, by=by(granter), at=at, **more)


def test_township_admin_grants_own_worker_a_village_role(town_admin, hire, house, at, acting_as, by):
    worker = hire("村员", "510112001001")
    made = grant(worker, "village_worker", house.places["510112001001"], town_admin, at, acting_as, by)
    assert (made.place_id, made.granted_by_id, made.role.code) == ("510112001001", town_admin.pk, "village_worker")


@pytest.mark.parametrize("place", ["510112002", "510112", "610327100"])
def test_township_admin_cannot_grant_outside_the_town(place, town_admin, hire, house, at, acting_as, by):
    worker = hire("村员", "510112001001")
    with pytest.raises(BeyondOwn):
        grant(worker, "village_worker", house.places[place], town_admin, at, acting_as, by)


def test_township_admin_cannot_grant_everywhere(town_admin, hire, at, acting_as, by):
    with pytest.raises(BeyondOwn):
        grant(hire("村员", "510112001001"), "village_worker", None, town_admin, at, acting_as, by)


def test_township_admin_cannot_touch_people_of_another_town(town_admin, hire, house, at, acting_as, by):
    stranger = hire("邻镇", "510112002001")
    with pytest.raises(asking.Forbidden):
        grant(stranger, "village_worker", house.places["510112001001"], town_admin, at, acting_as, by)


def test_township_admin_cannot_grant_a_county_role(town_admin, hire, house, at, acting_as, by):
    worker = hire("村员", "510112001001")
    for role in ("county_officer", "reviewer", "security_admin", "audit_admin"):
        with pytest.raises((BeyondOwn, AdminsExclude)):
            grant(worker, role, house.places["510112001"], town_admin, at, acting_as, by)


def test_nobody_grants_to_themselves(hire, house, at, acting_as, by):
    security = hire("安管", role="security_admin")
    with pytest.raises(BeyondOwn):
        grant(security, "county_officer", house.places["510112"], security, at, acting_as, by)


def test_a_grant_may_not_outlive_the_granters(hire, house, at, acting_as, by):
    admin = hire("临时镇管", "510112001", role="town_admin", valid_to=at + HOUR)
    worker = hire("村员", "510112001001")
    for end in (None, at + 2 * HOUR):
        with pytest.raises(BeyondOwn):
            grant(worker, "village_worker", house.places["510112001001"], admin, at, acting_as, by, valid_to=end)
    grant(worker, "village_worker", house.places["510112001001"], admin, at, acting_as, by, valid_to=at + HOUR)


def test_unit_scope_cannot_become_all_data(hire, house, at, acting_as, by):
    admin = hire("站管", "510112001", role="town_admin", data_scope=DataScope.UNIT)
    worker = hire("站员", "510112001")
    with pytest.raises(BeyondOwn):
        grant(worker, "town_station", house.places["510112001"], admin, at, acting_as, by)
    grant(worker, "town_station", house.places["510112001"], admin, at, acting_as, by, data_scope=DataScope.UNIT)


def test_a_revoked_granter_grants_nothing(town_admin, hire, house, at, acting_as, by, command, everything):
    worker = hire("村员", "510112001001")
    scope = queries.scope_of(town_admin, at)
    actions.revoke_role(grant=Grant.unscoped.get(staff=town_admin), by=command, at=at)
    # Even with the scope opened before the revocation.
    with context.opened(scope), pytest.raises(BeyondOwn):
        actions.grant_role(
            staff=worker, role="village_worker", place=house.places["510112001001"], by=by(town_admin), at=at
        )


def test_an_administrator_cannot_disable_somebody_holding_more(town_admin, hire, at, acting_as, by):
    chief = hire("局长", "510112001", role="county_officer", at_place="510112")
    with acting_as(town_admin, at):
        for act in (actions.disable_staff, actions.reset_password, actions.unlock_account):
            with pytest.raises(BeyondOwn):
                act(staff=chief, by=by(town_admin), at=at)
        with pytest.raises(BeyondOwn):
            actions.change_staff(staff=chief, name="改名", by=by(town_admin), at=at)
        with pytest.raises(BeyondOwn):
            actions.revoke_role(grant=Grant.unscoped.get(staff=chief), by=by(town_admin), at=at)


def test_moving_a_person_to_another_unit_cannot_widen_their_rights(hire, house, at, acting_as, by):
    admin = hire("站管", "510112001", role="town_admin", data_scope=DataScope.UNIT_TREE)
    worker = hire("站员", "510112001")
    grant(worker, "town_station", house.places["510112001"], admin, at, acting_as, by, data_scope=DataScope.UNIT_TREE)
    with acting_as(admin, at), pytest.raises((asking.Forbidden, BeyondOwn)):
        actions.change_staff(staff=worker, unit=house.units["510112"], by=by(admin), at=at)


def test_moving_a_unit_cannot_widen_rights_beyond_the_movers(hire, house, at, acting_as, by, command):
    hire("馆长", "510112001", role="county_officer", at_place="510112", data_scope=DataScope.UNIT_TREE)
    keeper = hire("系统管理员", role="system_admin")
    with acting_as(keeper, at):
        moved = actions.change_unit(
            unit=house.units["510112002"], parent=house.units["510112001"], by=by(keeper), at=at
        )
    assert moved.parent_id == house.units["510112001"].pk
    narrow = hire("小管理员", "510112002", role="county_officer", data_scope=DataScope.UNIT)
    with acting_as(narrow, at), pytest.raises((asking.Forbidden, BeyondOwn)):
        actions.change_unit(unit=house.units["510112002"], parent=house.units["510112"], by=by(narrow), at=at)


def test_a_unit_cannot_stand_below_itself(house, at, command, everything):
    with pytest.raises(UnitCycle):
        actions.change_unit(unit=house.units["510112"], parent=house.units["510112001"], by=command, at=at)


def test_enabling_again_wakes_no_rights_the_actor_lacks(town_admin, hire, at, acting_as, by, command, everything):
    chief = hire("局长", "510112001", role="county_officer", at_place="510112")
    actions.disable_staff(staff=chief, by=command, at=at)
    with acting_as(town_admin, at), pytest.raises(BeyondOwn):
        actions.enable_staff(staff=chief, by=by(town_admin), at=at)
    assert not Staff.unscoped.get(pk=chief.pk).active


def test_system_security_and_audit_administrator_exclude_one_another(hire, house, at, command, everything):
    one = hire("甲", role="system_admin")
    for role in ("security_admin", "audit_admin"):
        with pytest.raises(AdminsExclude):
            actions.grant_role(staff=one, role=role, place=house.places["510112"], by=command, at=at)
    assert Staff.unscoped.get(pk=one.pk).admin_kind == "system"
    actions.revoke_role(grant=Grant.unscoped.get(staff=one), by=command, at=at)
    actions.grant_role(staff=one, role="audit_admin", place=house.places["510112"], by=command, at=at)
    assert Staff.unscoped.get(pk=one.pk).admin_kind == "audit"


def test_the_same_role_twice_at_a_place_is_refused_unless_it_ran_out(hire, house, at, command, everything):
    worker = hire("村员", "510112001001", role="village_worker", valid_to=at + HOUR)
    place = house.places["510112001001"]
    with pytest.raises(AlreadyGranted):
        actions.grant_role(staff=worker, role="village_worker", place=place, by=command, at=at)
    later = at + 2 * HOUR
    assert queries.scope_of(worker, later) == context.staff({})
    actions.grant_role(staff=worker, role="village_worker", place=place, by=command, at=later)
    assert Grant.unscoped.filter(staff=worker).count() == 2


def test_a_chosen_range_must_lie_in_the_place_and_not_be_empty(hire, house, at, command, everything):
    worker = hire("村员", "510112001001")
    for chosen in ((), (house.places["510112002"],)):
        with pytest.raises(NotGrantable):
            actions.grant_role(
                staff=worker, role="village_worker", place=house.places["510112001"], data_scope=DataScope.CHOSEN,
                chosen_places=chosen, by=command, at=at,
            )  # fmt: skip


def test_security_administrator_hands_out_business_roles_without_holding_them(hire, house, at, acting_as, by):
    security = hire("安管", role="security_admin")
    officer = hire("业务员")
    grant(officer, "county_officer", house.places["510112"], security, at, acting_as, by)
    with acting_as(security, at):
        assert not asking.may("people.resident_view")
    with acting_as(officer, at):
        assert asking.may("people.resident_view", place="510112001001")


def test_grantable_roles_and_places_are_those_that_can_be_granted(town_admin, at, by):
    me = by(town_admin)
    roles = {r.code: r for r in queries.grantable_roles(me, at)}
    assert set(roles) >= {"town_admin", "town_station", "venue_staff", "village_worker"}
    assert set(roles) & {"county_officer", "reviewer", "system_admin", "security_admin", "audit_admin"} == set()
    role = roles["town_admin"]
    assert queries.grantable_places(me, at, role) == ["510112001"]

"""Random sequences of invitations, grants, moves and revocations never make anybody gain what the actor lacks."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.people import actions, queries
from qunwen.base.people.errors import Refused
from qunwen.base.people.models import Grant, Staff
from qunwen.base.people.reaches import beyond, contains
from qunwen.base.people.web.who import actor_of
from qunwen.base.scope import asking, context
from qunwen.base.scope.context import DataScope, Reach

PLACES = ["510112", "510112001", "510112001001", "510112002", "510112002001", "610327", "610327100"]
ROLES = ["county_officer", "town_admin", "village_worker", "security_admin", "system_admin", "audit_admin"]
HOUR = dt.timedelta(hours=1)

number = st.integers(0, 20)
steps = st.lists(
    st.tuples(
        st.sampled_from(["grant", "grant", "grant", "revoke", "invite", "move", "unit", "disable", "enable", "wait"]),
        number, number, st.sampled_from(ROLES), st.sampled_from([*PLACES, None]),
        st.sampled_from(list(DataScope)), st.sampled_from([None, 1, 3]),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


def holdings(at):
    return {staff.pk: queries.held_by(staff, at) for staff in Staff.unscoped.all()}


def attempt(step, house, people, at):
    """Do one step as its actor; give the actor, or None when it was refused."""
    what, who, whom, role, place, scope, hours = step
    actor, target = people[who % len(people)], people[whom % len(people)]
    by, where = actor_of(actor), house.places[place or "510112"]
    unit = house.units.get(where.pk) or house.units[where.pk[:9]]
    target.refresh_from_db()
    with context.opened(queries.scope_of(actor, at)):
        try:
            if what == "grant":
                actions.grant_role(
                    staff=target, role=role, place=house.places[place] if place else None, data_scope=scope,
                    chosen_places=[where], valid_to=at + hours * HOUR if hours else None, by=by, at=at,
                )  # fmt: skip
            elif what == "revoke":
                grants = list(Grant.unscoped.order_by("granted_at", "id"))
                actions.revoke_role(grant=grants[whom % len(grants)], by=by, at=at)
            elif what == "invite":
                made = actions.invite_staff(
                    name="新人", username=f"n{Staff.unscoped.count()}", unit=unit, place=where, by=by, at=at
                )
                people.append(made.staff)
            elif what == "move":
                actions.change_staff(staff=target, place=where, unit=unit, by=by, at=at)
            elif what == "unit":
                actions.change_unit(unit=target.unit, parent=unit, by=by, at=at)
            elif what == "disable":
                actions.disable_staff(staff=target, by=by, at=at)
            elif what == "enable":
                actions.enable_staff(staff=target, by=by, at=at)
        except (Refused, asking.Forbidden):
            return None
    return actor


@pytest.mark.slow
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(plan=steps)
def test_nobody_gains_beyond_the_actor_at_that_moment(plan, house, hire, at):
    from django.db import transaction

    with transaction.atomic():
        people = [
            hire("安管", role="security_admin"),
            hire("系管", role="system_admin"),
            hire("镇管", "510112001", role="town_admin"),
            hire("站管", "510112002", role="town_admin", data_scope=DataScope.UNIT_TREE),
            hire("邻管", "610327100", role="town_admin", valid_to=at + 2 * HOUR),
            hire("村员", "510112001001", role="village_worker"),
            hire("局长", "510112001", role="county_officer", at_place="510112"),
        ]
        now = at
        for step in plan:
            now += HOUR / 2 if step[0] == "wait" else dt.timedelta(seconds=1)
            before = holdings(now)
            actor = attempt(step, house, people, now)
            after = holdings(now)
            limit = before.get(actor.pk, ()) if actor else ()
            for pk, held in after.items():
                gained = beyond(before.get(pk, ()), held)
                assert beyond(limit, gained) == []
                lost = beyond(held, before.get(pk, ()))
                assert beyond(limit, lost) == []
        kinds = Grant.unscoped.filter(revoked_at=None).exclude(role__admin_kind="")
        for staff in Staff.unscoped.all():
            held = {grant.role.admin_kind for grant in kinds.filter(staff=staff).select_related("role")}
            assert len(held) <= 1
        transaction.set_rollback(True)


reaches = st.builds(
    Reach,
    st.sampled_from(["", *PLACES]),
    st.sampled_from(list(DataScope)),
    units=st.frozensets(st.sampled_from([1, 2, 3])),
    places=st.lists(st.sampled_from(PLACES), max_size=2).map(tuple),
    owner=st.sampled_from([7, 8]),
)


@settings(max_examples=300, deadline=None)
@given(outer=reaches, inner=reaches)
def test_a_contained_reach_admits_no_row_the_outer_one_does_not(outer, inner):
    if not contains(outer, inner):
        return
    for place in [None, *PLACES, "510112001001001"]:
        for unit in (None, 1, 2, 3):
            for owner in (None, 7, 8):
                if inner.admits(place=place, unit=unit, owner=owner):
                    assert outer.admits(place=place, unit=unit, owner=owner)

"""For every permission the list and the single row agree, over random grants, on every scoped table of people."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.people import actions
from qunwen.base.people.models import Grant, Guardianship, Household, Resident, Staff, Unit
from qunwen.base.scope import asking, context
from qunwen.base.scope.context import DataScope, Reach
from qunwen.base.scope.permissions import known

PLACES = ["", "51", "510112", "510112001", "510112001001", "510112002", "610327", "610327100", "610327100001"]
MODELS = [Unit, Staff, Grant, Resident, Household, Guardianship]


@pytest.fixture
def rows(house, hire, resident, at, command):
    for code in ("510112", "510112001001", "510112002", "610327100"):
        hire(f"人{code}", code, role="village_worker")
    with context.everything(reason="test"):
        for code in ("510112001001", "510112002002", "610327100001"):
            mother = resident(code=code)
            child = resident("孩子", code=code, household=mother.household)
            actions.record_guardian(guardian=mother, ward=child, relation="子女", by=command, at=at)
    return {model: list(model.unscoped.all()) for model in MODELS}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_may_and_visible_agree_for_every_permission(data, rows):
    units = [unit.pk for unit in rows[Unit]]
    owners = [staff.pk for staff in rows[Staff]]
    reach = st.sampled_from(list(DataScope)).flatmap(
        lambda scope: st.builds(
            Reach,
            st.sampled_from(PLACES),
            st.just(scope),
            units=st.frozensets(st.sampled_from(units), max_size=3),
            places=st.lists(st.sampled_from(PLACES[1:]), max_size=2).map(tuple),
            owner=st.sampled_from(owners),
        )
    )
    held = data.draw(st.dictionaries(st.sampled_from(sorted(known())), st.lists(reach, max_size=3).map(tuple)))
    with context.opened(context.staff(held)):
        for permission in known():
            for model in MODELS:
                if permission not in held and permission != model.scoping.view:
                    continue
                seen = {row.pk for row in asking.visible(model.unscoped.all(), permission)}
                assert seen == {row.pk for row in rows[model] if asking.may(permission, on=row)}
        for model in MODELS:
            seen = {row.pk for row in model.objects.all()}
            assert seen == {row.pk for row in rows[model] if asking.may(model.scoping.view, on=row)}


def test_a_permission_not_held_shows_nothing(rows):
    with context.opened(context.staff({})):
        for permission in known():
            for model in MODELS:
                assert not asking.visible(model.unscoped.all(), permission).exists()
                assert not any(asking.may(permission, on=row) for row in rows[model])

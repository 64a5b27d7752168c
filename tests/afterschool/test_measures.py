"""What is counted: rows at the school without children's names, and no cell of one to four children."""

from __future__ import annotations

import pytest

from qunwen.base.measures import declare, rollup
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.base.scope import context
from qunwen.base.scope.codes import Level
from qunwen.services.afterschool import actions

from .town import VILLAGE, clock

pytestmark = pytest.mark.django_db
MARCH = Period.of("2026-03")


def rows(code, *dims):
    found = declare.get(code).rows(county="510112", month=MARCH)
    return sorted((row.place, row.value, *(row.dims[name] for name in dims)) for row in found)


def test_a_closed_session_counts_with_those_who_came(school):
    homework = school.activity()
    _guardian, kids = school.enrolled(2, may_go_alone=True)
    session, rolls = school.open(homework)
    school.do(actions.mark, rolls=[rolls[kids[0].pk]], status="sick", at=clock(16, 31))
    school.do(actions.mark_all, session=session, at=clock(16, 32))
    school.do(actions.hand_over, roll=rolls[kids[1].pk], how="alone", at=clock(17, 12))
    assert rows("afterschool.sessions") == []
    school.do(actions.close_session, session=session, at=clock(17, 13))
    assert rows("afterschool.sessions", "field") == [(VILLAGE, 1, "homework")]
    assert rows("afterschool.attendance") == [(VILLAGE, 1)]


def test_applied_and_served_are_counted_once_a_child(school):
    guardian, kids = school.family(2)
    applied = school.apply(guardian, kids)
    school.agree(guardian, applied[0].application)
    school.parent(guardian, actions.sign_agreement, application=applied[0].application, weekdays="02")
    assert rows("afterschool.applied", "group") == [(VILLAGE, 1, "other"), (VILLAGE, 1, "other")]
    assert rows("afterschool.served", "group") == [(VILLAGE, 1, "other")]


def test_places_and_complaints_are_counted(school):
    school.club(size=20)
    guardian, _kids = school.family()
    school.parent(
        guardian, actions.complain, school=school.school, kind="safety", text="门口没有人值守", resident=guardian
    )
    assert rows("afterschool.places", "field") == [(VILLAGE, 20, "art")]
    assert rows("afterschool.complaints", "kind") == [(VILLAGE, 1, "safety")]


@pytest.mark.parametrize(("children", "state", "value"), [(4, State.WITHHELD, None), (5, State.VALUE, 5)])
def test_no_figure_shows_fewer_than_five_children(school, children, state, value):
    guardian, kids = school.family(children)
    school.apply(guardian, kids)
    with context.everything(reason="test"):
        (cell,) = rollup.cells(measures="afterschool.applied", root="510112", level=Level.COUNTY, periods=["2026-03"])
    assert (cell.state, cell.value) == (state, value)

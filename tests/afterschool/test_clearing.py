"""What is kept of children ends by itself: names, telephones and papers go, numbers stay."""

from __future__ import annotations

import datetime as dt

import pytest

from qunwen.base.scope import context, writing
from qunwen.services.afterschool import actions, tasks
from qunwen.services.afterschool.actions import clearing
from qunwen.services.afterschool.errors import CareRefused
from qunwen.services.afterschool.models import (
    Agreement,
    Application,
    Bill,
    Child,
    Consent,
    HandOver,
    PickupCode,
    PickupPerson,
    Roll,
    Session,
)

from .town import COUNTY, MONDAY, TERM, School, clock

pytestmark = pytest.mark.django_db
OVER = clock(3, day=TERM[1] + dt.timedelta(days=730))


@pytest.fixture
def family(places):
    """A child who came for a term and was fetched by name and by code."""
    school = School(places, clock(9))
    homework = school.activity()
    guardian, (child,) = school.enrolled()
    person = school.parent(
        guardian, actions.name_person, child=child, name="外婆", relation="外祖母", phone="13911112222"
    )
    school.do(actions.issue_code, child=child, person=person, day=MONDAY)
    session, rolls = school.open(homework)
    school.do(actions.mark, rolls=[rolls[child.pk]], status="present", at=clock(16, 35))
    roll = Roll.unscoped.select_related("session", "child__resident").get(pk=rolls[child.pk].pk)
    school.do(actions.hand_over, roll=roll, how="fetched", person=person, note="看身份证", at=clock(17, 10))
    school.do(actions.close_session, session=session, at=clock(17, 12))
    return school, guardian, child


def test_two_years_after_the_last_term_names_go_and_numbers_stay(family):
    _school, _guardian, child = family
    before = Agreement.unscoped.get().sha256
    assert (tasks.clear_old(OVER), tasks.clear_old(OVER)) == (1, 0)
    person, agreement, handed = PickupPerson.unscoped.get(), Agreement.unscoped.get(), HandOver.unscoped.get()
    assert (person.name, person.phone, person.relation) == ("已清除", "", "")
    assert (handed.to_name, handed.note, PickupCode.unscoped.count()) == ("已清除", "", 0)
    assert (bytes(agreement.paper), agreement.signed_by, agreement.sha256) == (b"", "已清除", before)
    assert (Application.unscoped.get().applied_by, Child.unscoped.get().left_at) == ("已清除", OVER)
    assert (Session.unscoped.get(day=MONDAY).present, Roll.unscoped.get().status) == (1, "present")
    del child


def test_nothing_goes_a_day_too_early(family):
    _school, _guardian, child = family
    early = OVER - dt.timedelta(days=1)
    assert (tasks.clear_old(early), PickupPerson.unscoped.get().name) == (0, "外婆")
    with pytest.raises(CareRefused, match="还没有到清除的时候"), context.everything(reason="test"):
        clearing.clear_child(child=child, by=tasks.SYSTEM, at=early)


def test_consent_taken_back_clears_after_a_month_once_the_child_has_left(family):
    school, guardian, child = family
    consent = Consent.unscoped.get(child=child)
    school.parent(guardian, actions.withdraw_consent, consent=consent, at=clock(18))
    later = clock(3, day=MONDAY + dt.timedelta(days=32))
    assert tasks.clear_old(later) == 0  # the agreement is still in force
    school.parent(guardian, actions.withdraw, application=Application.unscoped.get(), at=clock(18, 5))
    assert (tasks.clear_old(later), PickupPerson.unscoped.get().name) == (1, "已清除")


def test_an_unpaid_bill_keeps_the_papers(family):
    school, _guardian, child = family
    with writing.allowed("test"):
        Bill.unscoped.create(
            county=COUNTY, number="B1", child=child, school=school.school, month=MONDAY.replace(day=1), state="issued",
            place=school.place, unit=school.unit, fee_fen=230, due_fen=230, exempted_fen=0, absence_fen=0, issued_at=school.at, lines=[], basis={},
            counted_at=school.at, rule_code="product", rule_sha256="0" * 64,
        )  # fmt: skip
    assert tasks.clear_old(OVER) == 0


def test_which_group_goes_and_that_there_was_one_stays(family):
    with writing.allowed("test"):
        Application.unscoped.update(groups="disabled")
    tasks.clear_old(OVER)
    assert Application.unscoped.get().groups == "certified"

"""An afternoon: the roll, codes, hand-over; it cannot close while one child is unaccounted for."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.models import JournalEntry
from qunwen.base.notices.models import OutboxMessage
from qunwen.base.scope import context
from qunwen.services.afterschool import actions, pickup, queries
from qunwen.services.afterschool.errors import CareRefused, NotAllAccounted
from qunwen.services.afterschool.models import HandOver, PickupCode, Roll, Session

from .town import MONDAY, clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def afternoon(school):
    """Two children on the roll: the first may be fetched by 外婆, the second may go home alone."""
    homework = school.activity()
    guardian, (first,) = school.enrolled()
    _other, (second,) = school.enrolled(may_go_alone=True)
    person = school.parent(
        guardian, actions.name_person, child=first, name="外婆", relation="外祖母", phone="13911112222"
    )
    session, rolls = school.open(homework)
    return school, session, rolls[first.pk], rolls[second.pk], person, guardian


def mark(school, roll, status="present"):
    roll.refresh_from_db()
    return school.do(actions.mark, rolls=[roll], status=status, at=clock(16, 31))


def hand(school, roll, how="fetched", *, at=None, **more):
    return school.do(actions.hand_over, roll=roll, how=how, at=at or clock(17, 12), **more)


def close(school, session, at=None):
    return school.do(actions.close_session, session=session, at=at or clock(17, 20))


def code_for(school, roll, person, **more):
    row = school.do(actions.issue_code, child=roll.child, person=person, day=MONDAY, at=clock(16, 0), **more)
    return pickup.digits_of(row)


def test_a_session_is_closed_when_every_child_is_accounted_for(afternoon):
    school, session, first, second, person, _guardian = afternoon
    mark(school, first)
    mark(school, second)
    hand(school, first, code=code_for(school, first, person))
    hand(school, second, "alone")
    done = close(school, session)
    assert (done.state, done.expected, done.present, done.absent, done.late) == ("held", 2, 2, 0, 0)
    given = HandOver.unscoped.get(roll=first)
    assert (given.to_name, given.proof, given.gone_at) == ("外婆（外祖母）", "code", clock(17, 12))


@pytest.mark.parametrize(
    ("status", "why"), [("", "还没有点名"), ("present", "还没有交接"), ("absent", "未到，还没有与家长核实")]
)
def test_closing_is_refused_while_one_child_is_missing(afternoon, status, why):
    school, session, first, second, person, _guardian = afternoon
    mark(school, first)
    hand(school, first, code=code_for(school, first, person))
    if status:
        mark(school, second, status)
    with pytest.raises(NotAllAccounted) as refused:
        close(school, session)
    name = second.child.resident.name
    assert refused.value.messages == [f"还有 1 名学生没有去向，不能结束：{name}（{why}）。"]
    assert Session.unscoped.get(pk=session.pk).state == "open"


@pytest.mark.parametrize("status", ["leave", "sick"])
def test_excused_children_need_nobody_to_fetch_them(afternoon, status):
    school, session, first, second, _person, _guardian = afternoon
    mark(school, first, status)
    mark(school, second, status)
    assert close(school, session).excused == 2


def test_an_absent_child_is_accounted_for_once_a_parent_was_asked(afternoon):
    school, session, first, second, _person, _guardian = afternoon
    mark(school, first, "absent")
    mark(school, second, "sick")
    with pytest.raises(ValidationError) as refused:
        hand(school, first, "found", note="")
    assert list(refused.value.message_dict) == ["note"]
    hand(school, first, "found", note="问了妈妈，孩子在家")
    assert close(school, session).absent == 1


def test_a_code_serves_once(afternoon):
    school, _session, first, _second, person, _guardian = afternoon
    mark(school, first)
    digits = code_for(school, first, person)
    hand(school, first, code=digits)
    row = PickupCode.unscoped.get(child=first.child)
    assert row.used_at == clock(17, 12)
    assert not pickup.is_right(row, digits)
    with pytest.raises(CareRefused, match="已经交接过了"):
        hand(school, first, code=digits)


def test_a_wrong_code_hands_nobody_over_and_five_end_it(afternoon):
    school, _session, first, _second, person, _guardian = afternoon
    mark(school, first)
    digits = code_for(school, first, person)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    answers = [hand(school, first, code=wrong) for _ in range(5)]
    assert [answer.handover for answer in answers] == [None] * 5
    assert answers[0].refusal == "接送码不对，孩子没有交接。请再核对一次。"
    assert "已经停用" in answers[4].refusal
    assert hand(school, first, code=digits).handover is None
    with context.everything(reason="test"):
        assert JournalEntry.objects.filter(code="afterschool.roll.code_refused").count() == 6
    new = code_for(school, first, person)
    assert new != digits
    assert hand(school, first, code=new).handover is not None


def test_somebody_elses_code_does_not_serve(afternoon):
    school, _session, first, second, person, _guardian = afternoon
    mark(school, second)
    assert hand(school, second, code=code_for(school, first, person)).handover is None


def test_without_a_code_the_person_is_on_the_list_and_looked_at(afternoon):
    school, _session, first, _second, person, _guardian = afternoon
    mark(school, first)
    with pytest.raises(ValidationError) as refused:
        hand(school, first)
    assert list(refused.value.message_dict) == ["code"]
    with pytest.raises(ValidationError) as refused:
        hand(school, first, person=person, note="认识")
    assert list(refused.value.message_dict) == ["note"]
    assert hand(school, first, person=person, note="看了身份证原件").handover.proof == "seen"


def test_a_child_goes_alone_only_as_the_guardian_allowed(afternoon):
    school, _session, first, second, _person, _guardian = afternoon
    mark(school, first)
    mark(school, second)
    with pytest.raises(CareRefused, match="没有同意"):
        hand(school, first, "alone")
    assert hand(school, second, "alone").handover.how == "alone"


def test_the_code_goes_by_text_message_or_on_paper_without_a_phone(afternoon):
    school, _session, first, _second, person, guardian = afternoon
    digits = code_for(school, first, person)
    sent = OutboxMessage.unscoped.get(phone="13911112222")
    assert digits in sent.text
    walker = school.parent(guardian, actions.name_person, child=first.child, name="爷爷", relation="祖父")
    slip = code_for(school, first, walker)
    assert OutboxMessage.unscoped.filter(phone="13911112222").count() == 1
    mark(school, first)
    assert hand(school, first, code=digits).handover is None
    given = hand(school, first, code=slip).handover
    assert (given.proof, given.to_name) == ("slip", "爷爷（祖父）")


def test_late_children_stand_on_the_late_list(afternoon):
    school, session, first, second, person, _guardian = afternoon
    mark(school, first)
    mark(school, second, "leave")
    hand(school, first, code=code_for(school, first, person), at=clock(17, 40))
    close(school, session, clock(17, 41))
    with context.everything(reason="test"):
        (late,) = queries.late_list(first=MONDAY, last=MONDAY)
    assert (late.minutes_late, Session.unscoped.get(pk=session.pk).late) == (30, 1)


def test_who_was_handed_over_keeps_the_mark(afternoon):
    school, _session, _first, second, _person, _guardian = afternoon
    mark(school, second)
    hand(school, second, "alone")
    with pytest.raises(CareRefused, match="已经交接"):
        mark(school, second, "sick")


def test_a_child_moves_into_the_next_session_and_is_expected_there(school):
    homework, club = school.activity(), school.club()
    _guardian, (child,) = school.enrolled(activities=[club])
    session, rolls = school.open(homework)
    mark(school, rolls[child.pk])
    assert hand(school, rolls[child.pk], "moved").handover.note == "剪纸"
    assert close(school, session).state == "held"
    _later, there = school.open(club)
    assert list(there) == [child.pk]


def test_nobody_is_moved_where_nothing_follows(afternoon):
    school, _session, first, _second, _person, _guardian = afternoon
    mark(school, first)
    with pytest.raises(CareRefused, match="今天后面没有"):
        hand(school, first, "moved")


def test_a_roll_opens_on_its_day_only(school):
    homework = school.activity()
    session = Session.unscoped.get(activity=homework, day=MONDAY)
    with pytest.raises(CareRefused, match="只能在当天"):
        school.do(actions.open_session, session=session, at=clock(16, 20, MONDAY + dt.timedelta(days=1)))


def test_mark_all_marks_who_is_not_marked(afternoon):
    school, session, first, _second, _person, _guardian = afternoon
    mark(school, first, "sick")
    assert school.do(actions.mark_all, session=session, at=clock(16, 32)) == 1
    assert sorted(Roll.unscoped.values_list("status", flat=True)) == ["present", "sick"]


def test_a_cancelled_session_has_a_reason_and_no_roll(school):
    session = Session.unscoped.get(activity=school.activity(), day=MONDAY)
    with pytest.raises(ValidationError):
        school.do(actions.cancel_session, session=session, reason="")
    assert school.do(actions.cancel_session, session=session, reason="暴雨停课").state == "cancelled"
    with pytest.raises(CareRefused):
        school.open(session.activity)

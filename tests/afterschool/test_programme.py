"""The programme 1+X: no lesson of the curriculum, people who were checked, no cap broken, hours that hold."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.services.afterschool import actions
from qunwen.services.afterschool.errors import CareRefused
from qunwen.services.afterschool.fees import CapBroken
from qunwen.services.afterschool.models import Activity, Content, Session

from .town import CLERK, HEAD, MONDAY, clock

pytestmark = pytest.mark.django_db

LINES = ["作业辅导", "数学新课讲授"]


def declared(school, lines=LINES):
    row = school.do(
        actions.draft_activity, term=school.term, title="思维训练", part="homework", field="homework",
        starts=dt.time(16, 30), ends=dt.time(17, 10),
    )  # fmt: skip
    school.do(actions.declare_content, activity=row, lines=lines)
    return row


def test_a_line_that_looks_like_a_lesson_needs_a_reason(school):
    row = declared(school)
    assert list(Content.unscoped.order_by("position").values_list("doubt", flat=True)) == ["", "新课"]
    with pytest.raises(ValidationError) as refused:
        school.do(actions.pass_content, activity=row, by=HEAD)
    assert list(refused.value.message_dict) == ["note"]
    school.do(actions.return_content, activity=row, note="不得讲新课，请改", by=HEAD)
    school.do(actions.declare_content, activity=row, lines=["作业辅导"])
    assert school.do(actions.pass_content, activity=row, by=HEAD).state == "checked"


def test_who_declares_does_not_review(school):
    row = declared(school, ["作业辅导"])
    with pytest.raises(CareRefused, match="不能自己审核"):
        school.do(actions.pass_content, activity=row, by=CLERK)


def test_nothing_is_published_before_its_content_was_looked_at(school):
    with pytest.raises(CareRefused, match="审核通过后"):
        school.do(actions.publish_activity, activity=declared(school, ["作业辅导"]))


def test_a_class_that_would_break_a_cap_is_not_published(school):
    row = school.activity(publish=False, price_fen=500)
    with pytest.raises(CapBroken) as refused:
        school.do(actions.publish_activity, activity=row)
    assert list(refused.value.message_dict) == ["price_fen"]
    assert Activity.unscoped.get(pk=row.pk).state == "checked"
    assert Session.unscoped.count() == 0


def test_it_ends_by_a_quarter_past_six(school):
    row = school.activity(publish=False, starts=dt.time(17, 40), ends=dt.time(18, 20))
    with pytest.raises(CareRefused, match="最晚 18:15"):
        school.do(actions.publish_activity, activity=row)


def outside(school, until):
    tutor = school.do(
        actions.enter_tutor, school=school.school, name="陈老师", provider="outside", organisation="少年宫"
    )
    for kind in ("no_record", "health", "qualified"):
        school.do(
            actions.check_tutor,
            tutor=tutor,
            kind=kind,
            checked_on=dt.date(2026, 2, 1),
            valid_until=until,
            basis="第7号",
        )
    return tutor


def test_an_outside_tutor_without_checks_leads_nothing(school):
    tutor = school.do(
        actions.enter_tutor, school=school.school, name="陈老师", provider="outside", organisation="少年宫"
    )
    with pytest.raises(CareRefused, match="违法犯罪记录查询、健康证明、资格或专业证明"):
        school.club(tutor=tutor, provider="outside")


def test_checks_hold_until_the_last_day_of_the_term(school):
    with pytest.raises(CareRefused, match="过期"):
        school.club(tutor=outside(school, dt.date(2026, 6, 29)), provider="outside")
    club = school.club("陶艺", tutor=outside(school, dt.date(2026, 6, 30)), provider="outside")
    assert club.state == "published"


def test_a_tutor_whose_check_was_withdrawn_opens_no_roll(school):
    tutor = outside(school, dt.date(2026, 12, 31))
    club = school.club(tutor=tutor, provider="outside")
    from qunwen.base.scope import writing

    with writing.allowed("test"):
        tutor.checks.model.unscoped.filter(tutor=tutor, kind="health").delete()
    session = Session.unscoped.get(activity=club, day=MONDAY)
    with pytest.raises(CareRefused, match="健康证明"):
        school.do(actions.open_session, session=session, at=clock(17, 10))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"size": None}, "size"), ({"weekday": None}, "size"), ({"weekday": 5}, "weekday"), ({"periods": 3}, "periods"),
        ({"kept": 1}, "kept"), ({"grade_to": 1, "grade_from": 2}, "grade_to"), ({"field": "homework"}, "field"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_the_field(school, change, field):
    with pytest.raises(ValidationError) as refused:
        school.club(**change)
    assert list(refused.value.message_dict) == [field]


def test_one_more_date_is_a_service_day(school):
    club = school.club()
    with pytest.raises(CareRefused, match="不是课后服务日"):
        school.do(actions.add_session, activity=club, day=dt.date(2026, 4, 6))
    assert school.do(actions.add_session, activity=club, day=dt.date(2026, 5, 9)).state == "planned"

"""Setting up: the network, agreements, terms, timetable with holidays, places, hours of teachers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import asking, context
from qunwen.base.scope.clock import local
from qunwen.base.scope.context import Reach
from qunwen.services.bookings.models import Booking, Bucket
from qunwen.services.school import actions, teaching_days
from qunwen.services.school.models import Agreement, CourseClass

from .conftest import CLERK, COUNTY

EVENING = dt.time(19)


def point(world):
    return world.do(
        actions.open_school, name="五星社区教学点", kind="point", place=world.places["510112002001"], unit=world.unit,
        opened_on=dt.date(2026, 1, 1), parent=world.head,
    )  # fmt: skip


def sign(world, school, first, last):
    return world.do(
        actions.sign_agreement, school=school, partner="五星社区居委会", terms="提供教室", signed_on=first,
        valid_from=first, valid_to=last,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("weekday", "starts", "left", "first"),
    [
        # 1 October 2026 is a Thursday; the week of National Day is free.
        (3, EVENING, [dt.date(2026, 10, 1)], dt.date(2026, 9, 24)),
        # 26 September is Mid-Autumn. Saturday 10 October is worked: nobody can come by day, everybody in the evening.
        (5, dt.time(9), [dt.date(2026, 9, 26), dt.date(2026, 10, 3), dt.date(2026, 10, 10)], dt.date(2026, 10, 17)),
        (5, EVENING, [dt.date(2026, 9, 26), dt.date(2026, 10, 3)], dt.date(2026, 10, 10)),
    ],
)
def test_meeting_days_leave_out_public_holidays_and_worked_saturdays(weekday, starts, left, first):
    found = teaching_days.meeting_days(
        first=dt.date(2026, 9, 21), until=dt.date(2026, 12, 31), weekdays={weekday}, number=5, starts=starts
    )
    assert found.days[0] == first
    assert [one.day for one in found.left] == left
    assert (len(found.days), found.known) == (5, True)


def test_meeting_days_of_a_year_without_calendar_say_so():
    found = teaching_days.meeting_days(
        first=dt.date(2031, 9, 29), until=dt.date(2031, 12, 31), weekdays={2}, number=2, starts=EVENING
    )
    assert found == ((dt.date(2031, 10, 1), dt.date(2031, 10, 8)), (), False)


def test_publishing_makes_lessons_and_places(world):
    row = world.open(planned=4, online=5, on_site=3, elders=2)
    lessons = world.lessons(row)
    assert [local(one.starts_at).strftime("%m-%d %H:%M") for one in lessons] == [
        "03-18 19:00", "03-25 19:00", "04-01 19:00", "04-08 19:00",
    ]  # fmt: skip
    buckets = Bucket.unscoped.filter(county=COUNTY, subject_id=row.pk).order_by("channel")
    assert [(one.channel, one.size, one.limit_group, one.limit_per_person) for one in buckets] == [
        ("elders", 2, world.term.limit_group, 2),
        ("on_site", 3, world.term.limit_group, 2),
        ("online", 5, world.term.limit_group, 2),
    ]
    assert (row.state, row.rule, row.join_until) == ("published", "term-2026", dt.date(2026, 3, 25))


def test_publishing_twice_makes_nothing_twice(world):
    row = world.open()
    world.do(actions.publish_class, course_class=row)
    assert len(world.lessons(row)) == 3


def test_a_page_that_is_out_of_date_publishes_nothing_twice(world):
    row = world.plan()
    again = CourseClass.unscoped.select_related("term", "school", "place", "unit").get(county=COUNTY, pk=row.pk)
    world.do(actions.publish_class, course_class=row)
    world.do(actions.publish_class, course_class=again)
    assert (len(world.lessons(row)), Bucket.unscoped.filter(county=COUNTY, subject_id=row.pk).count()) == (3, 1)


def test_a_term_too_short_refuses_at_the_field_and_keeps_nothing(world):
    row = world.plan(planned=40)
    with pytest.raises(ValidationError) as caught:
        world.do(actions.publish_class, course_class=row)
    assert list(caught.value.message_dict) == ["planned"]
    assert world.lessons(row) == []


def test_a_point_needs_an_agreement_for_every_lesson(world):
    school = point(world)
    sign(world, school, dt.date(2026, 1, 1), dt.date(2026, 3, 20))
    row = world.plan(school=school)
    with pytest.raises(ValidationError) as caught:
        world.do(actions.publish_class, course_class=row)
    assert list(caught.value.message_dict) == ["school"]
    second = sign(world, school, dt.date(2026, 3, 1), dt.date(2027, 3, 1))
    assert world.do(actions.publish_class, course_class=row).state == "published"
    assert (second.version, Agreement.unscoped.filter(county=COUNTY, school=school).count()) == (2, 2)


def test_only_points_sign_agreements(world):
    with pytest.raises(ValidationError):
        sign(world, world.head, dt.date(2026, 1, 1), dt.date(2027, 1, 1))


def test_a_branch_stands_below_and_a_headquarters_does_not(world):
    with pytest.raises(ValidationError) as caught:
        world.do(
            actions.open_school, name="无上级分校", kind="branch", place=world.places[COUNTY], unit=world.unit,
            opened_on=dt.date(2026, 1, 1),
        )  # fmt: skip
    assert list(caught.value.message_dict) == ["parent"]


def test_a_teacher_teaches_no_more_hours_than_agreed(world):
    teacher = world.do(actions.add_teacher, name="陈老师", place=world.places[COUNTY], unit=world.unit, most_hours=10)
    world.open(teacher=teacher, planned=3)  # 3 x 90 minutes = 6 hours of 45 minutes
    row = world.plan(teacher=teacher, weekday=3, planned=3)
    with pytest.raises(ValidationError) as caught:
        world.do(actions.publish_class, course_class=row)
    assert caught.value.message_dict == {"teacher": ["陈老师本学期最多 10 课时，加上这个班是 12 课时。"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends": dt.time(18)}, "ends"),
        ({"online": 0}, "online"),
        ({"planned": 0}, "planned"),
        ({"title": " "}, "title"),
    ],
)
def test_a_class_that_cannot_be_is_refused_at_the_field(world, change, field):
    with pytest.raises(ValidationError) as caught:
        world.plan(**change)
    assert list(caught.value.message_dict) == [field]


def test_staff_of_another_county_may_not_publish(world, at):
    row = world.plan()
    with context.opened(context.staff({"school.manage": (Reach("610327"),)})), pytest.raises(asking.Forbidden):
        actions.publish_class(course_class=row, by=CLERK, at=at)
    row.refresh_from_db()
    assert row.state == "draft"


def test_calling_off_ends_every_enrolment_and_frees_the_lessons(world):
    row = world.open()
    person = world.person()
    world.enrol(row, person)
    world.do(actions.cancel_class, course_class=row, reason="教室漏水", later=5)
    assert world.pupil(row, person).state == "withdrawn"
    assert {one.state for one in world.lessons(row)} == {"cancelled"}
    assert Bucket.unscoped.get(county=COUNTY, subject_id=row.pk).taken == 0


def test_after_the_last_day_to_join_no_place_is_given(world):
    row = world.open(online=1)
    first, second = world.person(), world.person()
    world.enrol(row, first)
    world.enrol(row, second)
    assert world.do(actions.close_line, course_class=row, later=60) == 1
    world.do(actions.withdraw, pupil=world.pupil(row, first), reason="搬家", later=61)
    assert Bucket.unscoped.get(county=COUNTY, subject_id=row.pk).taken == 0
    ended = Booking.unscoped.get(county=COUNTY, resident=second)
    assert (ended.state, ended.ended_note) == ("cancelled", "已过补录截止日，这个班不再收人，候补结束。")
    other = world.open(weekday=3)
    assert world.states(world.enrol(other, second, later=62)) == ["confirmed"]


def test_the_journal_tells_of_the_class_without_names(world):
    row = world.open("国画班")
    entry = JournalEntry.unscoped.get(county=COUNTY, code="school.class.published")
    assert (entry.subject_label, entry.after) == ("国画班", {"size": 2, "lessons": 3, "rule": row.rule})

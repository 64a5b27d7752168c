"""Lessons hold their room and their teacher where residents' reservations stand: neither can have what the other has."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.notices.models import Notice
from qunwen.base.scope import asking, context, writing
from qunwen.base.scope.context import Reach
from qunwen.services.rooms import actions as rooms
from qunwen.services.rooms.models import Reservation, Resource
from qunwen.services.school import actions, queries
from qunwen.services.school.models import CourseClass, Lesson
from qunwen.services.venues.models import Room, Venue, WeeklyHours

from .conftest import CLERK, COUNTY, here

TOWN = "510112001"


@pytest.fixture
def room(world):
    return world.do(rooms.add_resource, place=world.places[COUNTY], unit=world.unit, kind="room", title="书画教室")


@pytest.fixture
def teacher(world):
    return world.do(actions.add_teacher, name="陈老师", place=world.places[COUNTY], unit=world.unit)


def held(resource):
    """What the resource is held for, as (day and hour, what)."""
    rows = Reservation.unscoped.filter(county=COUNTY, resource=resource, ended_at=None).order_by("starts_at")
    return [(row.starts_at.astimezone(here(2026, 1, 1).tzinfo).strftime("%m-%d %H:%M"), row.title) for row in rows]


def reserve(world, resource, day, hour, title="太极队"):
    starts = here(2026, *day, hour)
    return world.do(
        rooms.reserve, resource=resource, starts_at=starts, ends_at=starts + dt.timedelta(hours=1), title=title,
        key=f"{day}{hour}",
    )  # fmt: skip


def refusal(world, call, **about):
    with pytest.raises(ValidationError) as caught:
        world.do(call, **about)
    return caught.value.message_dict


def test_publishing_holds_room_and_teacher_for_every_lesson(world, room, teacher):
    world.open("国画班", room=room, teacher=teacher)
    wanted = [
        ("03-18 19:00", "国画班 第 1 次课"),
        ("03-25 19:00", "国画班 第 2 次课"),
        ("04-01 19:00", "国画班 第 3 次课"),
    ]
    assert (held(room), held(teacher.resource)) == (wanted, wanted)


def test_a_room_that_a_resident_has_refuses_the_class_names_the_lesson_and_not_the_resident(world, room, teacher):
    reserve(world, room, (3, 25), 20, title="张三家的生日会")
    row = world.plan("国画班", room=room, teacher=teacher)
    assert refusal(world, actions.publish_class, course_class=row) == {
        "room": [
            "第 2 次课（3月25日（周三）19:00）：“书画教室”在 03-25 20:00 至 21:00 已被预约（含前后间隔），请换个时间。"
        ]
    }
    row.refresh_from_db()
    assert (row.state, Lesson.unscoped.count(), held(teacher.resource)) == ("draft", 0, [])


def test_a_resident_cannot_have_a_room_in_which_a_class_learns(world, room):
    world.open(room=room)
    with pytest.raises(ValidationError):
        reserve(world, room, (3, 18), 20)
    assert reserve(world, room, (3, 18), 21).state == "confirmed"


def test_a_teacher_of_another_class_refuses_and_every_lesson_is_named(world, teacher):
    world.open("国画班", teacher=teacher)
    row = world.plan("书法班", teacher=teacher, starts=dt.time(20), ends=dt.time(21), planned=2)
    assert refusal(world, actions.publish_class, course_class=row) == {
        "teacher": [
            "第 1 次课（3月18日（周三）20:00）：“陈老师”3月18日（周三）19:00 要上“国画班 第 1 次课”",
            "第 2 次课（3月25日（周三）20:00）：“陈老师”3月25日（周三）19:00 要上“国画班 第 2 次课”",
        ]
    }
    late = world.plan("夜班", teacher=teacher, starts=dt.time(20, 30), ends=dt.time(21))
    assert world.do(actions.publish_class, course_class=late).state == "published"


def test_hours_in_which_a_teacher_cannot_teach_refuse_the_class(world, room, teacher):
    begins = here(2026, 3, 25, 9)
    world.do(
        rooms.block,
        resource=teacher.resource,
        starts_at=begins,
        ends_at=begins + dt.timedelta(days=1),
        reason="外出培训",
    )
    row = world.plan("国画班", room=room, teacher=teacher)
    assert refusal(world, actions.publish_class, course_class=row) == {
        "teacher": ["第 2 次课（3月25日（周三）19:00）：“陈老师”这段时间停止预约：外出培训"]
    }


def test_many_clashes_name_the_first_five_and_count_the_rest(world, room):
    world.open("国画班", room=room, planned=7)
    row = world.plan("书法班", room=room, planned=7)
    said = refusal(world, actions.publish_class, course_class=row)["room"]
    assert (len(said), said[-1]) == (6, "还有 2 次课也排不下。")


def test_a_venues_room_is_entered_once_and_its_hours_hold(world, at):
    with writing.allowed("test"):
        venue = Venue.unscoped.create(
            name="区文化馆", kind="cultural_centre", place=world.places[COUNTY], unit=world.unit, changed_at=at
        )
        hall = Room.unscoped.create(venue=venue, name="排练厅", kind="rehearsal", capacity=30)
        WeeklyHours.unscoped.create(venue=venue, weekday=2, opens=dt.time(9), closes=dt.time(20))
    first, second = world.plan("早班", room=hall, starts=dt.time(9), ends=dt.time(10)), world.plan("晚班", room=hall)
    assert (first.room_id, first.room_name) == (second.room_id, "区文化馆 排练厅")
    assert world.do(actions.publish_class, course_class=first).state == "published"
    assert refusal(world, actions.publish_class, course_class=second)["room"][0] == (
        "第 1 次课（3月18日（周三）19:00）：“区文化馆 排练厅”这段时间不开放，请看开放时间。"
    )
    assert "放不下" in refusal(
        world, actions.plan_class, term=world.term, subject=world.subject, school=world.head, title="大班", weekdays={2},
        starts=dt.time(9), ends=dt.time(10), planned=1, online=31, opens_at=at, closes_at=at + dt.timedelta(days=1), room=hall,
    )["online"][0]  # fmt: skip


def test_calling_a_class_or_a_lesson_off_gives_room_and_teacher_back(world, room, teacher):
    row = world.open("国画班", room=room, teacher=teacher)
    world.do(actions.cancel_lesson, lesson=world.lessons(row)[1], reason="停电")
    assert [when for when, _title in held(room)] == ["03-18 19:00", "04-01 19:00"]
    world.do(actions.cancel_class, course_class=row, reason="报名人数不足", later=1)
    assert (held(room), held(teacher.resource)) == ([], [])


def test_a_moved_lesson_takes_its_room_along_and_may_move_back(world, room, teacher):
    row = world.open("国画班", room=room, teacher=teacher, planned=1)
    lesson = world.lessons(row)[0]
    old, new = lesson.starts_at, here(2026, 3, 20, 19)
    hour = dt.timedelta(hours=1)
    moved = world.do(actions.move_lesson, lesson=lesson, starts_at=new, ends_at=new + hour, reason="教师开会")
    assert held(room) == held(teacher.resource) == [("03-20 19:00", "国画班 第 1 次课")]
    world.do(actions.move_lesson, lesson=moved, starts_at=old, ends_at=old + hour, reason="会议取消", later=1)
    assert held(room) == held(teacher.resource) == [("03-18 19:00", "国画班 第 1 次课")]


def test_a_lesson_moves_to_another_room_and_not_into_a_taken_one(world, room):
    other = world.do(rooms.add_resource, place=world.places[COUNTY], unit=world.unit, kind="room", title="舞蹈教室")
    row = world.open("国画班", room=room, planned=1)
    reserve(world, other, (3, 18), 19)
    lesson = world.lessons(row)[0]
    times = {"starts_at": lesson.starts_at, "ends_at": lesson.ends_at}
    said = refusal(world, actions.move_lesson, lesson=lesson, room=other, reason="漏水", **times)
    assert (list(said), held(room)) == (["room"], [("03-18 19:00", "国画班 第 1 次课")])
    later = {name: moment + dt.timedelta(hours=2) for name, moment in times.items()}
    moved = world.do(actions.move_lesson, lesson=world.lessons(row)[0], room=other, reason="漏水", **later)
    assert (moved.room, held(room)[:1]) == (other, [])
    assert held(other)[-1] == ("03-18 21:00", "国画班 第 1 次课")


def test_what_somebody_gave_back_is_seen_and_held_anew(world, room):
    row = world.open("国画班", room=room, planned=1)
    world.do(rooms.release, reservation=Reservation.unscoped.get(county=COUNTY, ended_at=None))
    (lesson,) = world.lessons(row)
    assert queries.kept_for([lesson]) == {lesson.pk: []}
    times = {"starts_at": lesson.starts_at, "ends_at": lesson.ends_at}
    world.do(actions.move_lesson, lesson=lesson, reason="重新占用教室", **times)
    assert queries.kept_for([lesson]) == {lesson.pk: ["confirmed"]}


def test_another_teacher_takes_over_the_lessons_to_come(world, teacher):
    row = world.open("国画班", teacher=teacher)
    person = world.person(phone="13900002222")
    world.enrol(row, person)
    other = world.do(actions.add_teacher, name="李老师", place=world.places[COUNTY], unit=world.unit)
    after_first = (here(2026, 3, 20) - world.at) // dt.timedelta(minutes=1)
    row = CourseClass.unscoped.select_related("teacher__resource", "term", "room").get(county=COUNTY, pk=row.pk)
    world.do(actions.replace_teacher, course_class=row, teacher=other, reason="产假", later=after_first)
    assert [when for when, _title in held(other.resource)] == ["03-25 19:00", "04-01 19:00"]
    assert [when for when, _title in held(teacher.resource)] == ["03-18 19:00"]
    told = Notice.unscoped.filter(county=COUNTY, key__startswith="school:").values_list("text", flat=True)
    assert list(told) == ["国画班从3月25日（周三）19:00起由李老师老师上课。原因：产假"]


def test_a_teacher_with_lessons_to_come_stays_on_the_list(world, teacher):
    row = world.open("国画班", teacher=teacher)
    said = refusal(world, actions.change_teacher, teacher=teacher, most_hours=100, active=False)
    assert said == {"active": ["还有没上完的课（国画班），请先换教师。"]}
    world.do(actions.cancel_class, course_class=row, reason="停办")
    world.do(actions.change_teacher, teacher=teacher, most_hours=100, active=False)
    assert Resource.unscoped.get(county=COUNTY, kind="teacher").active is False


def test_calling_the_roll_in_time_shows_that_the_room_is_used(world, room):
    row = world.open("国画班", room=room)
    person = world.person()
    world.enrol(row, person)
    lesson = world.lessons(row)[0]
    world.roll(lesson, {world.pupil(row, person).pk: "present"})
    assert queries.kept_for([lesson]) == {lesson.pk: ["used"]}


def test_a_room_of_the_county_is_not_a_towns_to_plan_with_but_its_own_class_gives_it_back(world, room, at):
    town = world.do(
        actions.open_school, name="龙泉分校", kind="branch", place=world.places[TOWN], unit=world.unit,
        opened_on=dt.date(2026, 1, 1), parent=world.head,
    )  # fmt: skip
    reach = (Reach(TOWN),)
    clerk = context.staff(dict.fromkeys(("school.manage", "rooms.reserve", "bookings.manage"), reach))
    row = world.plan("分校国画班", school=town, room=room)
    with context.opened(clerk), pytest.raises(asking.Forbidden):
        actions.publish_class(course_class=row, by=CLERK, at=at)
    row = world.do(actions.publish_class, course_class=row)
    with context.opened(clerk):
        actions.cancel_class(course_class=row, reason="停办", by=CLERK, at=at)
    assert held(room) == []

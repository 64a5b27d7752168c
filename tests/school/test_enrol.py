"""Enrolment: two children in one go, the line and why, guardians, ages, clashes, two classes a term, draws."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people.models import Guardianship
from qunwen.base.scope import asking, context, writing
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings.models import Booking, Bucket
from qunwen.services.school import actions, queries, tasks
from qunwen.services.school.models import CourseClass, Pupil

from .conftest import COUNTY


def test_two_children_one_place_one_gets_it_and_one_sees_why_not(world):
    row = world.open(online=1)
    mother, (first, second) = world.family(2015, 2017)
    answers = world.enrol(row, first, second, holder=mother)
    assert world.states(answers) == ["confirmed", "waiting"]
    pupil = world.pupil(row, first)
    assert (pupil.state, pupil.guardian, pupil.group, pupil.place_id) == ("enrolled", mother, "child", first.place_id)
    assert Pupil.unscoped.filter(county=COUNTY, resident=second).count() == 0
    standing = queries.standing(world.booking(answers[1]))
    assert standing.position == 1
    assert standing.why.startswith("网上名额共 1 个，到您报名时")
    assert "前面还有 0 位在等" in standing.why


def test_the_same_page_sent_twice_books_once(world):
    row = world.open(online=2)
    mother, (child,) = world.family(2015)
    once = world.enrol(row, child, holder=mother, key="page-1")
    again = world.enrol(row, child, holder=mother, key="page-1")
    assert once[0].booking.pk == again[0].booking.pk
    assert Pupil.unscoped.filter(county=COUNTY, course_class=row).count() == 1


def test_a_child_without_guardian_on_record_is_refused_and_no_place_is_taken(world):
    row = world.open()
    child = world.person("王小明", born=2016)
    answers = world.enrol(row, child)
    assert world.states(answers) == ["王小明不满 14 岁，要由监护人报名。请先登记监护关系，再报名。"]
    assert Bucket.unscoped.get(county=COUNTY, subject_id=row.pk).taken == 0


def test_an_ended_guardianship_is_none(world, at):
    row = world.open()
    mother, (child,) = world.family(2016)
    with writing.allowed("test"):
        Guardianship.unscoped.filter(county=COUNTY, ward=child).update(ended_at=at - dt.timedelta(days=1))
    assert world.enrol(row, child, holder=mother)[0].booking is None


def test_a_stranger_may_not_enrol_somebody_elses_child(world, at):
    row = world.open()
    _mother, (child,) = world.family(2016)
    stranger = world.person()
    by = Actor(kind=ActorKind.RESIDENT, id=stranger.pk, name=stranger.name)
    with context.opened(context.resident(frozenset({stranger.pk}), county=COUNTY)), pytest.raises(asking.Forbidden):
        actions.enrol_many(course_class=row, holder=stranger, people=[child], key="k", by=by, at=at)
    assert Booking.unscoped.filter(county=COUNTY).count() == 0


def test_ages_of_the_subject_hold_at_the_beginning_of_the_term(world):
    subject = world.do(actions.add_subject, discipline=world.discipline, name="少儿国画", age_from=7, age_to=12)
    row = world.open(subject=subject)
    mother, (small, right) = world.family(2020, 2016)
    assert world.states(world.enrol(row, small, right, holder=mother)) == [
        "“少儿国画”招7 至 12 岁的学员，孩子1开学时 6 岁。",
        "confirmed",
    ]


def test_two_classes_at_the_same_time_clash(world):
    first, second = world.open("国画班"), world.open("书法班", starts=dt.time(20), ends=dt.time(21))
    person = world.person("李梅")
    world.enrol(first, person)
    assert world.states(world.enrol(second, person)) == [
        "李梅已在“国画班”上课，3月18日（周三）19:00 时间相同，不能同时上这个班。"
    ]


def test_a_class_right_after_another_does_not_clash(world):
    first, second = world.open(), world.open(starts=dt.time(20, 30), ends=dt.time(21, 30))
    person = world.person()
    world.enrol(first, person)
    assert world.states(world.enrol(second, person)) == ["confirmed"]


def test_at_most_two_classes_a_term_and_the_line_counts(world):
    full, second, third = (world.open(weekday=day, online=1) for day in (0, 1, 2))
    person = world.person()
    world.enrol(full, world.person())
    assert world.states([*world.enrol(full, person), *world.enrol(second, person)]) == ["waiting", "confirmed"]
    answer = world.enrol(third, person)[0]
    assert answer.booking is None
    assert "2" in answer.refusal


def test_another_term_counts_anew(world):
    person = world.person()
    for day in (0, 1):
        world.enrol(world.open(weekday=day), person)
    summer = world.do(
        actions.set_term, place=world.places[COUNTY], name="2026 年暑期", season="summer",
        starts_on=dt.date(2026, 7, 6), ends_on=dt.date(2026, 8, 30),
    )  # fmt: skip
    row = world.open(term=summer)
    assert (world.states(world.enrol(row, person)), row.rule) == (["confirmed"], "holiday-2024")


def test_elders_take_the_places_kept_for_them_first(world):
    row = world.open(online=1, elders=1)
    elder, other = world.person(born=1955), world.person()
    world.enrol(row, elder)
    world.enrol(row, other)
    taken = Bucket.unscoped.filter(county=COUNTY, subject_id=row.pk).order_by("channel").values_list("channel", "taken")
    assert list(taken) == [("elders", 1), ("online", 1)]


def test_a_place_given_back_goes_to_the_line_and_the_roll_follows(world):
    row = world.open(online=1)
    first, second = world.person(), world.person()
    world.enrol(row, first)
    waiting = world.enrol(row, second)[0].booking
    world.do(actions.withdraw, pupil=world.pupil(row, first), reason="搬家", later=1)
    by = Actor(kind=ActorKind.RESIDENT, id=second.pk, name=second.name)
    world.do(ledger.accept_offer, booking=waiting, by=by, later=2)
    assert (world.pupil(row, first).state, world.pupil(row, second).state) == ("withdrawn", "enrolled")


def test_an_accepted_offer_that_clashes_by_now_stays_an_offer(world):
    row, other = world.open("国画班", online=1), world.open("书法班")
    first, second = world.person(), world.person()
    world.enrol(row, first)
    waiting = world.enrol(row, second)[0].booking
    world.enrol(other, second)
    world.do(actions.withdraw, pupil=world.pupil(row, first), reason="搬家", later=1)
    with pytest.raises(ValidationError):
        world.do(ledger.accept_offer, booking=waiting, later=2)
    assert Booking.unscoped.get(county=COUNTY, pk=waiting.pk).state == "offered"


def test_an_elder_without_a_phone_is_enrolled_at_the_counter(world):
    row = world.open(on_site=1)
    elder = world.person("周大爷", born=1948)
    bucket = Bucket.unscoped.get(county=COUNTY, subject_id=row.pk, channel="on_site")
    booking = world.do(
        ledger.book_for, bucket=bucket, resident=elder, members=[elder], consent="present", key="counter-1"
    )
    assert (booking.state, booking.booked_for, world.pupil(row, elder).state) == ("confirmed", "周大爷", "enrolled")


def test_a_transfer_moves_the_place_or_changes_nothing(world):
    old, new, full = world.open(), world.open("夜班", weekday=3), world.open("满班", weekday=4, online=1)
    person = world.person()
    world.enrol(full, world.person())
    world.enrol(old, person)
    with pytest.raises(ValidationError):
        world.do(actions.transfer, pupil=world.pupil(old, person), to=full, reason="换时间", later=5)
    assert world.pupil(old, person).state == "enrolled"
    # After the window has closed, before the last day to join.
    moved = world.do(actions.transfer, pupil=world.pupil(old, person), to=new, reason="换时间", later=3 * 24 * 60)
    assert (world.pupil(old, person).state, world.pupil(new, person).source) == ("transferred", "transfer")
    sizes = Bucket.unscoped.filter(county=COUNTY, subject_id__in=[old.pk, new.pk]).values_list(
        "subject_id", "size", "taken"
    )
    assert {pk: (size, taken) for pk, size, taken in sizes} == {old.pk: (2, 0), new.pk: (2, 1)}
    assert (moved.left.pk, moved.joined.pk) == (world.pupil(old, person).pk, world.pupil(new, person).pk)


def test_a_resident_takes_the_booking_back_and_leaves_the_roll(world):
    row = world.open()
    person = world.person()
    booking = world.enrol(row, person)[0].booking
    by = Actor(kind=ActorKind.RESIDENT, id=person.pk, name=person.name)
    world.do(ledger.cancel, booking=booking, by=by, later=1)
    assert world.pupil(row, person).state == "withdrawn"
    assert world.states(world.enrol(row, person, later=2)) == ["confirmed"]


def test_closing_the_lines_twice_does_it_once(world, monkeypatch):
    row = world.open()
    monkeypatch.setattr(tasks, "now", lambda: world.at + dt.timedelta(days=30))
    assert (tasks.close_lines(), tasks.close_lines()) == (1, 0)
    assert Bucket.unscoped.get(county=COUNTY, subject_id=row.pk).closed_at is not None


def test_bookings_of_other_things_touch_no_roll(world):
    with context.everything(reason="test"):
        bucket = ledger.open_bucket(
            subject=world.unit, place=world.places[COUNTY], title="讲座", size=3, by=_clerk(), at=world.at
        )
        ledger.book(
            bucket=bucket, resident=None, members=[world.person()], key="x", by=_clerk(), at=world.at, contact="甲"
        )
    assert (Pupil.unscoped.count(), CourseClass.unscoped.count()) == (0, 0)


def _clerk():
    return Actor(kind=ActorKind.STAFF, id=None, name="站长")

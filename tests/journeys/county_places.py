"""What a county of the crawl has of places given out: seats, a draw, a class with a pupil, an after-school service.

Rows only, not their life: whether each can come about is tested where it belongs, and nothing here depends on the day.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from qunwen.base.scope import clock, writing
from qunwen.base.scope.ids import uuid7
from qunwen.services.afterschool import models as afterschool
from qunwen.services.bookings import models as bookings
from qunwen.services.draws import models as draws
from qunwen.services.rooms import models as rooms
from qunwen.services.school import models as school

if TYPE_CHECKING:
    from .counties import County

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class Writer:
    """Makes rows of one county at its village."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.kept, self.shown = county.words.kept, county.words.shown
        self.at, self.today = county.at, clock.day_of(county.at)
        self.unit, self.parent, self.child = county.units["room"], county.rows["resident"], county.rows["child"]

    def add(self, model: type[Any], known: str = "", /, **values: Any) -> Any:
        """One row; with a name the county knows it by that."""
        has = {field.name for field in model._meta.get_fields()}
        common = {"county": self.county.code, "place": self.county.village, "unit": self.unit}
        row = model(**{**{key: value for key, value in common.items() if key in has}, **values})
        row.save(force_insert=True)
        if known:
            self.county.rows[known] = row
        return row


def given_out(county: County) -> None:
    """Every kind of row that an address of these areas names."""
    write = Writer(county)
    with writing.allowed("test"):
        _ledger(write)
        course = _course(write)
        _draw(write, course)
        _resources(write)
        _service(write)


def _ledger(write: Writer) -> None:
    plan = write.add(bookings.SeatPlan, "seat_plan", title=f"{write.kept}座位", layout="AA", made_at=write.at)
    seats = [write.add(bookings.Seat, plan=plan, row="1", number=number, line=1, column=number) for number in (1, 2)]
    booking = write.county.rows["booking"]
    write.add(
        bookings.SeatHold, seat=seats[0], booking=booking, subject_type=booking.bucket.subject_type,
        subject_id=booking.bucket.subject_id,
    )  # fmt: skip
    write.add(
        bookings.RushAnswer, place=write.county.village.pk, number=1, resident_id=write.parent.pk, verdict="refused",
        kind="full", words=f"{write.kept}答复", decided_at=write.at,
    )  # fmt: skip
    write.add(bookings.MissPolicy, "miss_policy", misses=3, window_days=90, lasts_days=30, at_most=1)
    write.add(
        bookings.GroupProof, "proof", resident=write.parent, group="disabled", basis=f"{write.kept}证", since=write.today,
        certified_by=f"{write.kept}人", certified_at=write.at,
    )  # fmt: skip
    write.add(
        bookings.Restraint, "restraint", resident=write.parent, misses=3, at_most=1, since=write.at,
        until=write.at + 30 * DAY,
    )  # fmt: skip


def _course(write: Writer) -> school.CourseClass:
    head = write.add(
        school.School, "course_school", kind="headquarters", name=f"{write.shown}艺校", opened_on=write.today - 90 * DAY
    )
    term = write.add(
        school.Term, "course_term", name=f"{write.shown}学期", season="spring", starts_on=write.today - 9 * DAY,
        ends_on=write.today + 90 * DAY,
    )  # fmt: skip
    write.add(school.Teacher, "course_teacher", name=f"{write.shown}老师")
    point = write.add(
        school.School, kind="point", name=f"{write.shown}教学点", parent=head, opened_on=write.today - 90 * DAY
    )
    write.add(
        school.Agreement, "point_agreement", school=point, version=1, partner=f"{write.kept}合作方", terms=f"{write.kept}约定",
        signed_on=write.today, valid_from=write.today, valid_to=write.today + 90 * DAY,
    )  # fmt: skip
    discipline = write.add(school.Discipline, name=f"{write.shown}门类")
    subject = write.add(school.Subject, discipline=discipline, name=f"{write.shown}科目")
    course = write.add(
        school.CourseClass, "course", term=term, subject=subject, school=head, title=f"{write.shown}班", state="published",
        online=5, opens_at=write.at - DAY, closes_at=write.at + DAY, weekdays="1", starts=dt.time(9), ends=dt.time(10),
        planned=2, secret="5e" * 32,
    )  # fmt: skip
    begins = write.at - HOUR
    write.add(
        school.Lesson, "lesson", course_class=course, number=1, starts_at=begins, ends_at=begins + 2 * HOUR,
        topic=f"{write.kept}课",
    )  # fmt: skip
    pupil = write.add(
        school.Pupil, "pupil", course_class=course, resident=write.child, household=write.child.household,
        guardian=write.parent, name=write.child.name, enrolled_at=write.at,
    )  # fmt: skip
    write.add(
        school.Certificate, "certificate", pupil=pupil, number=f"{write.county.code}-1", code="ABCDEFGH",
        name=write.child.name, title=course.title, school=head.name, issued_at=write.at, issued_by=f"{write.kept}人",
    )  # fmt: skip
    write.add(
        school.QualitySheet, "quality_sheet", course_class=course, form="listening-2024", visited_on=write.today,
        answers={"prepared": 18}, points=18, most=100, remarks=f"{write.kept}意见", filled_at=write.at,
    )  # fmt: skip
    return course


def _draw(write: Writer, course: school.CourseClass) -> None:
    draw = write.add(
        draws.Draw, "draw", title=f"{write.shown}摇号", opens_at=write.at - DAY, closes_at=write.at + DAY,
        seed_notice=f"{write.shown}开奖", seed_form="digits", seed_length=7, seed_at=write.at + 2 * DAY,
    )  # fmt: skip
    option = write.add(
        draws.Option, "option", draw=draw, position=1, subject_type="school.courseclass", subject_id=course.pk,
        title=course.title, seats=5,
    )  # fmt: skip
    application = write.add(
        draws.Application, "draw_application", draw=draw, home=write.county.village, resident=write.parent,
        household=write.parent.household, contact=write.parent.name, phone=write.parent.phone, who=str(write.parent.pk),
        channel="app", key=str(uuid7()), code=f"{write.county.words.seed:08}", applied_at=write.at,
        applied_by=write.parent.name,
    )  # fmt: skip
    write.add(draws.Member, application=application, resident=write.parent, name=write.parent.name)
    write.add(draws.Wish, application=application, option=option, rank=1)
    write.add(draws.Luck, household=write.parent.household, credit=1, counted_at=write.at)


def _resources(write: Writer) -> None:
    """A van for staff, and a hall that residents may reserve and troupes are offered."""
    van = write.add(rooms.Resource, "resource", kind="vehicle", title=f"{write.shown}文化车")
    hall = write.add(
        rooms.Resource, "room_resource", kind="room", title=f"{write.shown}排练厅", open_to="residents", door_check=True
    )
    team = write.add(rooms.Team, "room_team", name=f"{write.kept}舞蹈队", leader=write.parent, registered_at=write.at)
    series = write.add(rooms.Series, "room_series", resource=van, title=f"{write.kept}排练")
    bundle = write.add(rooms.Bundle, "room_bundle", title=f"{write.kept}晚会")
    begins, ends = write.at + HOUR, write.at + 3 * HOUR
    about = {"reserved_at": write.at, "reserved_by": f"{write.kept}人", "held_from": begins, "held_until": ends}
    write.add(
        rooms.Reservation, "reservation", resource=van, starts_at=begins, ends_at=ends, title=f"{write.kept}演出",
        state="confirmed", key=str(uuid7()), series=series, bundle=bundle, **about,
    )  # fmt: skip
    write.add(
        rooms.Reservation, "room_reservation", resource=hall, starts_at=begins, ends_at=ends, title=f"{write.kept}练舞",
        state="asked", key=str(uuid7()), resident=write.parent, team=team, code="246810", **about,
    )  # fmt: skip
    write.add(rooms.Blackout, "blackout", resource=van, starts_at=begins, ends_at=ends, reason=f"{write.kept}检修")
    write.add(
        rooms.PrioritySeason, "room_season", resource=hall, title=f"{write.shown}排练季", starts_on=write.today,
        ends_on=write.today, kept_for=["show"],
    )  # fmt: skip
    write.add(
        rooms.OfferedHours, "room_offer", resource=hall, starts_at=write.at + DAY, ends_at=write.at + DAY + HOUR,
        offered_at=write.at,
    )  # fmt: skip


def _service(write: Writer) -> None:
    at, today = write.at, write.today
    own = write.add(afterschool.School, "primary", name=f"{write.shown}小学", phone=f"{write.shown}电话")
    term = write.add(
        afterschool.SchoolTerm, "school_term", school=own, name="本学期", starts_on=today - 9 * DAY,
        ends_on=today + 90 * DAY, apply_opens_at=at - DAY, apply_closes_at=at + DAY,
    )  # fmt: skip
    form = write.add(afterschool.SchoolClass, "school_class", school=own, name=f"{write.kept}三年级一班", grade=3)
    child = write.add(
        afterschool.Child, "school_child", school=own, school_class=form, resident=write.child, entered_at=at
    )
    person = write.add(
        afterschool.PickupPerson, "pickup", child=child, name=f"{write.kept}爷爷", relation="祖父", named_at=at,
        named_by=write.parent.name,
    )  # fmt: skip
    write.add(
        afterschool.PickupCode, child=child, person=person, day=today, issued_at=at,
    )  # fmt: skip
    write.add(
        afterschool.Application, "school_application", child=child, term=term, guardian=write.parent, state="applied",
        weekdays="01234", key=str(uuid7()), applied_at=at, applied_by=write.parent.name,
    )  # fmt: skip
    write.add(
        afterschool.Agreement, "school_agreement", child=child, term=term, version=1, weekdays="01234", starts_on=today,
        ends_on=today + 60 * DAY, signed_at=at, signed_by=write.parent.name, signed_via="portal",
        paper=write.kept.encode(), sha256="0" * 64,
    )  # fmt: skip
    tutor = write.add(afterschool.Tutor, "tutor", school=own, name=f"{write.kept}教师")
    activity = write.add(
        afterschool.Activity, "school_activity", school=own, term=term, tutor=tutor, title=f"{write.shown}剪纸", part="extra",
        field="art", starts=dt.time(16, 30), ends=dt.time(17, 10), price_fen=230, state="published",
    )  # fmt: skip
    write.add(afterschool.Content, activity=activity, position=1, text=f"{write.kept}内容")
    session = write.add(
        afterschool.Session, "school_session", school=own, term=term, activity=activity, day=today,
        starts_at=at - HOUR, ends_at=at, periods=1, state="open", opened_at=at - HOUR, expected=1,
    )  # fmt: skip
    roll = write.add(afterschool.Roll, "roll", session=session, child=child)
    write.add(
        afterschool.HandOver, roll=roll, how="fetched", proof="slip", person=person, to_name=person.name, gone_at=at,
        noted_by=f"{write.kept}老师",
    )  # fmt: skip
    _money(write, own, child)


def _money(write: Writer, own: afterschool.School, child: afterschool.Child) -> None:
    at, today = write.at, write.today
    write.add(
        afterschool.Exemption, "exemption", child=child, group="poor", document=f"{write.kept}文件",
        certified_by=f"{write.kept}局", starts_on=today, created_at=at,
    )  # fmt: skip
    bill = write.add(
        afterschool.Bill, "bill", number=f"B{write.county.code}", child=child, school=own, month=today.replace(day=1),
        state="paid", fee_fen=2300, exempted_fen=0, absence_fen=0, due_fen=2300, paid_fen=2300, refunded_fen=230,
        rule_code="changde", rule_sha256="0" * 64, basis={"attended": [], "reliefs": []}, lines=[], issued_at=at, counted_at=at,
    )  # fmt: skip
    payment = write.add(
        afterschool.Payment, "payment", bill=bill, adapter="counter", reference=f"{write.kept}流水", amount_fen=2300,
        paid_at=at,
    )  # fmt: skip
    write.add(
        afterschool.Refund, "refund", number=f"R{write.county.code}", bill=bill, payment=payment, amount_fen=230,
        reason="recounted", created_at=at,
    )  # fmt: skip
    write.add(
        afterschool.CalendarDay, "calendar_day", place=write.county.places[write.county.code], day=today, opens=True,
        why=f"{write.shown}补课", set_at=at,
    )  # fmt: skip
    write.add(
        afterschool.Complaint, "complaint", school=own, resident=write.parent, kind="other", text=f"{write.kept}意见",
        made_at=at,
    )  # fmt: skip

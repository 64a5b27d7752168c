"""The desk around a class: schools, teachers, terms, what is said and observed, papers to print."""

from __future__ import annotations

import datetime as dt
import io

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunwen.base.scope import clock
from qunwen.services.bookings.models import Booking
from qunwen.services.rooms import actions as rooms
from qunwen.services.school import actions, certificates, definitions, overview
from qunwen.services.school.models import CourseClass, QualitySheet, Satisfaction, School, Teacher, Term
from tests.desk.people import county, desk, roles  # noqa: F401

from .conftest import COUNTY, World
from .test_pages import logged_in, of, officer, text  # noqa: F401


@pytest.fixture
def coming(places):
    """The school at this very moment, with a term that begins tomorrow."""
    world = World(places, clock.now() - dt.timedelta(minutes=5))
    today = clock.day_of(world.at)
    world.term = world.do(
        actions.set_term, place=places[COUNTY], name="本学期", season="autumn", starts_on=today + dt.timedelta(days=1),
        ends_on=today + dt.timedelta(days=200),
    )  # fmt: skip
    return world


def fields(response):
    """What the form of a page would send back."""
    form = response.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}


def test_a_class_in_preparation_is_changed_and_taken_away(officer, coming):  # noqa: F811
    room = coming.do(rooms.add_resource, place=coming.places[COUNTY], unit=coming.unit, kind="room", title="书画教室")
    row = coming.plan("国画班")
    sent = fields(officer.get(of("edit", row)))
    assert list(sent["weekdays"]) == [2]
    changed = {**sent, "title": "写意国画班", "weekdays": ["1", "3"], "room": f"room.{room.pk}"}
    assert officer.post(of("edit", row), {**changed, "ends": "18:00"}).status_code == 422
    officer.post(of("edit", row), changed)
    row.refresh_from_db()
    assert (row.title, row.weekdays, row.room_name) == ("写意国画班", "13", "书画教室")
    officer.post(of("publish", row))
    refused = officer.post(of("drop", row), follow=True)
    assert "发布过的班级只能停办" in text(refused)
    draft = coming.plan("不办了的班")
    officer.post(of("drop", draft))
    assert list(CourseClass.unscoped.filter(county=COUNTY).values_list("title", flat=True)) == ["写意国画班"]


def test_a_taken_room_is_said_on_the_page_of_the_class(officer, coming):  # noqa: F811
    room = coming.do(rooms.add_resource, place=coming.places[COUNTY], unit=coming.unit, kind="room", title="书画教室")
    coming.open("国画班", room=room)
    answer = officer.post(of("publish", coming.plan("书法班", room=room)), follow=True)
    assert text(answer).count("要上“国画班 第") == 3


def test_a_holiday_class_meets_on_every_working_day(world):
    summer = world.do(
        actions.set_term, place=world.places[COUNTY], name="2026 年暑期", season="summer",
        starts_on=dt.date(2026, 7, 6), ends_on=dt.date(2026, 8, 1),
    )  # fmt: skip
    row = world.open(
        "少儿书法假期班", term=summer, weekdays=set(range(5)), starts=dt.time(9), ends=dt.time(10), planned=8
    )
    days = [lesson.starts_at.date().isoformat() for lesson in world.lessons(row)]
    assert days == [f"2026-07-{day:02}" for day in (6, 7, 8, 9, 10, 13, 14, 15)]
    assert (row.when, row.rule) == ("周一至周五 09:00–10:00", "holiday-2024")


def test_a_class_published_within_the_term_begins_tomorrow(world):
    row = world.plan(planned=2)
    world.do(actions.publish_class, course_class=row, later=10 * 24 * 60)  # 24 March, a Tuesday
    assert [one.starts_at.date() for one in world.lessons(row)] == [dt.date(2026, 3, 25), dt.date(2026, 4, 1)]


def test_a_point_shows_its_agreements_and_prints_them(officer, world):  # noqa: F811
    point = world.do(
        actions.open_school, name="五星教学点", kind="point", place=world.places["510112002001"], unit=world.unit,
        opened_on=dt.date(2026, 1, 1), parent=world.head,
    )  # fmt: skip
    signed = world.do(
        actions.sign_agreement, school=point, partner="五星社区居委会", terms="提供教室\n免费开放", signed_on=dt.date(2026, 1, 1),
        valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2027, 1, 1),
    )  # fmt: skip
    assert "五星社区居委会" in text(officer.get(of("school", point)))
    paper = officer.get(reverse("school:agreement", args=[COUNTY, signed.pk]))
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(b"".join(paper.streaming_content))).paragraphs)
    assert [said in words for said in ("乙方：五星社区居委会", "提供教室", "2026年12月31日")] == [True, True, True]
    officer.post(of("close_school", point), {"on": "2026-11-01"})
    assert School.unscoped.get(pk=point.pk).closed_on == dt.date(2026, 11, 1)


def test_a_teachers_page_counts_hours_and_changes_the_most(officer, coming):  # noqa: F811
    teacher = coming.do(
        actions.add_teacher, name="陈老师", place=coming.places[COUNTY], unit=coming.unit, most_hours=10
    )
    coming.open("国画班", teacher=teacher)  # 3 × 90 minutes
    assert "全学期 6 课时，至多 10 课时" in text(officer.get(of("teacher", teacher)))
    officer.post(of("change_teacher", teacher), {"most_hours": "20", "active": "on"})
    assert Teacher.unscoped.get(county=COUNTY).most_hours == 20
    refused = officer.post(of("change_teacher", teacher), {"most_hours": "20"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["active"])


def test_a_terms_end_does_not_cut_lessons_off(officer, coming):  # noqa: F811
    row = coming.open("国画班")
    last = coming.lessons(row)[-1].starts_at.date()
    sent = {"name": "本学期", "per_person": "3", "ends_on": last.isoformat()}
    refused = officer.post(of("change_term", coming.term), sent)
    assert list(refused.context["form"].errors) == ["ends_on"]
    officer.post(of("change_term", coming.term), {**sent, "ends_on": (last + dt.timedelta(days=1)).isoformat()})
    assert Term.unscoped.get(county=COUNTY, pk=coming.term.pk).per_person == 3


def test_another_teacher_is_chosen_on_the_desk(officer, coming):  # noqa: F811
    first, second = (
        coming.do(actions.add_teacher, name=name, place=coming.places[COUNTY], unit=coming.unit)
        for name in ("陈老师", "李老师")
    )
    row = coming.open("国画班", teacher=first)
    officer.post(of("replace_teacher", row), {"teacher": second.pk, "reason": "产假"})
    assert CourseClass.unscoped.get(county=COUNTY, pk=row.pk).teacher_id == second.pk


@pytest.fixture
def ended(world):
    """A class of two that ended: one passed, one did not."""
    row = world.open("国画班", online=3, planned=1)
    people = [world.person("王小敏"), world.person("李梅")]
    for person in people:
        world.enrol(row, person)
    done = world.ended(row, dict(zip(people, (80, 40), strict=True)))
    world.do(actions.issue_certificates, course_class=done, later=60 * 24 * 62)
    return done


def test_what_pupils_say_is_read_without_names_and_paper_answers_are_entered(officer, world, ended):  # noqa: F811
    said, paper = (pupil for pupil in ended.pupils(manager="unscoped").filter(county=COUNTY).order_by("-name"))
    world.do(actions.rate, pupil=said, score=5, words="老师很好", later=60 * 24 * 63)
    page = text(officer.get(of("said", ended)))
    assert ("老师很好" in page, "1 人评价，平均 5.0 分" in page, said.name in page) == (True, True, False)
    officer.post(reverse("school:rate", args=[COUNTY, paper.pk]), {"score": "4", "words": ""})
    assert sorted(Satisfaction.unscoped.filter(county=COUNTY).values_list("score", flat=True)) == [4, 5]


def test_an_observed_lesson_is_kept_with_every_question(officer, world, ended):  # noqa: F811
    form = definitions.form_for(clock.today())
    sent = {question.key: str(question.most - 1) for question in form.questions}
    officer.post(of("quality", ended), {**sent, "visited_on": clock.today().isoformat(), "remarks": "多练习"})
    sheet = QualitySheet.unscoped.get(county=COUNTY)
    page = text(officer.get(reverse("school:sheet", args=[COUNTY, sheet.pk])))
    assert [said in page for said in (form.questions[0].title, "多练习", "95")] == [True, True, True]
    assert form.questions[0].title in text(officer.get(of("blank_sheet", ended)))


def test_a_term_at_a_glance_adds_whole_numbers(everything, ended):
    (line,) = overview.of_term(ended.term)
    assert (line.pupils, line.completed, line.attendance, line.satisfaction) == (2, 1, "100%", "")
    assert overview.summed([line, line])["pupils"] == 4
    assert [overview.percent(*pair) for pair in ((1, 3), (1, 2), (0, 5), (0, 0))] == ["33%", "50%", "0%", ""]
    assert [overview.one_decimal(*pair) for pair in ((14, 3), (9, 2), (5, 1))] == ["4.7", "4.5", "5.0"]


def test_a_longer_term_asks_no_more_of_the_database(officer, world, ended):  # noqa: F811
    asked = []
    for number in (1, 3):
        while CourseClass.unscoped.filter(county=COUNTY).count() < number:
            world.open(weekday=number)
        officer.get(of("term", ended.term))
        with CaptureQueriesContext(connection) as seen:
            officer.get(of("term", ended.term))
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_all_certificates_of_a_class_are_printed_and_a_family_prints_its_own(officer, world, ended):  # noqa: F811
    (paper,) = ended.pupils(manager="unscoped").filter(county=COUNTY, state="completed")
    page = text(officer.get(of("certificates", ended)))
    assert (page.count("<svg"), "王小敏" in page, "李梅" in page) == (page.count("<svg"), True, False)
    mine = logged_in(paper.resident).get(reverse("portal:school_certificate", args=[paper.pk]))
    assert ("王小敏" in text(mine), "<svg" in text(mine)) == (True, True)
    stranger = logged_in(world.person())
    assert stranger.get(reverse("portal:school_certificate", args=[paper.pk])).status_code == 404


def test_the_code_on_a_certificate_opens_the_page_that_verifies_it(world, ended, settings):
    settings.QUNWEN_PUBLIC_URL = "http://testserver"
    paper = (
        ended.pupils(manager="unscoped").get(county=COUNTY, state="completed").certificates(manager="unscoped").get()
    )
    address = certificates.address_of(paper)
    assert address.startswith("http://testserver/school/certificates/?code=QC1.")
    assert "证书有效" in text(Client().get(address))
    found = Client().get(f"/api/v1/counties/{COUNTY}/school/certificate", {"code": certificates.text_of(paper)}).json()
    assert (found["valid"], found["number"]) == (True, paper.number)


def test_nothing_is_booked_by_looking(officer, coming):  # noqa: F811
    row = coming.open("国画班")
    for name in ("class", "said", "blank_sheet", "class_list", "replace_teacher", "cancel"):
        assert officer.get(of(name, row)).status_code == 200
    assert Booking.unscoped.count() == 0

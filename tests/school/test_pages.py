"""The school's pages: the desk from planning to certificates, the portal for a family, numbers of queries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunwen.base.measures.declare import get
from qunwen.base.measures.periods import Period
from qunwen.base.scope import clock, context
from qunwen.faces.portal.caching import SHELF
from qunwen.services.bookings.models import Booking
from qunwen.services.school import actions, certificates
from qunwen.services.school.models import Certificate, CourseClass, Pupil, School, Subject, Teacher, Term
from tests.desk.people import county, desk, roles  # noqa: F401

from .conftest import COUNTY, VILLAGE, World


@pytest.fixture(autouse=True)
def _nothing_kept():
    """No page drawn for one test is shown to the next."""
    SHELF.clear()
    yield
    SHELF.clear()


@pytest.fixture
def now_world(places):
    """The school at this very moment: its term began a week ago."""
    world = World(places, clock.now())
    today = clock.day_of(world.at)
    world.term = world.do(
        actions.set_term, place=places[COUNTY], name="本学期", season="spring",
        starts_on=today + dt.timedelta(days=1), ends_on=today + dt.timedelta(days=200),
    )  # fmt: skip
    world.at = world.at - dt.timedelta(minutes=5)
    return world


@pytest.fixture
def officer(desk):  # noqa: F811
    return desk("county_officer", COUNTY)


def of(name, row, *more):
    return reverse(f"school:{name}", args=[row.county, row.pk, *more])


def text(response):
    return response.content.decode()


def logged_in(resident):
    client = Client()
    session = client.session
    session["resident"] = {"id": str(resident.pk), "county": resident.county, "at": clock.now().isoformat()}
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


# -- the desk ---------------------------------------------------------------------------------------------


def test_a_term_is_set_up_and_a_class_published_on_the_desk(officer, county):  # noqa: F811
    unit = str(county.units[COUNTY].pk)
    here = {"place": COUNTY, "unit": unit}
    officer.post(
        reverse("school:add_school"), {**here, "name": "区市民艺校", "kind": "headquarters", "opened_on": "2024-01-01"}
    )
    officer.post(reverse("school:add_teacher"), {**here, "name": "陈老师", "most_hours": "100"})
    officer.post(reverse("school:add_subject"), {"new_discipline": "书画", "name": "国画"})
    first = clock.today() + dt.timedelta(days=30)
    term = {
        "place": COUNTY,
        "name": "春季",
        "season": "spring",
        "starts_on": first,
        "ends_on": first + dt.timedelta(days=150),
    }
    officer.post(reverse("school:add_term"), {**term, "per_person": "2"})
    sent = {
        "term": Term.unscoped.get().pk, "subject": Subject.unscoped.get().pk, "school": School.unscoped.get().pk,
        "title": "国画一班", "teacher": Teacher.unscoped.get().pk, "weekdays": ["2"], "starts": "19:00", "ends": "20:30",
        "planned": "4", "online": "3", "on_site": "1", "elders": "0", "how": "first", "opens_at": f"{clock.today()}T09:00",
        "closes_at": f"{first}T18:00",
    }  # fmt: skip
    wrong = officer.post(reverse("school:add"), {**sent, "ends": "18:00"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["ends"])
    officer.post(reverse("school:add"), sent)
    row = CourseClass.unscoped.get()
    officer.post(of("publish", row))
    row.refresh_from_db()
    assert (row.state, row.lessons(manager="unscoped").filter(county=COUNTY).count()) == ("published", 4)
    assert "陈老师" in text(officer.get(of("class", row)))
    assert "国画一班" in text(officer.get(reverse("school:timetable", args=[COUNTY, row.term_id])))
    network = text(officer.get(reverse("school:network")))
    assert ("陈老师" in network, "measure=school.enrolled" in network) == (True, True)


def test_a_class_is_taught_marked_ended_and_certified_on_the_desk(officer, world):
    row = world.open(planned=1)
    person = world.person("王小敏")
    world.enrol(row, person)
    pupil, lesson = world.pupil(row, person), world.lessons(row)[0]
    page = officer.get(of("roll", lesson))
    assert "王小敏" in text(page)
    assert officer.post(of("roll", lesson), {}).status_code == 422
    officer.post(of("roll", lesson), {f"p{pupil.pk.hex}": "present", "topic": "梅花"})
    officer.post(of("marks", row), {f"m{pupil.pk.hex}": "88"})
    officer.post(of("complete", row))
    officer.post(of("certify", row))
    paper = Certificate.unscoped.get()
    printed = text(officer.get(of("certificate", paper)))
    assert (paper.number in printed, "<svg" in printed) == (True, True)
    assert officer.get(of("class_sheet", row)).status_code == 200
    assert "王小敏" in text(officer.get(of("class_list", row)))
    officer.post(of("revoke", paper), {"reason": "重名"})
    assert Certificate.unscoped.get().revoked_because == "重名"


def test_a_refusal_stands_on_the_page_of_the_class(officer, world):
    row = world.open()
    answer = officer.post(of("complete", row), follow=True)
    assert "还有 3 次课没有点名" in text(answer)


def test_the_code_page_renews_itself(officer, world):
    lesson = world.lessons(world.open())[0]
    answer = officer.get(of("code", lesson))
    assert 1 <= int(answer.headers["Refresh"]) <= 30


def test_another_countys_class_is_not_there(desk, world):  # noqa: F811
    row = world.open("龙泉的班")
    stranger = desk("county_officer", "610327")
    assert [stranger.get(of(name, row)).status_code for name in ("class", "marks", "class_list")] == [404, 404, 404]
    assert "龙泉的班" not in text(stranger.get(reverse("school:list")))


def test_a_village_worker_calls_the_roll_but_publishes_nothing(desk, world):  # noqa: F811
    world.head = world.do(
        actions.open_school, name="东街分校", kind="branch", place=world.places[VILLAGE], unit=world.unit,
        opened_on=dt.date(2026, 1, 1), parent=world.head,
    )  # fmt: skip
    draft, row = world.plan(), world.open()
    worker = desk("village_worker", VILLAGE)
    assert worker.post(of("publish", draft)).status_code == 403
    assert worker.get(of("roll", world.lessons(row)[0])).status_code == 200


@pytest.mark.parametrize("name", ["list", "class"])
def test_more_rows_ask_no_more_of_the_database(officer, world, name):
    row = world.open(online=9)
    officer.get(reverse("school:list"))  # what a process reads once
    officer.get(of("class", row))
    asked = []
    for number in (1, 3):
        while Pupil.unscoped.filter(county=COUNTY).count() < number:
            world.enrol(row, world.person())
            world.open(weekday=number)
        with CaptureQueriesContext(connection) as seen:
            officer.get(reverse("school:list") if name == "list" else of("class", row))
        asked.append(len(seen))
    assert asked[0] == asked[1]


# -- the portal -------------------------------------------------------------------------------------------


def test_anybody_finds_a_class_and_its_places(now_world):
    now_world.open("周末国画班", online=5)
    client = Client()
    client.cookies["county"] = COUNTY
    assert "周末国画班" in text(client.get(reverse("portal:school"), {"q": "国画"}))
    assert "没有符合的课程" in text(client.get(reverse("portal:school"), {"q": "没有"}))


def test_a_parent_applies_for_two_children_and_sees_who_waits_and_why(now_world):
    row = now_world.open("少儿国画班", online=1)
    mother, (first, second) = now_world.family(2015, 2017)
    client = logged_in(mother)
    page = client.get(reverse("portal:course", args=[COUNTY, row.pk]))
    sent = {"key": page.context["form"].initial["key"], "people": [str(first.pk), str(second.pk)]}
    answer = client.post(reverse("portal:course", args=[COUNTY, row.pk]), sent, follow=True)
    shown = text(answer)
    assert "1 人在候补" in text(Client().get(reverse("portal:course", args=[COUNTY, row.pk])))
    assert ("孩子1报上了。" in shown, "孩子2排上了候补。" in shown) == (True, True)
    assert ("候补第 1 位" in shown, "网上名额共 1 个" in shown) == (True, True)
    assert sorted(Booking.unscoped.filter(county=COUNTY).values_list("state", flat=True)) == ["confirmed", "waiting"]


def test_a_refusal_keeps_who_was_chosen(now_world):
    row = now_world.open("少儿国画班", subject=now_world.do(
        actions.add_subject, discipline=now_world.discipline, name="少儿国画", age_from=3, age_to=5,
    ))  # fmt: skip
    mother, (child,) = now_world.family(2015)
    client = logged_in(mother)
    address = reverse("portal:course", args=[COUNTY, row.pk])
    key = client.get(address).context["form"].initial["key"]
    answer = client.post(address, {"key": key, "people": [str(child.pk)]})
    assert "招3 至 5 岁的学员" in text(answer)
    assert answer.context["form"]["people"].value() == [str(child.pk)]


def test_no_public_page_names_a_pupil(now_world):
    row = now_world.open("少儿国画班")
    mother, (child,) = now_world.family(2015)
    now_world.enrol(row, child, holder=mother)
    client = Client()
    client.cookies["county"] = COUNTY
    pages = text(client.get(reverse("portal:school"))) + text(
        client.get(reverse("portal:course", args=[COUNTY, row.pk]))
    )
    assert [name for name in (child.name, mother.name) if name in pages] == []


def test_a_class_in_preparation_is_nobodys_to_see(now_world):
    row = now_world.plan()
    assert Client().get(reverse("portal:course", args=[COUNTY, row.pk])).status_code == 404


def test_anybody_verifies_a_certificate_and_sees_only_the_family_name(world):
    row = world.open()
    person = world.person("王小敏")
    world.enrol(row, person)
    row = world.ended(row, {person: 80})
    paper = world.do(actions.issue_certificates, course_class=row, later=60 * 24 * 62)[0]
    client = Client()
    client.cookies["county"] = COUNTY
    for asked in (paper.typed_code.lower(), certificates.text_of(paper), certificates.address_of(paper)):
        shown = text(client.get(reverse("portal:verify"), {"code": asked}))
        assert ("证书有效" in shown, "王＊＊" in shown, "王小敏" in shown) == (True, True, False)
    world.do(actions.revoke_certificate, certificate=paper, reason="姓名有误", later=60 * 24 * 63)
    assert "这张证书已作废" in text(client.get(reverse("portal:verify"), {"code": paper.code}))
    assert "没有通过查验" in text(client.get(reverse("portal:verify"), {"code": "22222222"}))


def test_another_familys_pupil_can_be_neither_rated_nor_signed_in(now_world):
    row = now_world.open()
    person, stranger = now_world.person(), now_world.person()
    now_world.enrol(row, person)
    pupil = now_world.pupil(row, person)
    client = logged_in(stranger)
    answers = [client.post(reverse(f"portal:school_{name}", args=[pupil.pk])) for name in ("rate", "sign_in")]
    assert [answer.status_code for answer in answers] == [404, 404]


# -- what is counted --------------------------------------------------------------------------------------


def counted(code, month):
    with context.everything(reason="test"):
        return sorted((row.place, row.value, *row.dims.values()) for row in get(code).rows(county=COUNTY, month=month))


def test_places_applicants_pupils_attendance_and_completion_are_counted_where_they_are(world):
    row = world.open(online=1, elders=1, planned=1)
    child_of, (child,) = world.family(2015)
    elder, late = world.person(born=1950, place="510112002001"), world.person()
    world.enrol(row, child, holder=child_of)
    world.enrol(row, elder)
    world.enrol(row, late)
    march = Period.month_of(dt.date(2026, 3, 1))
    pupils = {world.pupil(row, one).pk: presence for one, presence in ((child, "present"), (elder, "absent"))}
    world.roll(world.lessons(row)[0], pupils)
    world.do(actions.rate, pupil=world.pupil(row, child), score=5)
    assert counted("school.places", march) == [
        (COUNTY, 1, "elders", "first", "term"), (COUNTY, 1, "online", "first", "term"),
    ]  # fmt: skip
    assert counted("school.applied", march) == [
        (VILLAGE, 1, "adult"), (VILLAGE, 1, "child"), ("510112002001", 1, "elder"),
    ]  # fmt: skip
    assert counted("school.enrolled", march) == [(VILLAGE, 1, "child", "term"), ("510112002001", 1, "elder", "term")]
    assert counted("school.attendance", march) == [(VILLAGE, 1, "child")]
    assert counted("school.expected", march) == [(VILLAGE, 1), ("510112002001", 1)]
    assert counted("school.lessons", march) == [(COUNTY, 1, "term")]
    assert counted("school.minutes", march) == [(COUNTY, 90)]
    assert counted("school.sites", march) == [(COUNTY, 1, "headquarters")]
    assert counted("school.ratings", march) == [(COUNTY, 1, "5")]
    for one, mark in ((child, 90), (elder, 90)):
        world.do(actions.assess, pupil=world.pupil(row, one), mark=mark, later=60 * 24 * 6)
    row.refresh_from_db()
    done = world.do(actions.complete_class, course_class=row, later=60 * 24 * 7)
    world.do(actions.issue_certificates, course_class=done, later=60 * 24 * 7)
    assert counted("school.completed", march) == [(VILLAGE, 1, "child")]
    assert counted("school.certificates", march) == [(COUNTY, 1)]


# -- the API ----------------------------------------------------------------------------------------------


def test_the_api_lists_classes_and_verifies_certificates_for_anybody(world):
    row = world.open("国画班", online=2, on_site=1)
    world.plan("筹备中的班")
    person = world.person("王小敏")
    world.enrol(row, person)
    client = Client()
    listed = client.get(f"/api/v1/counties/{COUNTY}/school/classes").json()["items"]
    assert [(one["title"], one["size"], one["left"], one["online_left"]) for one in listed] == [("国画班", 3, 2, 1)]
    assert client.get(f"/api/v1/counties/{COUNTY}/school/classes/{row.pk}").json()["title"] == "国画班"
    row = world.ended(row, {person: 80})
    paper = world.do(actions.issue_certificates, course_class=row, later=60 * 24 * 62)[0]
    address = f"/api/v1/counties/{COUNTY}/school/certificate"
    assert client.get(address, {"code": "22222222"}).status_code == 404
    found = client.get(address, {"code": paper.code}).json()
    assert (found["valid"], found["name"], found["number"]) == (True, "王＊＊", paper.number)


def test_a_resident_applies_for_the_family_by_the_api_and_reads_why_one_waits(now_world):
    row = now_world.open("少儿国画班", online=1)
    mother, (first, second) = now_world.family(2015, 2017)
    client = logged_in(mother)
    address = f"/api/v1/me/school/classes/{COUNTY}/{row.pk}/apply"
    sent = {"data": {"people": [str(first.pk), str(second.pk)]}, "content_type": "application/json"}
    answer = client.post(address, **sent, headers={"Idempotency-Key": "school-page-1"})
    told = [(one["state"], one["position"]) for one in answer.json()["items"]]
    assert (answer.status_code, told) == (201, [("confirmed", None), ("waiting", 1)])
    learning = client.get("/api/v1/me/school").json()
    assert [one["person"] for one in learning["enrolments"]] == [str(first.pk)]
    assert learning["waiting"][0]["why"].startswith("网上名额共 1 个")
    stranger = now_world.person()
    refused = client.post(
        address, data={"people": [str(stranger.pk)]}, content_type="application/json",
        headers={"Idempotency-Key": "school-page-2"},
    )  # fmt: skip
    assert (refused.status_code, Booking.unscoped.filter(county=COUNTY).count()) == (422, 2)

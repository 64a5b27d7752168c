"""In class and after: the roll, the code, completion by dated rules, certificates, what is said of it, old lists."""

from __future__ import annotations

import datetime as dt
import io
from fractions import Fraction

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from qunwen.base.papers.imports import ImportRefusedError, dry_run
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.people.models import Resident
from qunwen.base.scope import context
from qunwen.services.bookings import actions as ledger
from qunwen.services.school import actions, certificates, codes_at_lesson, definitions, judging, queries, sheets
from qunwen.services.school.models import Attendance, Certificate, Pupil, Satisfaction

from .conftest import COUNTY, VILLAGE

RULE = definitions.rule_of("term-2026")
HOLIDAY = definitions.rule_of("holiday-2024")


@pytest.mark.parametrize(
    ("rule", "came", "held", "mark", "result"),
    [
        (RULE, 2, 3, 60, "passed"),  # two thirds exactly is two thirds
        (RULE, 1, 3, 100, "failed"),
        (RULE, 2, 3, 59, "failed"),
        (RULE, 2, 3, None, "open"),
        (RULE, 1, 3, None, "failed"),  # the share alone decides
        (RULE, 0, 0, 100, "open"),
        (HOLIDAY, 3, 4, None, "passed"),
        (HOLIDAY, 2, 3, None, "failed"),
        (None, 9, 9, 100, "open"),
    ],
)
def test_completion_is_judged_exactly(rule, came, held, mark, result):
    assert judging.judge(rule, came=came, held=held, mark=mark).result == result


def test_the_rule_is_the_one_in_force_when_the_term_began():
    codes = [definitions.rule_for("spring", dt.date(year, 3, 1)) for year in (2023, 2025, 2026)]
    assert [rule and (rule.code, rule.attendance) for rule in codes] == [
        None, ("term-2024", Fraction(1, 2)), ("term-2026", Fraction(2, 3)),
    ]  # fmt: skip


def test_two_rules_in_force_at_once_are_refused():
    one = '[[rule]]\ncode = "{}"\ntitle = "甲"\nen = "A"\nseasons = ["spring"]\nvalid_from = {}\nattendance = "1/2"\nmark = 0\nsource = "甲"\ncertainty = "example"\n'
    with pytest.raises(definitions.DefinitionWrong):
        definitions.rules_from(one.format("a", "2024-01-01") + one.format("b", "2025-01-01"))


def test_the_roll_is_called_and_corrected(world):
    row = world.open()
    first, second = world.person(), world.person()
    world.enrol(row, first)
    world.enrol(row, second)
    lesson = world.lessons(row)[0]
    pupils = [world.pupil(row, person) for person in (first, second)]
    assert world.roll(lesson, {pupils[0].pk: "present", pupils[1].pk: "absent"}) == 1
    assert world.roll(lesson, {pupils[0].pk: "present", pupils[1].pk: "late"}) == 2
    assert queries.attendance_of(pupils) == {pupils[0].pk: (1, 1), pupils[1].pk: (1, 1)}
    assert Attendance.unscoped.filter(county=COUNTY).count() == 2


def test_a_roll_before_the_lesson_is_refused(world):
    row = world.open()
    person = world.person()
    world.enrol(row, person)
    with pytest.raises(ValidationError):
        world.do(actions.call_roll, lesson=world.lessons(row)[0], presences={world.pupil(row, person).pk: "present"})
    assert Attendance.unscoped.count() == 0


def test_lessons_before_joining_do_not_count_against_a_pupil(world):
    row = world.open()
    early, late = world.person(), world.person()
    world.enrol(row, early)
    world.roll(world.lessons(row)[0], {world.pupil(row, early).pk: "present"})
    with context.everything(reason="test"):
        bucket = queries.ledger.bucket_of(county=COUNTY, subject_type="school.courseclass", subject_id=row.pk)
    world.do(ledger.book, bucket=bucket, resident=late, members=[late], key="late", override="插班", later=8 * 24 * 60)
    pupil = world.pupil(row, late)
    assert queries.attendance_of([pupil]) == {pupil.pk: (0, 0)}


@pytest.mark.parametrize(("minutes", "presence"), [(0, "present"), (10, "present"), (11, "late")])
def test_the_code_on_the_screen_signs_in(world, minutes, presence):
    row = world.open()
    person = world.person()
    world.enrol(row, person)
    lesson, pupil = world.lessons(row)[0], world.pupil(row, person)
    moment = lesson.starts_at + dt.timedelta(minutes=minutes)
    code = codes_at_lesson.code_at(row.secret, lesson.pk, moment)
    with context.everything(reason="test"):
        made = actions.sign_in(lesson=lesson, pupil=pupil, code=f"{code[:3]} {code[3:]}", by=_self(person), at=moment)
        again = actions.sign_in(lesson=lesson, pupil=pupil, code=code, by=_self(person), at=moment)
    assert (made.presence, made.pk) == (presence, again.pk)


def test_a_code_lives_for_a_minute_and_for_its_lesson(world):
    first, second = world.lessons(world.open())[:2]
    secret, at = first.course_class.secret, first.starts_at
    code = codes_at_lesson.code_at(secret, first.pk, at)
    later = [at + dt.timedelta(seconds=seconds) for seconds in (0, 29, 30, 59, 60, 90)]
    assert [codes_at_lesson.is_good(secret, first.pk, code, moment) for moment in later] == [
        True, True, True, True, False, False,
    ]  # fmt: skip
    assert codes_at_lesson.is_good(secret, second.pk, code, at) is False


def test_a_class_ends_by_its_assessments_and_certificates_follow(world):
    row = world.open(online=3)
    good, bad = world.person("王小敏"), world.person()
    world.enrol(row, good)
    world.enrol(row, bad)
    row = world.ended(row, {good: 80, bad: 40})
    assert [world.pupil(row, person).state for person in (good, bad)] == ["completed", "failed"]
    made = world.do(actions.issue_certificates, course_class=row, later=60 * 24 * 62)
    again = world.do(actions.issue_certificates, course_class=row, later=60 * 24 * 62)
    assert ([paper.name for paper in made], again) == (["王小敏"], [])
    assert made[0].number == f"{COUNTY}-2026-00001"


def test_a_class_with_lessons_or_marks_missing_does_not_end(world):
    row = world.open()
    person = world.person("李梅")
    world.enrol(row, person)
    with pytest.raises(ValidationError) as caught:
        world.do(actions.complete_class, course_class=row)
    assert caught.value.messages == ["还有 3 次课没有点名，也没有停课，不能结业。"]
    for lesson in world.lessons(row):
        world.roll(lesson, {world.pupil(row, person).pk: "present"})
    with pytest.raises(ValidationError) as caught:
        world.do(actions.complete_class, course_class=row, later=60 * 24 * 60)
    assert caught.value.messages == ["还有 1 名学员没有考核结果：李梅。"]


@pytest.fixture
def paper(world):
    row = world.open()
    person = world.person("王小敏")
    world.enrol(row, person)
    row = world.ended(row, {person: 80})
    return world.do(actions.issue_certificates, course_class=row, later=60 * 24 * 62)[0]


def test_a_certificate_proves_itself_without_database(paper, django_assert_num_queries):
    text = certificates.text_of(paper)
    with django_assert_num_queries(0):
        signed = certificates.verify(text)
    assert (signed.county, signed.certificate) == (COUNTY, paper.pk)
    said = {"number": paper.number, "name": paper.name, "title": paper.title, "school": paper.school}
    assert signed.prints(**said) is True
    assert signed.prints(**{**said, "name": "李四"}) is False


@pytest.mark.parametrize("place", [6, 40, -3])
def test_a_changed_certificate_is_found(paper, place):
    text = certificates.text_of(paper)
    other = "A" if text[place] != "A" else "B"
    changed = (
        text[:place] + other + text[place + 1 or None :] if place > 0 else text[:place] + other + text[place + 1 :]
    )
    assert isinstance(certificates.verify(changed), str)


def test_a_revoked_certificate_frees_the_way_for_a_new_one(world, paper):
    world.do(actions.revoke_certificate, certificate=paper, reason="姓名有误", later=60 * 24 * 63)
    made = world.do(actions.issue_certificates, course_class=paper.pupil.course_class, later=60 * 24 * 64)
    rows = Certificate.unscoped.filter(county=COUNTY).order_by("number").values_list("number", "revoked_because")
    assert list(rows) == [(paper.number, "姓名有误"), (made[0].number, "")]


def test_only_those_who_came_may_rate_and_once_each(world):
    row = world.open()
    came, stayed_away = world.person(), world.person()
    world.enrol(row, came)
    world.enrol(row, stayed_away)
    lesson = world.lessons(row)[0]
    world.roll(lesson, {world.pupil(row, came).pk: "present", world.pupil(row, stayed_away).pk: "absent"})
    with pytest.raises(ValidationError):
        world.do(actions.rate, pupil=world.pupil(row, stayed_away), score=5)
    for score in (5, 4):
        world.do(actions.rate, pupil=world.pupil(row, came), score=score)
    assert [one.score for one in Satisfaction.unscoped.filter(county=COUNTY)] == [4]
    assert queries.rating_of(row) == (1, 4)


def test_a_quality_sheet_keeps_points_within_their_bounds(world):
    row = world.open()
    form = definitions.form_for(world.at.date())
    most = {question.key: question.most for question in form.questions}
    sheet = world.do(actions.note_quality, course_class=row, visited_on=world.at.date(), answers=most)
    assert (sheet.points, sheet.most, sheet.form) == (100, 100, "listening-2024")
    with pytest.raises(ValidationError) as caught:
        world.do(actions.note_quality, course_class=row, visited_on=world.at.date(), answers={**most, "order": 16})
    assert list(caught.value.message_dict) == ["order"]


def test_moving_a_lesson_tells_everybody_and_finds_a_pupils_other_class(world):
    row, other = world.open("国画班"), world.open("书法班", weekday=3)
    person = world.person("李梅")
    world.enrol(row, person)
    world.enrol(other, person)
    lesson, taken = world.lessons(row)[0], world.lessons(other)[0]
    with pytest.raises(ValidationError) as caught:
        world.do(actions.move_lesson, lesson=lesson, starts_at=taken.starts_at, ends_at=taken.ends_at, reason="停电")
    assert caught.value.messages == ["这个时间学员李梅在上“书法班”，请换一个时间。"]
    free = taken.starts_at + dt.timedelta(days=1)
    fresh = world.lessons(row)[0]
    moved = world.do(
        actions.move_lesson, lesson=fresh, starts_at=free, ends_at=free + dt.timedelta(hours=1), reason="停电"
    )
    assert (moved.starts_at, moved.reason) == (free, "停电")


# -- last year's list -------------------------------------------------------------------------------------


def book(tmp_path, *rows):
    sheet = openpyxl.Workbook()
    sheet.active.append(["班级", "姓名", "手机", "出生年", "村（社区）", "是否结业"])
    for row in rows:
        sheet.active.append(list(row))
    buffer = io.BytesIO()
    sheet.save(buffer)
    path = tmp_path / "往年学员.xlsx"
    path.write_bytes(buffer.getvalue())
    return path


@pytest.fixture
def past(world):
    term = world.do(
        actions.set_term, place=world.places[COUNTY], name="2025 年秋季", season="autumn",
        starts_on=dt.date(2025, 9, 1), ends_on=dt.date(2026, 1, 15),
    )  # fmt: skip
    return world.plan("去年国画班", term=term)


def load(world, path):
    with context.everything(reason="test"), OpenSheet(path) as sheet:
        return world.do(actions.import_pupils, spec=sheets.spec(COUNTY), sheet=sheet, expected_sha256=sheet.sha256)


def test_last_years_pupils_come_in_once(world, past, tmp_path):
    known = world.person("林秀英", phone="13900001111")
    path = book(
        tmp_path,
        ("去年国画班", "林秀英", "13900001111", 1985, "东街社区", "是"),
        ("2025 年秋季 去年国画班", "周大爷", None, 1950, VILLAGE, "否"),
    )
    assert (load(world, path), load(world, path)) == (2, 2)
    rows = Pupil.unscoped.filter(county=COUNTY).order_by("name").values_list("name", "state", "group", "resident_id")
    assert list(rows) == [("周大爷", "failed", "elder", None), ("林秀英", "completed", "adult", known.pk)]
    assert Resident.unscoped.count() == 1


def test_a_sheet_with_a_strangers_phone_changes_nothing_and_names_the_row(world, past, tmp_path):
    world.person("林秀英", phone="13900001111")
    path = book(
        tmp_path,
        ("去年国画班", "周大爷", None, 1950, "东街社区", "是"),
        ("去年国画班", "别的人", "13900001111", 1985, "东街社区", "是"),
    )
    with pytest.raises(ImportRefusedError) as caught:
        load(world, path)
    assert [(one.row, one.label) for one in caught.value.problems] == [(3, "手机")]
    assert Pupil.unscoped.count() == 0


def test_a_dry_run_names_unknown_classes(world, past, tmp_path):
    path = book(tmp_path, ("没有的班", "周大爷", None, 1950, "东街社区", "是"))
    with context.everything(reason="test"), OpenSheet(path) as sheet:
        report = dry_run(sheets.spec(COUNTY), sheet)
    assert [(one.row, one.label) for one in report.problems] == [(2, "班级")]


def _self(person):
    from qunwen.base.journal.actors import Actor

    return Actor(kind="resident", id=person.pk, name=person.name)

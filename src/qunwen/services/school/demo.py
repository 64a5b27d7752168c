"""The demonstration county's art school: a term that ended with certificates, one that runs, one open for applications."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.demo import as_it_happened
from qunwen.base.people.demo import People
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Resident
from qunwen.base.places.demo import Chance, Making
from qunwen.base.scope.clock import SHANGHAI

from . import actions, queries
from .enums import How, SchoolKind, Season
from .models import CourseClass, Lesson, Pupil, School, Subject, Teacher, Term

T = dt.time
ADULTS, CHILDREN, ELDERS = (18, None), (6, 13), (55, None)
SUBJECTS = (
    ("书画", "国画基础", "从执笔、用墨到一幅小品", ADULTS), ("书画", "少儿书法", "小朋友的第一支毛笔", CHILDREN),
    ("声乐", "合唱", "一起把一首歌唱好", ADULTS), ("声乐", "少儿合唱", "唱童声里的四季", CHILDREN),
    ("舞蹈", "民族舞", "舒展身体，认识各地的舞", ADULTS), ("器乐", "二胡入门", "零基础学二胡", ELDERS),
    ("手机与生活", "手机摄影", "用手机拍家乡", ELDERS),
)  # fmt: skip
# subject → weekday, begins, ends, places online, on site, for elders
HOURS = {
    "国画基础": (2, T(19), T(20, 30), 8, 4, 2), "少儿书法": (5, T(9), T(10, 30), 6, 3, 0),
    "合唱": (1, T(19), T(20, 30), 14, 6, 4), "少儿合唱": (5, T(10, 45), T(12), 6, 2, 0),
    "民族舞": (3, T(19), T(20, 30), 10, 4, 2), "二胡入门": (0, T(9), T(10, 30), 4, 4, 4),
    "手机摄影": (4, T(9), T(10, 30), 4, 4, 6),
}  # fmt: skip
TEACHERS = ("陈志远", "李素琴", "周海燕", "王建国")
LESSONS = 8


@dataclass(slots=True)
class Made:
    """What has been made of the school."""

    schools: list[School] = field(default_factory=list)
    subjects: dict[str, Subject] = field(default_factory=dict)
    teachers: list[Teacher] = field(default_factory=list)
    pupils: int = 0
    waiting: int = 0
    certificates: int = 0


def make_school(*, making: Making, people: People) -> dict[str, int]:
    """Three terms by the actions themselves, as they would have happened. Returns how many of what."""
    made, chance = Made(), making.draw("school")
    start = making.today - dt.timedelta(days=making.today.weekday())
    with as_it_happened():
        _set_up(making, people, made)
        ended = _term(
            making, made, chance, people, begins=start - dt.timedelta(weeks=26), subjects=("国画基础", "合唱")
        )
        _end(making, made, chance, ended)
        running = _term(making, made, chance, people, begins=start - dt.timedelta(weeks=5), subjects=tuple(HOURS))
        _teach(making, chance, running)
        _term(
            making, made, chance, people, begins=start + dt.timedelta(weeks=3), drawn="民族舞",
            subjects=("国画基础", "少儿书法", "合唱", "手机摄影", "民族舞"),
        )  # fmt: skip
    return {"school_pupils": made.pupils, "school_waiting": made.waiting, "certificates": made.certificates}


def _clerk(making: Making, people: People) -> Actor:
    unit = people.unit(UnitKind.CULTURAL_CENTRE, making.county)
    staff = people.staff.get(unit.pk)
    return people.actor(staff[0]) if staff else making.by


def _set_up(making: Making, people: People, made: Made) -> None:
    county, town = making.places[making.county], making.towns[0]
    village = next(place for place in making.villages if place.code.startswith(making.towns[-1].code))
    centre = people.unit(UnitKind.CULTURAL_CENTRE, county.code)
    station = people.unit(UnitKind.STATION, town.code)
    since, by = making.first_day, _clerk(making, people)
    at = _at(since, 10)
    head = actions.open_school(
        name=f"{county.name}市民文化艺术学校", kind=SchoolKind.HEADQUARTERS, place=county, unit=centre, opened_on=since,
        phone=centre.phone, by=by, at=at,
    )  # fmt: skip
    branch = actions.open_school(
        name=f"{town.name}分校", kind=SchoolKind.BRANCH, place=town, unit=station, opened_on=since, parent=head, by=by, at=at,
    )  # fmt: skip
    point = actions.open_school(
        name=f"{village.name}教学点", kind=SchoolKind.POINT, place=village, unit=centre, opened_on=since, parent=head,
        by=by, at=at,
    )  # fmt: skip
    actions.sign_agreement(
        school=point, partner=f"{village.name}居民委员会", terms="提供教室和水电，艺校派教师，课程向居民免费开放。",
        signed_on=since, valid_from=since, valid_to=making.today + dt.timedelta(days=800), by=by, at=at,
    )  # fmt: skip
    made.schools = [head, branch, point]
    fields = {}
    for order, (name, subject, summary, (least, most)) in enumerate(SUBJECTS):
        if name not in fields:
            fields[name] = actions.add_discipline(place=county, name=name, order=order, by=by, at=at)
        made.subjects[subject] = actions.add_subject(
            discipline=fields[name], name=subject, summary=summary, age_from=least, age_to=most, by=by, at=at
        )
    made.teachers = [actions.add_teacher(name=name, place=county, unit=centre, by=by, at=at) for name in TEACHERS]


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, T(hour, minute), tzinfo=SHANGHAI)


def _term(
    making: Making, made: Made, chance: Chance, people: People, *, begins: dt.date, subjects: tuple[str, ...],
    drawn: str = "",
) -> list[CourseClass]:  # fmt: skip
    by, planned_on = _clerk(making, people), begins - dt.timedelta(weeks=4)
    at = min(_at(planned_on, 10), making.now)
    season = (Season.WINTER, Season.SPRING, Season.SUMMER, Season.AUTUMN)[begins.month % 12 // 3]
    term = actions.set_term(
        place=making.places[making.county], name=f"{begins.year} 年 {begins.month} 月开班", season=season,
        starts_on=begins, ends_on=begins + dt.timedelta(weeks=LESSONS + 7), by=by, at=at,
    )  # fmt: skip
    rows = []
    for number, name in enumerate(subjects):
        weekday, starts, ends, online, on_site, elders = HOURS[name]
        row = actions.plan_class(
            term=term, subject=made.subjects[name], school=made.schools[number % len(made.schools)], title=f"{name}班",
            teacher=made.teachers[number % len(made.teachers)], weekdays={weekday}, starts=starts, ends=ends,
            planned=LESSONS, online=online, on_site=on_site, elders=elders, how=How.DRAW if name == drawn else How.FIRST,
            opens_at=_at(begins - dt.timedelta(days=23), 9), closes_at=_at(begins - dt.timedelta(days=3), 18), by=by, at=at,
        )  # fmt: skip
        rows.append(actions.publish_class(course_class=row, by=by, at=at + dt.timedelta(minutes=number)))
    _fill(making, made, chance, people, [row for row in rows if row.how == How.FIRST], term)
    return rows


def _fill(making: Making, made: Made, chance: Chance, people: People, rows: list[CourseClass], term: Term) -> None:
    at = rows[0].opens_at
    for home in chance.sample(range(1, len(people.households)), min(len(people.households) - 1, making.some(160, 40))):
        _household, members = people.households[home]
        holder = next((one for one in members if one.phone and one.registered_at < at), None)
        row = chance.choice(rows)
        at += dt.timedelta(minutes=chance.randrange(3, 40))
        if holder is None or not row.opens_at <= at < min(row.closes_at, making.now):
            continue
        able = list(_able(row.subject, members, term))[:2]
        if able:
            by = Actor(kind=ActorKind.RESIDENT, id=holder.pk, name=holder.name)
            answers = actions.enrol_many(
                course_class=row, holder=holder, people=able, key=f"{chance.getrandbits(96):024x}", by=by, at=at
            )
            made.pupils += sum(one.booking is not None and one.booking.state == "confirmed" for one in answers)
            made.waiting += sum(one.booking is not None and one.booking.state == "waiting" for one in answers)


def _able(subject: Subject, members: list[Resident], term: Term) -> Iterator[Resident]:
    for person in members:
        age = term.starts_on.year - person.birth_year if person.birth_year else 30
        if (subject.age_from or 0) <= age <= (subject.age_to or 200):
            yield person


def _teach(making: Making, chance: Chance, rows: list[CourseClass]) -> None:
    """Every lesson that is over has its roll: most came, some are late or excused."""
    for row in rows:
        pupils = list(Pupil.unscoped.filter(county=making.county, course_class=row, state="enrolled").order_by("pk"))
        lessons = Lesson.unscoped.select_related("course_class").filter(
            county=making.county, course_class=row, ends_at__lt=making.now
        )
        for lesson in lessons.order_by("number") if pupils else ():
            presences = {pupil.pk: chance.pick({"present": 80, "late": 6, "leave": 8, "absent": 6}) for pupil in pupils}
            actions.call_roll(lesson=lesson, presences=presences, by=making.by, at=lesson.ends_at)


def _end(making: Making, made: Made, chance: Chance, rows: list[CourseClass]) -> None:
    """The term that ended: marks, completion, certificates, what pupils say."""
    _teach(making, chance, rows)
    for row in rows:
        county, last = making.county, row.lessons.model.unscoped.filter(county=making.county, course_class=row)
        at = max(last.values_list("ends_at", flat=True)) + dt.timedelta(days=2)
        pupils = Pupil.unscoped.select_related("course_class").filter(county=county, course_class=row, state="enrolled")
        for pupil in pupils.order_by("pk"):
            actions.assess(pupil=pupil, mark=chance.randrange(55, 99), by=making.by, at=at)
            if queries.attendance_of([pupil])[pupil.pk][0] and chance.happens(0.7):
                actions.rate(pupil=pupil, score=chance.pick({5: 60, 4: 28, 3: 10, 2: 2}), by=making.by, at=at)
        row.refresh_from_db()
        done = actions.complete_class(course_class=row, by=making.by, at=at + dt.timedelta(hours=3))
        papers = actions.issue_certificates(course_class=done, by=making.by, at=at + dt.timedelta(hours=4))
        made.certificates += len(papers)

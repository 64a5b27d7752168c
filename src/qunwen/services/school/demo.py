"""The demonstration county's art school: a term and a holiday that ended with certificates, a term that runs, one to apply for."""

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
from qunwen.services.bookings.enums import State
from qunwen.services.rooms import actions as rooms
from qunwen.services.rooms.enums import Kind
from qunwen.services.rooms.models import Resource
from qunwen.services.venues.enums import VenueKind
from qunwen.services.venues.models import Room

from . import actions, definitions, queries
from .demo_draws import make_draws
from .enums import How, SchoolKind, Season
from .errors import ClassRefused
from .models import CourseClass, Lesson, Pupil, School, Subject, Teacher, Term

T = dt.time
ADULTS, CHILDREN, ELDERS = (18, None), (6, 13), (55, None)
WORKDAYS = frozenset(range(5))
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
WORDS = {
    5: ("老师讲得细，学得会", "希望下学期接着开", ""),
    4: ("教室有点挤", ""),
    3: ("时间再晚半小时就好了",),
    2: ("听不太清",),
}
LESSONS = 8  # of a class; fewer in a small making, as everything


@dataclass(slots=True)
class Made:
    """What is made, and what it is made from."""

    making: Making
    people: People
    chance: Chance
    by: Actor
    lessons: int
    schools: list[School] = field(default_factory=list)
    rooms: list[list[Resource | Room]] = field(default_factory=list)  # of each school
    subjects: dict[str, Subject] = field(default_factory=dict)
    teachers: list[Teacher] = field(default_factory=list)
    pupils: int = 0
    waiting: int = 0
    certificates: int = 0


def make_school(*, making: Making, people: People) -> dict[str, int]:
    """Four terms by the actions themselves, as they would have happened. Returns how many of what."""
    made = Made(making, people, making.draw("school"), _clerk(making, people), making.some(LESSONS, 5))
    start = making.today - dt.timedelta(days=making.today.weekday())
    with as_it_happened():
        _set_up(made)
        _end(made, _term(made, begins=start - dt.timedelta(weeks=26), subjects=("国画基础", "合唱")))
        _end(made, _term(made, begins=_summer(start), subjects=("少儿书法", "少儿合唱")[: making.some(2)], daily=True))
        running = _term(made, begins=start - dt.timedelta(weeks=5), subjects=tuple(HOURS)[: making.some(6, 5)])
        _teach(made, running)
        _listen(made, running)
        coming = _term(
            made, begins=start + dt.timedelta(weeks=3), drawn=("民族舞", "合唱"),
            subjects=("民族舞", "合唱", "少儿书法", "手机摄影", "国画基础")[: making.some(5, 4)],
        )  # fmt: skip
        live, over = coming[:2]
        drawn = make_draws(making=making, people=people, chance=made.chance, by=made.by, over=over, running=live)
    return {
        "school_pupils": made.pupils, "school_waiting": made.waiting, "certificates": made.certificates, **drawn,
    }  # fmt: skip


def _clerk(making: Making, people: People) -> Actor:
    unit = people.unit(UnitKind.CULTURAL_CENTRE, making.county)
    staff = people.staff.get(unit.pk)
    return people.actor(staff[0]) if staff else making.by


def _summer(start: dt.date) -> dt.date:
    """The Monday on which the last holiday classes began that are over by now."""
    year = start.year if start > dt.date(start.year, 8, 10) else start.year - 1
    first = dt.date(year, 7, 6)
    return first + dt.timedelta(days=-first.weekday() % 7)


def _set_up(made: Made) -> None:
    making, people = made.making, made.people
    county, town = making.places[making.county], making.towns[0]
    village = next(place for place in making.villages if place.code.startswith(making.towns[-1].code))
    centre = people.unit(UnitKind.CULTURAL_CENTRE, county.code)
    station = people.unit(UnitKind.STATION, town.code)
    since, by = making.first_day, made.by
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
    lent = rooms.add_resource(
        place=village, unit=centre, kind=Kind.ROOM, title=f"{village.name}居民委员会二楼教室", capacity=30, by=by, at=at
    )
    made.rooms = [_rooms(county.code, VenueKind.CULTURAL_CENTRE), _rooms(town.code, VenueKind.STATION), [lent]]
    fields = {}
    for order, (name, subject, summary, (least, most)) in enumerate(SUBJECTS):
        if name not in fields:
            fields[name] = actions.add_discipline(place=county, name=name, order=order, by=by, at=at)
        made.subjects[subject] = actions.add_subject(
            discipline=fields[name], name=subject, summary=summary, age_from=least, age_to=most, by=by, at=at
        )
    made.teachers = [actions.add_teacher(name=name, place=county, unit=centre, by=by, at=at) for name in TEACHERS]


def _rooms(place: str, kind: str) -> list[Resource | Room]:
    """The venue's rooms that take a class, the smallest first."""
    rows = Room.unscoped.select_related("venue__place", "venue__unit").filter(
        venue__place=place, venue__kind=kind, capacity__gte=24
    )
    return list(rows.order_by("capacity", "name", "pk"))


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, T(hour, minute), tzinfo=SHANGHAI)


def _term(
    made: Made, *, begins: dt.date, subjects: tuple[str, ...], drawn: tuple[str, ...] = (), daily: bool = False
) -> list[CourseClass]:
    making = made.making
    at = min(_at(begins - dt.timedelta(weeks=4), 10), making.now)
    season = Season.SPRING if begins.month < 7 else Season.AUTUMN
    term = actions.set_term(
        place=making.places[making.county], season=Season.SUMMER if daily else season,
        name=f"{begins.year} 年暑假班" if daily else f"{begins.year} 年 {begins.month} 月开班", starts_on=begins,
        ends_on=begins + dt.timedelta(weeks=5 if daily else made.lessons + 7), by=made.by, at=at,
    )  # fmt: skip
    rows = []
    for number, name in enumerate(subjects):
        weekday, starts, ends, online, on_site, elders = HOURS[name]
        row = actions.plan_class(
            term=term, subject=made.subjects[name], school=made.schools[number % len(made.schools)],
            title=f"{name}{'假期' if daily else ''}班", teacher=made.teachers[number % len(made.teachers)],
            weekdays=WORKDAYS if daily else {weekday}, starts=starts, ends=ends, planned=made.lessons, online=online,
            on_site=on_site, elders=elders, how=How.DRAW if name in drawn else How.FIRST,
            opens_at=_at(begins - dt.timedelta(days=23), 9), closes_at=_at(begins - dt.timedelta(days=3), 18), by=made.by,
            at=at,
        )  # fmt: skip
        choice = made.rooms[number % len(made.schools)]
        first = number % max(1, len(choice))
        rows.append(_publish(made, row, choice[first:] + choice[:first], at + dt.timedelta(minutes=number)))
    _fill(made, [row for row in rows if row.how == How.FIRST], term)
    return rows


def _publish(made: Made, row: CourseClass, choice: list[Resource | Room], at: dt.datetime) -> CourseClass:
    """In the first room that is open and free at all its lessons, as the office would try; else without a room."""
    for room in [*choice, None]:
        try:
            row = actions.change_class(course_class=row, new={"room": room}, by=made.by, at=at)
            return actions.publish_class(course_class=row, by=made.by, at=at)
        except ClassRefused:
            if room is None:
                raise
    return row


def _fill(made: Made, rows: list[CourseClass], term: Term) -> None:
    making, chance, households = made.making, made.chance, made.people.households
    at = rows[0].opens_at
    for home in chance.sample(range(1, len(households)), min(len(households) - 1, making.some(160, 18))):
        _household, members = households[home]
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
            made.pupils += sum(one.booking is not None and one.booking.state == State.CONFIRMED for one in answers)
            made.waiting += sum(one.booking is not None and one.booking.state == State.WAITING for one in answers)


def _able(subject: Subject, members: list[Resident], term: Term) -> Iterator[Resident]:
    for person in members:
        age = term.starts_on.year - person.birth_year if person.birth_year else 30
        if (subject.age_from or 0) <= age <= (subject.age_to or 200):
            yield person


def _teach(made: Made, rows: list[CourseClass]) -> None:
    """Every lesson that is over has its roll: most came, some are late or excused."""
    county, chance = made.making.county, made.chance
    for row in rows:
        pupils = list(Pupil.unscoped.filter(county=county, course_class=row, state="enrolled").order_by("pk"))
        lessons = Lesson.unscoped.select_related("course_class").filter(
            county=county, course_class=row, ends_at__lt=made.making.now
        )
        for lesson in lessons.order_by("number") if pupils else ():
            presences = {pupil.pk: chance.pick({"present": 80, "late": 6, "leave": 8, "absent": 6}) for pupil in pupils}
            actions.call_roll(lesson=lesson, presences=presences, by=made.by, at=lesson.ends_at)


def _listen(made: Made, rows: list[CourseClass]) -> None:
    """Somebody from the bureau listened to two of the classes."""
    for row in rows[:2]:
        lesson = Lesson.unscoped.filter(county=row.county, course_class=row, state="held").order_by("number").first()
        form = definitions.form_for(made.making.today)
        if lesson is not None and form is not None:
            answers = {one.key: one.most - made.chance.randrange(0, 5) for one in form.questions}
            actions.note_quality(
                course_class=row, visited_on=lesson.starts_at.astimezone(SHANGHAI).date(), answers=answers,
                remarks="示范清楚，建议多留练习时间。", by=made.by, at=lesson.ends_at,
            )  # fmt: skip


def _end(made: Made, rows: list[CourseClass]) -> None:
    """Classes that ended: marks, completion, certificates, what pupils say."""
    chance, by = made.chance, made.by
    _teach(made, rows)
    for row in rows:
        county, lessons = row.county, Lesson.unscoped.filter(county=row.county, course_class=row)
        at = max(lessons.values_list("ends_at", flat=True)) + dt.timedelta(days=2)
        pupils = Pupil.unscoped.select_related("course_class").filter(county=county, course_class=row, state="enrolled")
        found = list(pupils.order_by("pk"))
        came = queries.attendance_of(found)
        for pupil in found:
            actions.assess(pupil=pupil, mark=chance.randrange(55, 99), by=by, at=at)
            if came[pupil.pk][0] and chance.happens(0.7):
                score = chance.pick({5: 60, 4: 28, 3: 10, 2: 2})
                actions.rate(pupil=pupil, score=score, words=chance.choice(WORDS[score]), by=by, at=at)
        row.refresh_from_db()
        if found:
            done = actions.complete_class(course_class=row, by=by, at=at + dt.timedelta(hours=3))
            papers = actions.issue_certificates(course_class=done, by=by, at=at + dt.timedelta(hours=4))
            made.certificates += len(papers)

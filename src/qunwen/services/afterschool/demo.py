"""The demonstration county's after-school service: two schools, a term that runs, families, afternoons, bills of a month.

Everything is done by the actions themselves, at the moments at which it would have happened. The schools are named as
what they are, a demonstration; they stand in real divisions and have nothing to do with real schools.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.password_validation import validate_password

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.demo import as_it_happened
from qunwen.base.measures.periods import Period
from qunwen.base.people import actions as staffing
from qunwen.base.people import demo_users
from qunwen.base.people.demo import People, person_name, staff_actor
from qunwen.base.people.demo_users import DemoUser
from qunwen.base.people.demo_words import PASSWORD_WORDS
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Resident, Role
from qunwen.base.people.queries import resident_scope
from qunwen.base.places.demo import Chance, Making, short_name
from qunwen.base.places.models import Place
from qunwen.base.reviews.demo_hours import last_awake
from qunwen.base.scope import context
from qunwen.base.scope.clock import SHANGHAI
from qunwen.base.scope.context import DataScope

from . import actions, pickup, queries
from .actions import days, issuing, paying, relief
from .calendar import Span
from .days import calendar_of
from .enums import CheckKind, Field, How, Locality, Mark, Part, Provider
from .models import Activity, Bill, Child, Roll, School, SchoolClass, SchoolTerm, Session
from .payments import exchange

T = dt.time
BEFORE = 8  # afternoons of the month before this one, in a whole making
AHEAD = dt.timedelta(days=75)
PUPILS = 24  # of a school
ACCOUNTS = (("school_office", "xuexiao", "教务员"), ("class_teacher", "banzhuren", "班主任"))
CLUBS = (
    ("合唱团", Field.ART, ("发声和节奏练习", "学唱两首四川童谣", "期末展示")),
    ("篮球", Field.SPORT, ("运球和传球", "小场对抗", "安全热身")),
    ("科普小实验", Field.SCIENCE, ("水的张力", "自制指南针", "看一部科普短片")),
)
MARKS: dict[Any, float] = {Mark.PRESENT: 88, Mark.SICK: 5, Mark.LEAVE: 4, Mark.ABSENT: 3}


@dataclass(slots=True)
class Made:
    """What is made, and what it is made from."""

    making: Making
    chance: Chance
    families: Iterator[tuple[Resident, list[Resident]]]
    first: dt.date
    office: Actor
    teacher: Actor
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    children: int = 0
    sessions: int = 0
    bills: int = 0


def make_after_school(*, making: Making, people: People) -> dict[str, int]:
    """Two schools with a month behind them. Returns how many of what, and accounts for the log-in page."""
    chance = making.draw("afterschool")
    before = Period.month_of(making.today).previous
    national = calendar_of(making.county)
    served = national.service_days(before.start, before.last_day)
    first = served[-making.some(BEFORE, 5) :][0]
    with as_it_happened():
        units = [_unit(making, place) for place in _where(making)]
        office, teacher = _accounts(making, units[0], chance)
        made = Made(making, chance, _families(making, people, chance), first, office, teacher)
        for number, unit in enumerate(units):
            _school(made, number, unit)
    return {
        "after_school_children": made.children, "after_school_sessions": made.sessions, "after_school_bills": made.bills,
        "after_school_users": len(ACCOUNTS),
    }  # fmt: skip


def _where(making: Making) -> list[Place]:
    """A community of the first town, and a village of the last."""
    towns = making.towns
    return [next(v for v in making.villages if v.code.startswith(town.code)) for town in (towns[0], towns[-1])]


def _unit(making: Making, place: Place) -> Any:
    at = _at(making.first_day, 9)
    name = f"{short_name(place).removesuffix('社区').removesuffix('村')}小学（示范）"
    return staffing.create_unit(name=name, kind=UnitKind.SCHOOL, place=place, by=making.by, at=at)


def _accounts(making: Making, unit: Any, chance: Chance) -> tuple[Actor, Actor]:
    """The school's clerk and a class teacher, who can log in; their reach is the school and nothing else."""
    shown, actors = demo_users.shown(), []
    at = _at(making.first_day, 10)
    for role, username, post in ACCOUNTS:
        name = person_name(chance)[0]
        password = f"{chance.choice(PASSWORD_WORDS)}-{chance.choice(PASSWORD_WORDS)}-{chance.randrange(1000, 10000)}"
        validate_password(password)
        invited = staffing.invite_staff(
            name=name, username=username, unit=unit, place=unit.place, post=post, password=password, by=making.by, at=at
        )
        staffing.grant_role(
            staff=invited.staff, role=role, place=unit.place, data_scope=DataScope.UNIT, by=making.by, at=at
        )
        actors.append(staff_actor(invited.staff))
        title = Role.unscoped.get(code=role).name
        shown.append(DemoUser(username=username, password=password, role=title, name=name, place=unit.name))
    demo_users.keep(shown)
    return actors[0], actors[1]


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, T(hour, minute), tzinfo=SHANGHAI)


def _families(making: Making, people: People, chance: Chance) -> Iterator[tuple[Resident, list[Resident]]]:
    """Guardians with their children of school age; the family that the demonstration shows comes first."""
    rows = list(range(len(people.households)))
    rest = rows[1:]
    chance.shuffle(rest)
    for number in [*rows[:1], *rest]:
        _home, members = people.households[number]
        guardian = next((one for one in members if one.phone), None)
        kids = [
            one for one in members if not one.phone and one.birth_year and 6 <= making.today.year - one.birth_year <= 12
        ]
        if guardian is not None and kids:
            yield guardian, kids


def _school(made: Made, number: int, unit: Any) -> None:
    making, first = made.making, made.first
    opens = _at(first - dt.timedelta(days=24), 9)
    by = made.office if number == 0 else making.by
    school = actions.enter_school(
        name=unit.name, place=unit.place, unit=unit, locality=Locality.TOWN if number == 0 else Locality.RURAL,
        phone="028-84800600", by=making.by, at=opens,
    )  # fmt: skip
    term = actions.set_term(
        school=school, name=f"{first.year} 年 {first.month} 月开始的学期", starts_on=first, ends_on=making.today + AHEAD,
        apply_opens_at=opens, apply_closes_at=max(_at(first - dt.timedelta(days=3), 18), making.now + dt.timedelta(days=5)),
        by=by, at=opens,
    )  # fmt: skip
    teacher = _staff(made, school) if number == 0 else None
    classes = {
        grade: actions.set_class(
            school=school,
            name=f"{said}年级 1 班",
            grade=grade,
            teacher=teacher if grade == 3 else None,
            by=by,
            at=opens,
        )
        for grade, said in enumerate("一二三四五六", start=1)
    }
    activities = _programme(made, number, term, by=by, at=opens)
    children = _children(made, number, classes, term, activities=activities, by=by)
    _afternoons(made, number, school, by=by)
    if children:
        _money(made, school, children, by=by)


def _staff(made: Made, school: School) -> Any:
    return queries.teachers_of(school).get(pk=made.teacher.id)


def _programme(made: Made, number: int, term: SchoolTerm, *, by: Actor, at: dt.datetime) -> list[Activity]:
    """Homework, and clubs on single days; what an outside tutor leads has all three papers."""
    making, school = made.making, term.school
    tutor = actions.enter_tutor(
        school=school, name=person_name(made.chance)[0], provider=Provider.OUTSIDE, organisation="县文化馆（示范）",
        phone="", by=by, at=at,
    )  # fmt: skip
    for kind in CheckKind.values:
        actions.check_tutor(
            tutor=tutor, kind=kind, checked_on=at.date(), valid_until=at.date() + dt.timedelta(days=365),
            basis=f"示范-{kind}-{number + 1}", by=by, at=at,
        )  # fmt: skip
    whole = making.share >= 1
    weekday = making.today.weekday() if making.today.weekday() < 5 else 2
    rows = [
        actions.draft_activity(
            term=term, title="作业辅导", part=Part.HOMEWORK, field=Field.HOMEWORK, starts=T(16, 30), ends=T(17, 10),
            price_fen=230, weekday=None if whole and number == 0 else weekday, room="各班教室", by=by, at=at,
        )
    ]  # fmt: skip
    for index, (title, about, _lines) in enumerate(CLUBS[: making.some(3)]):
        outside = index == 0
        rows.append(
            actions.draft_activity(
                term=term, title=title, part=Part.EXTRA, field=about, starts=T(17, 20), ends=T(18, 0), price_fen=230,
                weekday=(weekday + index) % 5, size=making.some(12, 3), kept=1, kept_for="left_behind",
                provider=Provider.OUTSIDE if outside else Provider.SCHOOL, tutor=tutor if outside else None,
                room="音乐室" if outside else "操场和活动室", by=by, at=at,
            )
        )  # fmt: skip
    lines = [("独立完成当天作业", "老师答疑", "自主阅读"), *(one[2] for one in CLUBS)]
    for row, said in zip(rows, lines, strict=False):
        actions.declare_content(activity=row, lines=said, by=by, at=at + dt.timedelta(hours=1))
        actions.pass_content(
            activity=row, note="不含学科教学", by=Actor(kind=ActorKind.COMMAND, id=None, name="分管副校长（示范）"),
            at=at + dt.timedelta(hours=2),
        )  # fmt: skip
    return [actions.publish_activity(activity=row, by=by, at=at + dt.timedelta(hours=3)) for row in rows]


def _children(
    made: Made, number: int, classes: dict[int, SchoolClass], term: SchoolTerm, *, activities: Sequence[Activity], by: Actor
) -> list[Child]:  # fmt: skip
    """Families apply, most go all the way; the last ones still wait, one for the class and one for the school."""
    making, chance = made.making, made.chance
    wanted = making.some(PUPILS, 5 if number == 0 else 4)
    found: list[Child] = []
    at = term.apply_opens_at + dt.timedelta(hours=1)
    for guardian, kids in made.families:
        if len(found) >= wanted:
            break
        at += dt.timedelta(minutes=chance.randrange(5, 90))
        if guardian.registered_at > at:
            continue
        children = [
            actions.enter_child(resident=kid, school_class=classes[_grade(kid, making)], by=by, at=at)
            for kid in kids[:2]
        ]
        late = len(found) + len(children) >= wanted
        when = last_awake(making.now - dt.timedelta(days=1), chance) if late else at
        applications = _apply(made, guardian, children, term, activities=activities, at=when)
        if late:
            if number == 0:
                break
            actions.pass_class(application=applications[0], by=making.by, at=when + dt.timedelta(hours=2))
            break
        for row in applications:
            _agree(made, number, row, guardian, at=when)
        found += children
    made.children += len(found)
    return found


def _grade(kid: Resident, making: Making) -> int:
    return min(6, max(1, making.today.year - (kid.birth_year or 0) - 6))


def _apply(
    made: Made, guardian: Resident, children: list[Child], term: SchoolTerm, *, activities: Sequence[Activity],
    at: dt.datetime,
) -> list[Any]:  # fmt: skip
    clubs = [one for one in activities if one.size is not None]
    for child in children:
        _as_parent(guardian, children, actions.give_consent, child=child, at=at)
        _as_parent(guardian, children, actions.name_person, child=child, name=guardian.name, relation="父母",
                   phone=guardian.phone, at=at)  # fmt: skip
    wishes = [
        actions.Wish(child, "01234", (made.chance.choice(clubs),), may_go_alone=made.chance.happens(0.1))
        for child in children
    ]
    key = f"demo-{next(made.keys)}"
    answers = _as_parent(guardian, children, actions.apply_for, wishes=wishes, term=term, key=key, at=at)
    return [one.application for one in answers if one.application is not None]


def _as_parent(guardian: Resident, children: list[Child], call: Callable[..., Any], **more: Any) -> Any:
    by = Actor(kind=ActorKind.RESIDENT, id=guardian.pk, name=guardian.name)
    with context.opened(resident_scope(guardian, [child.resident for child in children])):
        return call(by=by, **more)


def _agree(made: Made, number: int, row: Any, guardian: Resident, *, at: dt.datetime) -> None:
    teacher, office = (made.teacher, made.office) if number == 0 else (made.making.by, made.making.by)
    actions.pass_class(application=row, by=teacher, at=at + dt.timedelta(hours=3))
    actions.pass_school(application=row, by=office, at=at + dt.timedelta(hours=26))
    _as_parent(guardian, [row.child], actions.sign_agreement, application=row, at=at + dt.timedelta(hours=30))


def _afternoons(made: Made, number: int, school: School, *, by: Actor) -> None:
    """Every afternoon until yesterday is held: called, handed over child by child, closed."""
    teacher = made.teacher if number == 0 else by
    rows = Session.unscoped.select_related("activity", "school", "tutor").filter(
        county=school.county, school=school, day__lt=made.making.today
    )
    held = list(rows.order_by("starts_at", "pk"))
    for session in held:
        actions.open_session(session=session, by=teacher, at=session.starts_at)
        _call(made, session, teacher, last=session is held[-1])
        actions.close_session(session=session, by=teacher, at=session.ends_at + dt.timedelta(minutes=12))
        made.sessions += 1


def _call(made: Made, session: Session, teacher: Actor, *, last: bool) -> None:
    rolls = Roll.unscoped.select_related("session", "child__resident", "child__school").filter(
        county=session.county, session=session
    )
    rows = list(rolls.order_by("pk"))
    marks: dict[str, list[Roll]] = {}
    for row in rows:
        marks.setdefault(made.chance.pick(MARKS), []).append(row)
    for mark, some in marks.items():
        actions.mark(rolls=some, status=mark, by=teacher, at=session.starts_at + dt.timedelta(minutes=4))
    if last:
        actions.issue_codes(session=session, by=teacher, at=session.starts_at + dt.timedelta(minutes=5))
    at = session.ends_at
    for mark, some in marks.items():
        for row in some:
            if mark in (Mark.PRESENT, Mark.ABSENT):
                _hand(session, row, teacher, last=last, at=at)


def _hand(session: Session, row: Roll, teacher: Actor, *, last: bool, at: dt.datetime) -> None:
    person = row.child.persons.model.unscoped.filter(county=row.county, child=row.child).order_by("named_at").first()
    given: dict[str, Any] = {"roll": row, "by": teacher, "at": at}
    if row.status == Mark.ABSENT:
        actions.hand_over(how=How.FOUND, note="电话问过家长，孩子在家", **given)
    elif row.may_go_alone:
        actions.hand_over(how=How.ALONE, **given)
    elif last and (code := queries.code_of(row.child, session.day)) is not None:
        actions.hand_over(how=How.FETCHED, code=pickup.digits_of(code), **given)
    else:
        actions.hand_over(how=How.FETCHED, person=person, note="班主任认识家长本人", **given)


def _money(made: Made, school: School, children: list[Child], *, by: Actor) -> None:
    """Bills of the month that is over, an exemption, and one file of receipts from the collector."""
    making = made.making
    month = Period.month_of(made.first)
    relief.certify_exemption(
        child=children[-1], school=school, group="subsistence", document="低保证（示范）", certified_by="区民政局（示范）",
        starts_on=made.first, by=by, at=_at(made.first, 9),
    )  # fmt: skip
    at = min(month.ends_at + dt.timedelta(hours=9), making.now)
    calendar = calendar_of(making.county, [Span(month.start, month.last_day)])
    for year in {day.year for day in calendar.unsettled([month.start, month.last_day])}:
        county = making.places[making.county]
        days.enter_year(place=county, year=year, document="放假安排（示范）", by=making.by, at=at)
    bills = issuing.issue_bills(school=school, month=month, by=by, at=at)
    made.bills += len(bills)
    due = [
        bill for bill in Bill.unscoped.filter(county=school.county, school=school).order_by("number") if bill.due_fen
    ]
    if not due:
        return
    paying.write_bill_file(school=school, by=by, at=at + dt.timedelta(minutes=5))
    paid = due[: max(1, len(due) * 2 // 3)]
    rows = [
        (bill.number, bill.due_fen, f"SF{school.pk.hex[-6:]}{number:04}", f"{at:%Y-%m-%d %H:%M:%S}")
        for number, bill in enumerate(paid, start=1)
    ]
    data = exchange.write(
        exchange.RECEIPTS, county=school.county, serial=f"SF-{month.code}", rows=rows, key=paying.exchange_key(school)
    )
    paying.read_receipt_file(school=school, data=data, by=by, at=at + dt.timedelta(hours=2))

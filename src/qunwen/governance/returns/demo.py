"""Two years of returned values of the demonstration county: plausible, with holes, zeros and answers without a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, bulk
from qunwen.base.measures.enums import Grade, Kind
from qunwen.base.measures.periods import Period
from qunwen.base.measures.touching import touch
from qunwen.base.people.demo import People
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Staff
from qunwen.base.places.demo import BATCH, Chance, Making, short_name
from qunwen.base.places.enums import PopulationBasis, PopulationGroup
from qunwen.base.places.models import Place, Population
from qunwen.base.reviews.demo_hours import last_office
from qunwen.base.scope.clock import start_of
from qunwen.base.scope.codes import Level, upper_bound
from qunwen.governance.indicators.language.definitions import Element
from qunwen.services.venues.enums import VenueKind

from . import elements
from .demo_numbers import NUMBERS, Setting
from .enums import MONTHS, Answer, Entry, Every
from .measures import FEEDS
from .models import ReturnedValue

CORRECTED = 0.012  # of the answers
FORGOTTEN = 0.025
PROVED = {6: 0.5, 9: 0.12, 12: 0.008}  # by length of the code: how often a file is attached
NOTE = "示范数据"
REASONS = ("原来把上期的数填成了本期", "漏计流动服务点", "单位看错了", "复核台账后更正")
BOOKROOM = "farm_bookroom."


@dataclass(frozen=True)
class _Making:
    """What the answers are made from."""

    making: Making
    people: People
    numbers: dict[tuple[str, int], int]
    kinds: dict[str, set[str]]
    silent: frozenset[str]


@dataclass(frozen=True)
class Made:
    """What was made, and the answers that have a photograph or scan attached."""

    counts: dict[str, int]
    proved: list[ReturnedValue]


@action
def make_returns(*, making: Making, people: People, kinds: dict[str, set[str]], by: Actor, at: dt.datetime) -> Made:
    """Answers of the county, its towns and villages for two years. `kinds`: place → kinds of its facilities.

    Two villages never answer, one town and some villages left out the newest half-year; a few cells are forgotten.
    """
    chance = making.draw("returns")
    numbers = {
        (code, year): number
        for code, year, number in Population.unscoped.filter(
            place_id__gte=making.county,
            place_id__lt=upper_bound(making.county),
            group=PopulationGroup.TOTAL,
            basis=PopulationBasis.RESIDENT,
        ).values_list("place_id", "year", "number")
    }
    about = _Making(making, people, numbers, kinds, frozenset(place.code for place in making.silent()))
    rows: list[ReturnedValue] = []
    corrected = 0
    for place in [making.places[making.county], *making.towns, *making.villages]:
        mine = list(_answers(about, place, chance))
        corrected += sum(row.revision > 1 for row in mine)
        rows += mine
    ReturnedValue.unscoped.bulk_create(rows, batch_size=BATCH)
    counts = {"values": len(rows) - corrected, "corrected": corrected}
    bulk(code=Entry.SHEET_IMPORTED, by=by, at=at, model=ReturnedValue, place=making.county, counts=counts)
    # No month has been counted yet; stocks are not touched, or every month would stay marked for good.
    for day in sorted({row.ends_on for row in rows}):
        touch(county=making.county, day=day, feed=FEEDS[Kind.FLOW])
    return Made(counts, [row for row in rows if row.grade == Grade.B])


def periods(making: Making, every: str) -> list[Period]:
    """The periods of a rhythm within the life that is made, the oldest first; what is not over yet is left out."""
    period, found = elements.newest(every, making.today), []
    while period.last_day >= making.first_day:
        if period.end <= making.today:
            found.append(period)
        period = period.previous
    return found[::-1]


def _answers(about: _Making, place: Place, chance: Chance) -> Iterator[ReturnedValue]:
    if place.code in about.silent:
        return
    # How well a place does and keeps its books: the same for all its answers.
    county = place.code == about.making.county
    care, lazy = (1.0, False) if county else (chance.uniform(0.75, 1.3), chance.happens(0.06))
    author = _author(about, place)
    for every in Every:
        asked = elements.asked_of(Level(place.level), every)
        if not asked:
            continue
        all_periods = periods(about.making, every)
        for turn, period in enumerate(all_periods):
            if lazy and period is all_periods[-1]:
                continue  # the newest sheet was never sent
            sent = _sent(period, about.making, chance)
            setting = Setting(
                place=place, people=_people(about, place, period), turn=turn, months=MONTHS[every], care=care,
                month=period.last_month.start.month, chance=chance,
            )  # fmt: skip
            for element in asked:
                if county or not chance.happens(FORGOTTEN):
                    yield from _answer(about, setting, element, period, author=author, sent=sent)


def _answer(
    about: _Making, setting: Setting, element: Element, period: Period, *, author: Staff | None, sent: dt.datetime
) -> Iterator[ReturnedValue]:
    chance, place = setting.chance, setting.place
    answer, value = Answer.VALUE, None
    if not _applies(about, element, place):
        answer = Answer.NOT_APPLICABLE
    elif element.code == "volunteers.hours" and chance.happens(0.05):
        answer = Answer.WITHHELD
    else:
        value = max(0, NUMBERS[element.code](setting))
        setting.said[element.code] = value
    row = ReturnedValue(
        id=chance.id(sent), county=about.making.county, place=place, element=element.code, period=period.code,
        ends_on=period.last_day, answer=answer, value=value, note=NOTE,
        entered_by=author, entered_name=author.name if author else "", entered_at=sent,
        grade=Grade.B if author and value is not None and chance.happens(PROVED[len(place.code)]) else Grade.C,
    )  # fmt: skip
    if value is not None and value > 20 and chance.happens(CORRECTED):
        again = last_office(min(sent + dt.timedelta(days=chance.randrange(1, 9)), about.making.now), chance)
        if again > sent:
            yield ReturnedValue(
                id=chance.id(sent), county=row.county, place=place, element=row.element, period=row.period,
                ends_on=row.ends_on, value=value * 10 if chance.happens(0.5) else value - value // 4, note=NOTE,
                entered_by=author, entered_name=row.entered_name, entered_at=sent, superseded_at=again,
            )  # fmt: skip
            row.id, row.revision, row.entered_at, row.reason = chance.id(again), 2, again, chance.choice(REASONS)
    yield row


def _applies(about: _Making, element: Element, place: Place) -> bool:
    kinds = about.kinds.get(place.code, set())
    if element.code.startswith((BOOKROOM, "money.bookroom")):
        return VenueKind.FARM_BOOKROOM in kinds
    if element.code.startswith("hall."):
        return VenueKind.HALL in kinds
    if element.code == "films.shown":
        return not short_name(place).endswith("社区") or place.code.endswith("1")
    return element.code != "pupils.free_days"


def _people(about: _Making, place: Place, period: Period) -> int:
    for year in (period.year - 1, period.year - 2, period.year):
        if (place.code, year) in about.numbers:
            return about.numbers[place.code, year]
    return 3000


def _sent(period: Period, making: Making, chance: Chance) -> dt.datetime:
    moment = start_of(period.end) + dt.timedelta(days=chance.randrange(1, 12), hours=chance.randrange(9, 18))
    return last_office(min(moment, making.now), chance)


def _author(about: _Making, place: Place) -> Staff | None:
    kind = {6: UnitKind.BUREAU, 9: UnitKind.STATION, 12: UnitKind.VILLAGE_ROOM}[len(place.code)]
    staff = about.people.staff[about.people.unit(kind, place.code).pk]
    return staff[0] if staff else None

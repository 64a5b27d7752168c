"""Made-up counties for the checks: honest ones with the untidiness of life, and frauds put into them on purpose.

The distributions follow the demonstration county's (skewed crowds, late entries, catching up at the end of a month).
Every fraud has three strengths; 0 is meant to be nearly invisible.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import SHANGHAI
from qunwen.governance.plausibility.rows import Held, Picture, Presence, Series, Value, World

COUNTY, MONTH = "510112", Period.of("2026-06")
VILLAGES = 40
BACK = 11
TITLES = (
    ("广场舞交流", "fitness", 42), ("读书会", "reading", 22), ("绘本阅读", "reading", 24), ("坝坝电影", "film", 55),
    ("合唱排练", "training", 26), ("健康讲座", "lecture", 35),
)  # fmt: skip
GROUPS = ("child", "youth", "adult", "elder")
ELEMENTS = (
    "village.holdings", "farm_bookroom.titles", "farm_bookroom.periodicals", "farm_bookroom.av",
    "emergency_broadcast.households", "emergency_broadcast.covered", "volunteers.registered",
)  # fmt: skip


def village(number: int) -> str:
    """The code of a village."""
    return f"{COUNTY}{number // 10 + 1:03}{number % 10 + 1:03}"


@dataclass
class Making:
    """A world in the making: lists that frauds may change."""

    chance: random.Random
    held: list[Held] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    presences: list[Presence] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)

    def world(self) -> World:
        """As the checks read it."""
        return World(
            COUNTY, MONTH, tuple(sorted(self.held, key=lambda r: (r.starts, r.id))),
            tuple(sorted(self.pictures, key=lambda p: (p.linked, p.id))), tuple(self.values), tuple(self.presences),
            tuple(self.series),
        )  # fmt: skip

    def crowd(self, middle: float) -> int:
        """Skewed, as crowds are."""
        return max(3, round(middle * self.chance.lognormvariate(0, 0.35)))

    def split(self, people: int) -> tuple[tuple[str, int], ...]:
        """By age group, with the whim of the day."""
        left, found = people, []
        for group, share in zip(GROUPS, (15, 6, 52, 27), strict=True):
            number = (
                left if group == "elder" else min(left, round(people * share / 100 * self.chance.uniform(0.6, 1.4)))
            )
            left -= number
            if number:
                found.append((group, number))
        return tuple(found)

    def of(self, place: str, *, here: bool = False) -> list[int]:
        """Where the dates of a place stand in the list."""
        return [n for n, row in enumerate(self.held) if row.place == place and (not here or MONTH.holds(row.day))]

    def people(self, n: int, number: int) -> None:
        """Let so many people have come to a date."""
        self.held[n] = replace(self.held[n], groups=self.split(number))


def honest(seed: int) -> Making:
    """A county in which nobody makes anything up."""
    made = Making(random.Random(seed))
    for number in range(VILLAGES):
        _year_of(made, number)
    _photos(made)
    _returns(made)
    _check_ins(made)
    for n in range(3):
        middle = made.chance.uniform(0.8, 1.4)
        values = tuple(
            (village(v), Fraction(round(1000 * middle * made.chance.lognormvariate(0, 0.3)), 1000))
            for v in range(VILLAGES)
        )
        made.series.append(Series(f"figure{n}", "指标", Fraction(1), values))
    return made


def _year_of(made: Making, number: int) -> None:
    chance, place = made.chance, village(number)
    estimates = chance.random() < 0.2  # some guess rather than count
    catches_up = chance.random() < 0.1  # some enter a month's records together at its end
    area, seats = chance.randrange(8_000, 30_000), chance.randrange(30, 80)
    scale = chance.lognormvariate(0, 0.25)
    for back in range(BACK, -1, -1):
        month = Period(MONTH.first - back, 1)
        rows = []
        for _turn in range(chance.choice((2, 3, 3, 4, 4, 5, 6))):
            title, kind, middle = chance.choice(TITLES)
            people = made.crowd(middle * scale * (4 if chance.random() < 0.004 else 1))
            if estimates and chance.random() < 0.35:
                people = max(5, round(people / 5) * 5)
            day = month.start + dt.timedelta(days=chance.randrange(28))
            starts = dt.datetime.combine(day, dt.time(chance.choice((9, 10, 14, 15, 19))), SHANGHAI)
            key = f"{place}-{len(made.held) + len(rows)}"
            rows.append(
                Held(
                    key,
                    f"a{key}",
                    place,
                    f"u{place}",
                    f"w{place}",
                    f"{place}{title}",
                    kind,
                    starts,
                    starts + dt.timedelta(minutes=chance.choice((60, 90, 120))),
                    made.split(people),
                    0,
                    None,
                    area,
                    seats,
                    title == "坝坝电影",
                )
            )
        made.held += [replace(row, entered=_when(row, chance)) for row in rows]
        if catches_up and len(rows) > 1:
            begin = dt.datetime.combine(month.end - dt.timedelta(days=1), dt.time(15), SHANGHAI)
            for n in range(1, len(rows) + 1):
                made.held[-n] = replace(made.held[-n], entered=begin + dt.timedelta(minutes=n * chance.randrange(2, 7)))


def _when(row: Held, chance: random.Random) -> dt.datetime:
    if chance.random() < 0.4:
        return row.ends + dt.timedelta(minutes=chance.randrange(10, 70))
    if chance.random() < 0.02:
        return row.ends.replace(hour=0, minute=chance.randrange(60)) + dt.timedelta(days=1)
    late = chance.randrange(12, 34) if chance.random() < 0.06 else chance.randrange(1, 4)
    return row.ends.replace(hour=chance.randrange(9, 17), minute=chance.randrange(60)) + dt.timedelta(days=late)


def _photos(made: Making) -> None:
    chance = made.chance
    for row in made.held:
        scene = [chance.getrandbits(16) for _band in range(4)]
        for n in range(chance.choice((0, 1, 1, 2, 3))):
            bands = [band ^ (1 << chance.randrange(16)) if chance.random() < 0.5 else band for band in scene]
            key = f"p{row.id}-{n}"
            hashed = (bands[0], bands[1], bands[2], bands[3])
            made.pictures.append(
                Picture(key, key, row.matter, row.place, row.unit, row.author, row.day, row.entered or row.ends, hashed)
            )
    # Now and then two villages hold something together and both send the same picture.
    for n in range(len(made.pictures)):
        if chance.random() < 0.001:
            other = chance.choice(made.pictures)
            made.pictures[n] = replace(made.pictures[n], file=other.file, bands=other.bands)


def _returns(made: Making) -> None:
    chance = made.chance
    halves = (Period.of("2025H2"), Period.of("2026H1"))
    for v in range(VILLAGES):
        books = chance.randrange(1200, 3500)
        for half in halves:
            bought = 60 if chance.random() < 0.7 else chance.randrange(30, 200)
            books += bought - chance.randrange(0, 40)
            numbers = {"farm_bookroom.books": books, "farm_bookroom.new_books": bought}
            for element in ELEMENTS:
                usual = chance.random() < 0.3  # what was handed out to all alike
                numbers[element] = 60 if usual else round(chance.lognormvariate(5.5, 0.7))
            _report(made, village(v), half, numbers)
        for back in range(6):
            month = Period(MONTH.first - back, 1)
            _report(made, village(v), month, {"films.shown": chance.choice((1, 1, 1, 2))})
    holdings = chance.randrange(200_000, 500_000)
    for half in halves:
        _report(made, COUNTY, half, {"library.holdings": holdings, "library.new_books": 4000})
        holdings += 3500
    for back in range(6):
        loans = round(holdings / 20 * chance.lognormvariate(0, 0.3))
        _report(made, COUNTY, Period(MONTH.first - back, 1), {"library.loans": loans})


def _report(made: Making, place: str, period: Period, numbers: dict[str, int]) -> None:
    for element, value in numbers.items():
        at = period.ends_at - dt.timedelta(days=made.chance.randrange(1, 6))
        made.values.append(Value(f"v{len(made.values)}", place, element, period, value, entered=at))


def _check_ins(made: Making) -> None:
    for row in made.held:
        if MONTH.holds(row.day):
            for _n in range(made.chance.randrange(4)):
                person = f"r{row.place}-{made.chance.randrange(60)}"
                at = row.starts + dt.timedelta(minutes=made.chance.randrange(-10, 20))
                made.presences.append(Presence(person, row.id, row.matter, row.place, row.unit, row.author, at))


# Frauds: (made, place, another place, strength 0-2) -> where it is.
def _loans(made: Making, _place: str, _other: str, strength: int) -> str:
    (n,) = [n for n, v in enumerate(made.values) if v.element == "library.loans" and v.period == MONTH]
    have = max(v.value for v in made.values if v.element == "library.holdings")
    made.values[n] = replace(made.values[n], value=have * (12, 30, 100)[strength] // 10)
    return COUNTY


def _growth(made: Making, place: str, _other: str, strength: int) -> str:
    half = Period.of("2026H1")
    for n, v in enumerate(made.values):
        if (v.place, v.element, v.period) == (place, "farm_bookroom.new_books", half):
            made.values[n] = replace(v, value=v.value + (300, 600, 2000)[strength])
    return place


def _some(made: Making, place: str) -> int:
    return made.chance.choice(
        [n for n in made.of(place, here=True) if not made.held[n].air] or made.of(place, here=True)
    )


def _area(made: Making, place: str, _other: str, strength: int) -> str:
    n = _some(made, place)
    row = replace(made.held[n], seats=None, air=False)
    made.held[n] = row
    room = (row.area or 0) * 3 // 100 * max(1, row.minutes // 60)
    made.people(n, room * (110, 150, 400)[strength] // 100)
    return place


def _seats(made: Making, place: str, _other: str, strength: int) -> str:
    n = _some(made, place)
    row = replace(made.held[n], area=None, air=False)
    made.held[n] = row
    made.people(n, (row.seats or 1) * 5 * max(1, row.minutes // 60) * (90, 120, 300)[strength] // 100)
    return place


def _closed(made: Making, place: str, _other: str, strength: int) -> str:
    for n in made.of(place, here=True)[: strength + 1]:
        made.held[n] = replace(made.held[n], closed=True, air=False)
    return place


def _floor(made: Making, _place: str, _other: str, strength: int) -> str:
    share = (50, 80, 100)[strength]
    # Values lie around the floor as they do where it matters; those a little below were written up.
    values = []
    for v in range(VILLAGES):
        value = Fraction(round(1000 * made.chance.lognormvariate(0, 0.12)), 1000)
        if Fraction(85, 100) <= value < 1 and made.chance.randrange(100) < share:
            value = 1 + Fraction(made.chance.randrange(30), 1000)
        values.append((village(v), value))
    made.series.append(Series("written_up", "指标", Fraction(1), tuple(values)))
    return COUNTY


def _heaping(made: Making, place: str, _other: str, strength: int) -> str:
    for n in made.of(place):
        if made.chance.randrange(100) < (60, 80, 100)[strength]:
            made.people(n, max(10, round(made.held[n].counted / 5) * 5))
    return place


def _digit(made: Making, place: str, _other: str, strength: int) -> str:
    favourite = made.chance.choice((3, 6, 7, 8))
    for n in made.of(place):
        people = round(made.held[n].counted * made.chance.uniform(0.8, 1.6)) + 6
        if made.chance.randrange(100) < (25, 45, 70)[strength]:
            people = people // 10 * 10 + favourite
        made.people(n, people)
    return place


def _photo_places(made: Making, place: str, other: str, strength: int) -> str:
    return _photo(made, place, other, (5, 2, 0)[strength])


def _photo_dates(made: Making, place: str, _other: str, strength: int) -> str:
    return _photo(made, place, place, (4, 1, 0)[strength])


def _photo(made: Making, place: str, other: str, bits: int) -> str:
    n = made.of(place, here=True)[-1]
    row = made.held[n]
    old = [p for p in made.pictures if p.place == other and p.matter != row.matter and p.linked < MONTH.starts_at]
    first = made.chance.choice(old)
    hashed = list(first.bands or (0, 0, 0, 0))
    for bit in made.chance.sample(range(64), bits):
        hashed[bit // 16] ^= 1 << bit % 16
    file = first.file if bits == 0 else f"again-{place}"
    bands = (hashed[0], hashed[1], hashed[2], hashed[3])
    linked = MONTH.starts_at + dt.timedelta(days=27)
    made.pictures.append(Picture(f"x{place}", file, row.matter, place, row.unit, row.author, row.day, linked, bands))
    return place


def _copy_activities(made: Making, place: str, other: str, strength: int) -> str:
    theirs = [made.held[n] for n in made.of(other, here=True)]
    big = sorted((row for row in theirs if len(row.groups) >= 3), key=lambda r: -r.counted)
    late = MONTH.ends_at - dt.timedelta(hours=5)
    for n, row in zip(made.of(place, here=True), big[: strength + 1], strict=False):
        made.held[n] = replace(made.held[n], groups=row.groups, entered=late)
    return place


def _copy_returns(made: Making, place: str, other: str, strength: int) -> str:
    half = Period.of("2026H1")
    theirs = {v.element: v.value for v in made.values if v.place == other and v.period == half}
    wanted = [e for e in (*ELEMENTS, "farm_bookroom.books") if theirs[e] != 60][: (2, 4, 8)[strength]]
    for n, v in enumerate(made.values):
        if v.place == place and v.period == half and v.element in wanted:
            made.values[n] = replace(v, value=theirs[v.element], entered=MONTH.ends_at)
    return place


def _copy_months(made: Making, place: str, _other: str, strength: int) -> str:
    number = made.chance.randrange(120, 300)
    for back in range((2, 3, 5)[strength]):
        rows = [n for n in made.of(place) if Period.month_of(made.held[n].day).first == MONTH.first - back]
        for n in rows:
            made.people(n, number // len(rows))
        made.people(rows[0], number - (len(rows) - 1) * (number // len(rows)))
    return place


def _midnight(made: Making, place: str, _other: str, strength: int) -> str:
    rows = _many(made, place, (3, 6, 12)[strength])
    for n in rows:
        day = made.chance.randrange(2, 28)
        at = dt.datetime(2026, 6, day, made.chance.randrange(1, 4), made.chance.randrange(60), tzinfo=SHANGHAI)
        made.held[n] = replace(made.held[n], entered=at)
    return place


def _burst(made: Making, place: str, _other: str, strength: int) -> str:
    at = dt.datetime(2026, 6, 28, 15, 0, tzinfo=SHANGHAI)
    old = [n for n in made.of(place) if made.held[n].day < dt.date(2026, 6, 10)]
    days: set[dt.date] = set()
    chosen = []
    for n in reversed(old):
        if made.held[n].day not in days:
            days.add(made.held[n].day)
            chosen.append(n)
    for turn, n in enumerate(chosen[: (4, 7, 12)[strength]]):
        made.held[n] = replace(made.held[n], entered=at + dt.timedelta(seconds=55 * turn))
    return place


def _many(made: Making, place: str, number: int) -> list[int]:
    return made.of(place)[-number:]


def _jump(made: Making, place: str, _other: str, strength: int) -> str:
    n = _some(made, place)
    made.held[n] = replace(made.held[n], area=None, seats=None)
    made.people(n, made.held[n].counted * (3, 6, 10)[strength])
    return place


def _repeats(made: Making, place: str, _other: str, strength: int) -> str:
    rows = [n for n in made.of(place) if made.held[n].title.endswith("广场舞交流")]
    here = made.of(place, here=True)[-1]
    chosen = {here, *rows[-(3, 5, 8)[strength] + 1 :]}
    title = f"{place}广场舞交流"
    for n in chosen:
        made.held[n] = replace(made.held[n], title=title, groups=(("adult", 38), ("elder", 9)))
    return place


def _two_places(made: Making, place: str, other: str, strength: int) -> str:
    there, here = made.held[made.of(other, here=True)[0]], made.held[made.of(place, here=True)[0]]
    for n in range((1, 3, 8)[strength]):
        for row, minutes in ((there, 0), (here, (25, 6, 2)[strength])):
            at = there.starts + dt.timedelta(minutes=minutes + n / 10)
            made.presences.append(Presence(f"t{place}-{n}", row.id, row.matter, row.place, row.unit, row.author, at))
    return place


Fraud = Callable[[Making, str, str, int], str]
FRAUDS: dict[str, Fraud] = {
    "books.loans": _loans, "books.growth": _growth, "crowd.area": _area, "crowd.seats": _seats, "crowd.closed": _closed,
    "floor.bunching": _floor, "digits.heaping": _heaping, "digits.last": _digit, "photo.places": _photo_places,
    "photo.dates": _photo_dates, "copy.activities": _copy_activities, "copy.returns": _copy_returns,
    "copy.months": _copy_months, "entry.midnight": _midnight, "entry.burst": _burst, "history.jump": _jump,
    "history.repeats": _repeats, "person.two_places": _two_places,
}  # fmt: skip


def with_frauds(seed: int, strength: int) -> tuple[World, set[tuple[str, str]]]:
    """An honest county into which every fraud is put once, each at a village of its own: world and {(check, place)}."""
    made = honest(seed)
    numbers = made.chance.sample(range(VILLAGES), 2 * len(FRAUDS))
    truth = set()
    for turn, (code, fraud) in enumerate(FRAUDS.items()):
        place, other = village(numbers[2 * turn]), village(numbers[2 * turn + 1])
        truth.add((code, fraud(made, place, other, strength)))
    return made.world(), truth


@dataclass
class Score:
    """How a check did: frauds put in and found at each strength, findings right and wrong."""

    put: list[int] = field(default_factory=lambda: [0, 0, 0])
    caught: list[int] = field(default_factory=lambda: [0, 0, 0])
    right: int = 0
    wrong: int = 0
    false_alarms: int = 0  # in counties without any fraud


def scored(seeds: range, look: Callable[[World], list[tuple[str, str]]]) -> dict[str, Score]:
    """Each check on these seeds: three counties with frauds and one without for each seed.

    A finding is right when a fraud of its kind was put at its place. A fraud that another check finds beside its own
    (a nought too many is also too many for the room) counts neither for nor against that other check.
    """
    found: dict[str, Score] = {code: Score() for code in FRAUDS}
    for seed in seeds:
        for code, _place in look(honest(seed).world()):
            if code in found:
                found[code].false_alarms += 1
        for strength in range(3):
            world, truth = with_frauds(seed, strength)
            places = {place for _code, place in truth}
            said = set(look(world))
            for code, place in truth:
                found[code].put[strength] += 1
                found[code].caught[strength] += (code, place) in said
            for code, place in said:
                if code in found:
                    found[code].right += (code, place) in truth
                    found[code].wrong += place not in places
    return found


def share(part: int, whole: int) -> str:
    """A share in per cent, for reading."""
    return "–" if not whole else f"{math.floor(1000 * part / whole) / 10:g} %"

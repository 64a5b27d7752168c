"""Small worlds for what-if questions: a county of two towns with a village each, a few elements, any numbers."""

import datetime as dt
import uuid
from fractions import Fraction

from qunwen.base.measures.closure import Closure
from qunwen.base.measures.declare import Row
from qunwen.base.measures.periods import Period
from qunwen.base.scope.codes import LENGTHS, Level, level_of
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.language.definitions import Element
from qunwen.governance.indicators.language.parsing import Names, parse
from qunwen.governance.indicators.language.reading import Source
from qunwen.governance.norms.remedies import Raise, Remedy

COUNTY, TOWNS = "510112", ("510112001", "510112002", "510112003")
PERIOD = Period.of("2026H1")
HOUSE = Source("试算", "house")

ELEMENTS = {
    "t.books": Element("t.books", "藏书", "Books", "册", "stock", measure="t.books"),
    "t.loans": Element("t.loans", "外借", "Loans", "册", "flow", measure="t.loans"),
    "t.people": Element("t.people", "常住人口", "Residents", "人", "stock", measure="t.people"),
    "t.area": Element("t.area", "面积", "Area", "m2", "stock", measure="t.area", stored=Fraction(1, 100)),
    "t.seats": Element("t.seats", "座位", "Seats", "座", "stock", measure="t.seats"),
}
NAMES = Names(ELEMENTS, {})
LEVELS = {
    "t.books": Level.COUNTY,
    "t.loans": Level.COUNTY,
    "t.people": Level.COUNTY,
    "t.area": Level.TOWN,
    "t.seats": Level.TOWN,
}


def expr(text):
    return parse(text, names=NAMES)


def basis(numbers, *exprs, towns=TOWNS, period=PERIOD, earlier=()):
    """`numbers`: {(element, place): stored integer}; `earlier`: [(element, place, number, months back)]."""
    last = period.end - dt.timedelta(days=1)
    rows = [_row(n, key, value, last) for n, (key, value) in enumerate(sorted(numbers.items()))]
    for n, (element, place, value, back) in enumerate(earlier):
        day = Period(period.last_month.first - back, 1).start
        rows.append(_row(1000 + n, (element, place), value, day))
    places = ["51", "5101", COUNTY, *towns]
    edges = tuple((a, d, None, None) for d in places for a in places if d.startswith(a) and level_of(a) <= level_of(d))
    return Basis.of_rows(
        rows,
        period=period,
        closure=Closure(edges, "then", period.end),
        names=NAMES,
        places=[COUNTY],
        levels=LEVELS,
        exprs=exprs,
    )


def _row(number, key, value, day):
    element, place = key
    county = place[: LENGTHS[Level.COUNTY]]
    return element, Row(county, place, day, value, "C", "tests.return", uuid.UUID(int=number + 1), {})


def remedy(code, level, cost, *, most=50, **raises):
    """`raises`: element=how much a step adds, in the element's unit."""
    added = tuple(Raise(element, Fraction(by)) for element, by in raises.items())
    return Remedy(code, code, code, "个", 1, level, cost, most, added, HOUSE)

"""A small county as plain rows: what norms are judged on without a database."""

import datetime as dt
import uuid
from fractions import Fraction

from qunwen.base.measures.closure import Closure
from qunwen.base.measures.declare import Row
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.people import Person

COUNTY = "510112"
TOWNS = ("510112001", "510112002")
VILLAGES = ("510112001001", "510112001002", "510112002001", "510112002002")
PLACES = ("51", "5101", COUNTY, *TOWNS, *VILLAGES)
YEAR = Period.of("2026")
HALF = Period.of("2026H1")


def closure():
    """Who lies under whom, for ever."""
    edges = tuple((a, d, None, None) for a in PLACES for d in PLACES if d.startswith(a))
    return Closure(edges)


def row(element, place, value, day=None, grade="C", **dims):
    """One leaf row of an element, in its unit, on the last day of 2026 unless said otherwise."""
    known = catalogue.elements()[element]
    day, stored = day or dt.date(2026, 12, 31), Fraction(value) / known.stored
    record = uuid.uuid5(uuid.NAMESPACE_OID, f"{element}{place}{day}{sorted(dims.items())}")
    return known.measure, Row(place[:6], place, day, int(stored), grade, "t", record, dims)


def basis(*rows, people=None, period=YEAR, excused=None):
    """The county with these rows and these residents at the end of 2025 ({place: number})."""
    figures = {(p, 2025, "total", "resident"): Person(n, "B") for p, n in (people or {}).items()}
    return Basis.of_rows(
        rows, period=period, closure=closure(), names=catalogue.names(), places=[COUNTY], populations=figures,
        excused=excused if excused is not None else {},
    )  # fmt: skip


NOT_APPLICABLE = State.NOT_APPLICABLE

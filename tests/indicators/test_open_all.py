"""Every shipped definition on a small county: adding up the rows it opens to gives the figure."""

import datetime as dt
import random
import uuid

import pytest

from qunwen.base.measures import declare, rollup
from qunwen.base.measures.closure import closure_of
from qunwen.base.measures.declare import Measure, Row
from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Population
from qunwen.base.scope import writing
from qunwen.base.scope.codes import LENGTHS, level_of
from qunwen.governance.indicators import catalogue, figuring, rows
from qunwen.governance.indicators.evaluating import resolved

from . import oracle

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

COUNTY, TOWN = "510112", "510112001"
HALF = Period.of("2026H1")


def generated(places, chance):
    """Rows for every declared measure: by whom it is reported, this half-year and the ones before, with holes and zeros."""
    found = {}
    for m in declare.all():
        mine = [p for p in places if p.startswith(COUNTY) and level_of(p) == m.reported_by]
        found[m.code] = [
            Row(
                COUNTY, place, dt.date(year, month, 28), chance.choice([0, 1, 2, 7, 40]), chance.choice("ABC"), "tests.event",
                uuid.UUID(int=chance.getrandbits(100)), {d.code: chance.choice(d.choices)[0] for d in m.dims},
            )
            for place in mine
            for year, month in ((2025, 3), (2025, 6), (2025, 10), (2025, 12), (2026, 2), (2026, 6), (2026, 6))
            if chance.random() < 0.75
        ]  # fmt: skip
    return found


def fed(found):
    """The shipped measures, fed with these rows."""

    def rows_of(code):
        return lambda *, county, month: by_month.get((code, county, month.code), ())

    by_month = {}
    for code, some in found.items():
        for r in some:
            by_month.setdefault((code, r.county, f"{r.day:%Y-%m}"), []).append(r)

    return [
        Measure(
            code=m.code, title=m.code, unit="个", kind=m.kind, meaning="", rows=rows_of(m.code), feeds=m.feeds, dims=m.dims,
            reported_by=m.reported_by, over_places=m.over_places,
        )
        for m in declare.all()
    ]  # fmt: skip


@pytest.fixture
def county(places, everything, settings, tmp_path):
    """A county whose every measure has rows, and a population by town and village."""
    settings.QUNWEN_HOME = tmp_path
    chance = random.Random(510112)
    groups = {e.population for e in catalogue.elements().values() if e.population}
    with writing.allowed("test"):
        for group, basis in sorted(groups):
            for place in (TOWN, "510112002001", "510112002002"):
                for year in (2024, 2025, 2026):
                    Population.unscoped.create(
                        place_id=place, year=year, group=group, basis=basis, number=chance.randint(1, 9_000), source="年报",
                        grade="B",
                    )  # fmt: skip
    with declare.only(*fed(generated(places, chance))):
        yield


def thing(element):
    """An element as the oracle knows it."""
    by = LENGTHS[declare.get(element.measure).reported_by] if element.measure else 12
    over = element.over_places if element.over_places in ("max", "min") else "sum"
    return oracle.Thing(
        element.kind, over, element.factor, element.measure, dict(element.filters), element.vintage or 0,
        element.population, by=by,
    )  # fmt: skip


def opened(figure, basis, files):
    """What a figure opens to: its rows, its populations, and a row of nothing for each place that reported something else."""
    plain, people = set(), {}
    for part in figure.parts:
        need, element = part.need, basis.names.elements[part.code]
        for row in rows.rows_of(need, place=figure.place, basis=basis, files=files).rows:
            plain.add(
                (row.measure, row.place, row.day, row.value, row.grade, tuple(sorted(row.dims.items())), row.record)
            )
        for row in rows.people_of(need, place=figure.place, basis=basis):
            if row.number is not None:
                people[row.place, row.year, element.population] = row.number
        if not element.population and (need.filters or element.filters):
            span = need.moment.span
            told = basis.owing(element, figure.place, span).expected - set(part.missing)
            plain |= {(element.measure, p, span.last_month.start, 0, "", (("", ""),), p) for p in told}
    return [(m, p, d, v, g, _Other(dims)) for m, p, d, v, g, dims, _record in plain], people


class _Other(dict):
    """Codes of a row; a row of nothing has none."""

    def __missing__(self, name):
        return ""


def test_adding_up_the_opened_rows_gives_every_figure(county):
    names = catalogue.names(county=COUNTY, on=HALF.last_day)
    checked = 0
    for place in (COUNTY, TOWN):
        basis, figures = figuring.read_at(place, HALF, names.indicators, names)
        files = rollup.files_for(basis.closure, [place], [Period.of("2025"), HALF])
        edges = list(closure_of(root=COUNTY, as_of=HALF.end, place_map="then").edges)
        things = {code: thing(e) for code, e in names.elements.items() if e.population or e.measure}
        for code, figure in figures.items():
            if not figure.parts:
                continue
            indicator = names.indicators[code]
            plain, people = opened(figure, basis, files)
            world = oracle.World(things, plain, edges, people)
            expr = resolved(indicator.expr, names, window=indicator.window)
            found = world.amount(expr, place, oracle.When((HALF.first, HALF.length)))
            assert (found[0] if found else None) == figure.quantity.value, (code, place)
            assert figure.records == sum(n for part in figure.parts for n in part.grades.values()), code
            checked += figure.quantity.value is not None
    assert checked > len(names.indicators)

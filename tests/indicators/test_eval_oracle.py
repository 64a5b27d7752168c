"""Evaluation equals the oracle over random counties and random formulas, from plain rows and through the engine."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.measures import declare, leaf
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.governance.indicators import evaluating
from qunwen.governance.indicators.basis import Basis, needs
from qunwen.governance.indicators.cube import EngineCube
from qunwen.governance.indicators.loading import Reading
from qunwen.governance.indicators.spans import span_of

from . import oracle, worlds
from .worlds import AMOUNTS, CONDITIONS, COUNTY, HALF, NAMES, TOWNS, VILLAGES

PLACES = st.sampled_from([COUNTY, TOWNS[0], TOWNS[1], VILLAGES[0], VILLAGES[3]])
PERIODS = st.sampled_from([HALF, Period.of("2026-03"), Period.of("2026Q2")])
SETTINGS = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def ends(q):
    """A quantity as the oracle writes it."""
    if q.state == State.NOT_APPLICABLE:
        return None
    return q.value, oracle.LOW if q.low is None else (0, q.low), oracle.HIGH if q.high is None else (0, q.high)


def when_of(period):
    return oracle.When((period.first, period.length))


@SETTINGS
@given(worlds.counties(), AMOUNTS, PLACES, PERIODS)
def test_amounts_equal_the_oracle(county, expr, place, period):
    basis = worlds.basis_of(county, period=period)
    found = evaluating.quantity(expr, place=place, basis=basis)
    assert ends(found) == worlds.world_of(county).amount(expr, place, when_of(period))


@SETTINGS
@given(worlds.counties(), CONDITIONS, PLACES, PERIODS)
def test_conditions_equal_the_oracle(county, expr, place, period):
    basis = worlds.basis_of(county, period=period)
    found = evaluating.truth(expr, place=place, basis=basis)
    expected = worlds.world_of(county).holds(expr, place, when_of(period))
    assert found == (None if expected is oracle.NOT_THERE else expected)


class FilesCube(EngineCube):
    """The engine over files of the test's own."""

    files: list[Path]

    def _files(self, wanted):
        return [str(f) for f in self.files]


def through_engine(county, exprs, folder):
    """A basis read by the engine's queries from Parquet files of two years."""
    _rows, closure, _people, _excused = county
    files = []
    for n in range(24):
        month = Period(2024 * 12 + 12 + n - 6, 1)
        path = Path(folder) / f"{month.code}.parquet"
        if leaf.write(path, (leaf.table_of(m, county=COUNTY, month=month) for m in declare.all()))[0]:
            files.append(path)
    plain = worlds.basis_of(county, exprs)
    cube = FilesCube(closure)
    cube.files = files
    wanted = frozenset(n for e in exprs for n in needs(e, period=HALF, names=NAMES))
    found = Basis(span_of(HALF), (COUNTY,), closure, cube, plain.people, NAMES, wanted, plain.levels, plain.excused)
    Reading(found, cube).read()
    return found, plain


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds.counties(), st.lists(AMOUNTS, min_size=1, max_size=6))
def test_the_engine_gives_what_plain_rows_give(county, exprs):
    with declare.only(*worlds.measures(county[0])), tempfile.TemporaryDirectory() as folder:
        found, plain = through_engine(county, exprs, folder)
        for expr in exprs:
            one = evaluating.quantity(expr, place=COUNTY, basis=found)
            assert one == evaluating.quantity(expr, place=COUNTY, basis=plain)

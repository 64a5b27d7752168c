"""Decisive cells, against trying out every value that the missing ones may have."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.governance.indicators import evaluating
from qunwen.governance.norms.decisive import decisive

from .worlds import COUNTY, TOWNS, basis, expr

pytestmark = pytest.mark.once

CONDITIONS = (
    "t.seats >= 20*座",
    "share('town', t.seats >= 8*座) >= 2/3",
    "count('town', t.seats >= 8*座 and t.area >= 60*m2) >= 2*个",
)


@st.composite
def worlds(draw):
    """Some towns have reported, the others did in the two half-years before."""
    numbers, earlier = {}, []
    for town in TOWNS:
        numbers["t.area", town] = draw(st.sampled_from([5000, 6000]))
        if draw(st.booleans()):
            numbers["t.seats", town] = draw(st.integers(0, 16))
        else:
            earlier += [("t.seats", town, draw(st.integers(0, 16)), back) for back in (6, 12)]
    return numbers, earlier, draw(st.sampled_from(CONDITIONS))


def bounded(here):
    return {cell: range(low, high + 1) for cell, (low, high, _last) in here.missing_cells().items()}


@given(worlds())
@settings(max_examples=40)
def test_idle_cells_never_move_the_verdict_and_calls_settle_it(world):
    numbers, earlier, text = world
    condition = expr(text)
    here = basis(numbers, condition, earlier=earlier)
    found = decisive(condition, place=COUNTY, basis=here)
    spans = bounded(here)
    assert set(found.missing) == set(spans)

    def verdict(known):
        return evaluating.truth(condition, place=COUNTY, basis=here.supposing(known))

    ends = {cell: sorted({span[0], span[-1]}) for cell, span in spans.items()}
    every = [dict(zip(ends, values, strict=True)) for values in product(*ends.values())]
    if found.truth is not None:
        assert {verdict(known) for known in every} == {found.truth}
        return
    for known in every:
        for cell in found.idle:
            assert {verdict(known | {cell: value}) for value in ends[cell]} == {verdict(known)}
    for alone in found.alone:
        low, high = spans[alone.cell][0], spans[alone.cell][-1]
        assert (verdict({alone.cell: low}), verdict({alone.cell: high})) == (alone.at_least, alone.at_most)
    if found.calls:
        said = {cell: here.missing_cells()[cell][2] for cell in found.calls}
        assert found.then is not None
        assert {verdict(known | said) for known in every} == {found.then}
        assert found.others == len(found.missing) - len(found.calls)


def test_three_calls_settle_what_many_villages_leave_open():
    numbers = {("t.seats", TOWNS[0]): 18}
    earlier = [
        ("t.seats", TOWNS[1], 5, 6),
        ("t.seats", TOWNS[1], 0, 12),
        ("t.seats", TOWNS[2], 0, 6),
        ("t.seats", TOWNS[2], 1, 12),
    ]
    condition = expr("t.seats >= 20*座")
    found = decisive(condition, place=COUNTY, basis=basis(numbers, condition, earlier=earlier))
    assert (found.truth, found.calls, found.then, found.others) == (None, (("t.seats", TOWNS[1]),), True, 1)


def test_decided_verdict_hangs_on_nobody():
    numbers = {("t.seats", TOWNS[0]): 30}
    condition = expr("t.seats >= 20*座")
    found = decisive(condition, place=COUNTY, basis=basis(numbers, condition))
    assert (found.truth, set(found.idle), found.calls) == (True, set(found.missing), ())

"""Units: exact factors, dimensions, and what is refused."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunwen.governance.indicators.units import UnitError, base_units, times, unit, written

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("code", "factor", "dimension"),
    [
        ("册", 1, (("book", 1),)),
        ("万册", 10_000, (("book", 1),)),
        ("亿元", 100_000_000, (("yuan", 1),)),
        ("千元", 1_000, (("yuan", 1),)),
        ("%", Fraction(1, 100), ()),
        ("", 1, ()),
        ("㎡", 1, (("area", 1),)),
        ("m²", 1, (("area", 1),)),
        ("万平方米", 10_000, (("area", 1),)),
        ("分钟", Fraction(1, 60), (("hour", 1),)),
        ("名", 1, (("person", 1),)),
        ("场次", 1, (("session", 1),)),
        ("册/人", 1, (("book", 1), ("person", -1))),
        ("万册/万人", 1, (("book", 1), ("person", -1))),
        ("册/万人", Fraction(1, 10_000), (("book", 1), ("person", -1))),
        ("场/村/月", 1, (("item", -1), ("month", -1), ("session", 1))),
        ("人·天/人", 1, (("day", 1),)),
        ("场/年", Fraction(1, 12), (("month", -1), ("session", 1))),
    ],
)
def test_unit_has_exact_factor_and_dimension(code, factor, dimension):
    assert (unit(code).factor, unit(code).dimension) == (factor, dimension)


@pytest.mark.parametrize("code", ["斗", "万", "册//人", "册/", "/人", "册+人", "书"])
def test_text_that_is_no_unit_is_refused_unless_it_is_a_count(code):
    if code == "万":
        assert unit(code).factor == 10_000
        return
    with pytest.raises(UnitError, match="不认识的单位"):
        unit(code)


def test_three_ways_to_write_one_ratio_have_the_same_size():
    assert {unit(code).factor for code in ("册/人", "万册/万人", "千册/千人")} == {Fraction(1)}


@given(st.lists(st.tuples(st.sampled_from(base_units()), st.sampled_from([1, -1])), max_size=4))
def test_dimension_written_down_is_read_back(parts):
    dimension = ()
    for code, power in parts:
        dimension = times(dimension, unit(code).dimension, power=power)
    assert unit(written(dimension)).dimension == dimension

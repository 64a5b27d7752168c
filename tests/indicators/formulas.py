"""Names and random formulas for the tests of the language."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from qunwen.governance.indicators.language import ir
from qunwen.governance.indicators.language.definitions import Element, Indicator
from qunwen.governance.indicators.language.parsing import Names

ELEMENTS = {
    "acts.held": Element("acts.held", "活动场次", "Activities", "场", "flow", measure="acts.held", meaning="x"),
    "acts.came": Element("acts.came", "参加人次", "Attendance", "人次", "flow", measure="acts.came", meaning="x"),
    "books.all": Element("books.all", "藏书", "Books", "册", "stock", measure="books.all", meaning="x"),
    "room.area": Element(
        "room.area", "面积", "Area", "m2", "stock", stored=Fraction(1, 100), measure="room.area", meaning="x"
    ),
    "people.live": Element(
        "people.live", "常住人口", "Residents", "人", "stock", "own_else_sum", population=("total", "resident"), vintage=-1,
        meaning="x",
    ),
    "money.given": Element("money.given", "拨款", "Money", "元", "flow", measure="money.given", meaning="x"),
}  # fmt: skip
PER_HEAD = Indicator(
    "books.per_head",
    "人均藏书",
    "Books per head",
    "册/人",
    ir.Div(ir.Ref("books.all"), ir.Ref("people.live")),
    "books.all / people.live",
)
NAMES = Names(ELEMENTS, {"books.per_head": PER_HEAD})

decimals = st.builds(lambda n, places: Fraction(n, 10**places), st.integers(0, 10**9), st.integers(0, 6))
numbers = st.builds(
    ir.Number, decimals, st.sampled_from(["", "%", "册", "万册", "人", "m2", "元/人", "场", "小时", "人·天", "万元"])
)
refs = st.builds(
    ir.Ref,
    st.sampled_from(sorted(set(ELEMENTS) - {"people.live"})),
    st.sampled_from([(), (("kind", ("lecture",)),), (("host", ("town", "village")), ("kind", ("film",)))]),
)
levels = st.sampled_from(ir.LEVELS)


def _quantities(inner):
    """Formulas that give a number, over `inner` ones."""
    pair = st.tuples(inner, inner)
    conditions = st.builds(ir.Compare, st.sampled_from(ir.OPS), inner, inner)
    logical = (
        conditions | st.builds(lambda a, b: ir.And((a, b)), conditions, conditions) | st.builds(ir.Not, conditions)
    )
    return st.one_of(
        *(st.builds(kind, inner, inner) for kind in (ir.Add, ir.Sub, ir.Mul, ir.Div)),
        inner.filter(lambda x: not isinstance(x, ir.Number)).map(ir.Neg),
        *(st.builds(kind, pair) for kind in (ir.Least, ir.Most)),
        st.builds(ir.When, logical, inner, inner),
        st.builds(ir.Share, levels, logical, st.none() | logical),
        st.builds(ir.Count, levels, st.just(ir.And(())) | logical),
        st.builds(ir.Total, levels, inner),
        st.builds(ir.Before, inner, st.integers(1, 60)),
        st.builds(ir.LastMonths, inner, st.integers(1, 60)),
        st.builds(ir.InYear, inner, st.sampled_from([-3, -1, 0, 2019])),
        inner.map(ir.YearToDate),
    )


formulas = st.recursive(
    numbers | refs | st.sampled_from([ir.Use("books.per_head"), ir.Ref("people.live")]), _quantities, max_leaves=12
)

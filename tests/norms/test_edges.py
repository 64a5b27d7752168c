"""What places reach where a norm has a floor, as plausibility asks for it."""

from qunwen.base.measures.periods import Period
from qunwen.base.scope import context
from qunwen.governance.norms import edges, queries
from qunwen.governance.plausibility import floors


def test_floors_are_told_when_a_half_year_ends_and_only_then(places):
    with context.everything(reason="test"):
        assert edges.series(county="510112", period=Period.of("2026-05")) == []
        found = floors.series(county="510112", period=Period.of("2026-06"))
    known = {n.code: n for n in queries.norms()}
    assert [s.floor for s in found] == [known[s.code].floor.base for s in found]
    assert {known[s.code].where.level for s in found} <= {"town", "village"}

"""A standard that is met exactly is met: 100,000 cases on the floor, in 万册 and 万人."""

import random
from fractions import Fraction

from qunwen.governance.indicators import values
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.units import unit

CASES = 100_000
FLOORS = [Fraction(n, 10) for n in range(1, 21)] + [Fraction(n, 100) for n in (4, 8, 15, 33, 66, 67)]


def test_100000_cases_exactly_on_the_floor_are_all_met():
    chance = random.Random(20261122)
    books, people, per_head = unit("万册"), unit("万人"), unit("册/人")
    missed = more = 0
    for n in range(CASES):
        floor = chance.choice(FLOORS)
        crowd = chance.randint(1, 2_000)  # in tenths of 万人, as documents write it
        held = crowd * floor * books.factor / 10
        ratio = values.divide(values.known(held), values.known(crowd * people.factor / 10))
        asked = values.known(floor * per_head.factor)
        missed += values.compare(ratio, ">=", asked) != Verdict.MET
        if n % 10 == 0:  # nor more than met, nor with one book less
            short = values.divide(values.known(held - 1), values.known(crowd * people.factor / 10))
            more += values.compare(ratio, ">", asked) != Verdict.NOT_MET
            more += values.compare(short, ">=", asked) != Verdict.NOT_MET
    assert (missed, more) == (0, 0)

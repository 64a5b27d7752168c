"""What the checks are worth, on made-up counties that nobody tuned them on: found, wrong, and silent in honest ones."""

import pytest

from qunwen.governance.plausibility import limits
from qunwen.governance.plausibility.checks import CHECKS
from qunwen.governance.plausibility.looking import look
from tests.plausibility import worlds

pytestmark = pytest.mark.once
SEEDS = range(700_001, 700_004)


@pytest.fixture(scope="module")
def scores():
    checks = limits.shipped()
    return worlds.scored(SEEDS, lambda world: [(each.code, each.place) for each in look(world, checks)])


def test_every_check_has_a_fraud_that_it_is_for():
    assert set(CHECKS) - set(worlds.FRAUDS) == {"photo.common"}  # a poster is no fraud


def test_strong_frauds_are_found(scores):
    caught, put = sum(s.caught[2] for s in scores.values()), sum(s.put[2] for s in scores.values())
    assert put == len(SEEDS) * len(worlds.FRAUDS)
    assert caught * 100 >= 90 * put


def test_more_is_found_the_stronger_it_is(scores):
    faint, middling, strong = (sum(s.caught[n] for s in scores.values()) for n in range(3))
    assert faint < middling <= strong


def test_findings_are_right_nine_times_in_ten(scores):
    right, wrong = sum(s.right for s in scores.values()), sum(s.wrong for s in scores.values())
    assert right * 10 >= 9 * (right + wrong)


def test_honest_villages_are_hardly_asked(scores):
    alarms = sum(s.false_alarms for s in scores.values())
    assert alarms * 100 <= 5 * worlds.VILLAGES * len(SEEDS)  # five in a hundred villages and month


def test_made_up_county_is_the_same_for_the_same_seed():
    assert worlds.honest(5).world() == worlds.honest(5).world()

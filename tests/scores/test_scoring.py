"""Points: floors, caps, penalties, vetoes, resets, late windows, and that everything is explained."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.governance.indicators import catalogue
from qunwen.governance.scores.ranking import rank
from qunwen.governance.scores.scoring import CAP, FLOOR, RESET, VETO, score
from qunwen.governance.scores.sheets import say_points
from qunwen.governance.scores.spans import Span

from .making import AFTER, DAY, HALF, YEAR, row, sheet, shipped

pytestmark = pytest.mark.once

MINUS = ("item", "a", 'kind = "minus"\nbase = 30\nminus = 6\nfloor = 0')
VETO_TEXT = 'reason = "r"\nreason_en = "r"\n'


def total(of, rows, *, on=AFTER, span=YEAR, **more):
    return score(of, "510112001001", span, rows, on=on, **more)


@pytest.mark.parametrize(("absences", "points"), [(0, 30), (1, 24), (4, 6), (5, 0), (6, 0), (50, 0)])
def test_thirty_points_minus_six_an_absence_until_zero(absences, points):
    found = total(shipped("village.yearly"), [row("activities", n) for n in range(absences)])
    assert found.points_of("activities") == points


def test_what_the_floor_gave_back_is_said():
    (line,) = total(sheet(MINUS), [row("a", n) for n in range(6)]).lines
    assert [(each.why, each.points) for each in line.adjustments] == [(FLOOR, 6)]
    assert [each.points for each in line.rows] == [-6] * 6


@pytest.mark.parametrize(("said", "points"), [("done", 4), ("not_done", -1)])
def test_funds_are_worth_four_and_minus_five_when_not_in_place(said, points):
    found = total(shipped("village.yearly"), [row("funds", category=said)])
    assert found.points_of("funds") == points


def test_funds_nobody_has_said_anything_about_are_undecided_not_failed():
    line = next(each for each in total(shipped("village.yearly"), []).lines if each.item.code == "funds")
    assert (line.points, line.low, line.high, line.undecided) == (0, -1, 4, True)


def test_each_missed_index_takes_one_and_a_half():
    found = total(shipped("village.yearly"), [row("indexes", number=3)])
    assert found.points_of("indexes") == Fraction("10.5")


def test_innovation_adds_by_category_up_to_its_cap():
    kinds = ["brand", "prize", "spread", "spread"]
    line = total(
        shipped("village.yearly"), [row("innovation", n, category=kind) for n, kind in enumerate(kinds)]
    ).lines[6]
    assert [each.points for each in line.rows] == [2, 3, 5, 5]
    assert ([(each.why, each.points) for each in line.adjustments], line.points) == ([(CAP, -5)], 10)


def test_an_adoption_that_nobody_has_confirmed_gives_nothing_yet_and_says_what_it_may_give():
    found = total(shipped("information.zone"), [row("reference", category="core_journal", confirmed=False)], span=HALF)
    line = found.lines[1]
    assert (line.points, line.high, line.rows[0].waiting) == (0, 50, True)


@pytest.mark.parametrize(
    ("done", "points"),
    [([1, 1], 50), ([1, 5], 0), ([1, None], 0)],
)
def test_information_base_is_fifty_only_when_every_duty_was_met_on_time(done, points):
    due = dt.date(2026, 4, 10)
    rows = [row("duties", n, due=due, done=day and due + dt.timedelta(days=day - 1)) for n, day in enumerate(done)]
    assert total(shipped("information.zone"), rows, span=HALF).total == points


def test_information_adds_by_outlet():
    kinds = {
        "reference": ["internal_reference", "core_journal", "concentrated"], "central_media": ["central_mainstream"],
        "brief_or_province": ["ministry_brief", "provincial_media"], "information_or_city": ["ministry_information", "same_level_media"],
        "websites": ["ministry_website", "government_website"],
    }  # fmt: skip
    found = {
        kind: total(shipped("information.zone"), [row(item, category=kind)], span=HALF).total
        for item, several in kinds.items()
        for kind in several
    }
    assert found == {
        "internal_reference": 50, "core_journal": 50, "concentrated": 50, "central_mainstream": 40, "ministry_brief": 30,
        "provincial_media": 30, "ministry_information": 20, "same_level_media": 20, "ministry_website": 10,
        "government_website": 10,
    }  # fmt: skip


def test_each_half_year_begins_anew_and_a_project_is_scored_over_two_years():
    rows = [
        row("websites", n, day=day, category="ministry_website")
        for n, day in enumerate([dt.date(2025, 2, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1), dt.date(2027, 1, 1)])
    ]
    halves = [total(shipped("information.zone"), rows, span=Span.of(code)).total for code in ("2026H1", "2026H2")]
    assert halves == [10, 10]
    cycle = Span.holding(dt.date(2026, 6, 30), every="cycle", cycle=shipped("information.project").cycle)
    assert (cycle.code, total(shipped("information.project"), rows, span=cycle).total) == ("2025-2026", 30)


def test_no_star_troupe_bars_from_the_award_and_leaves_the_points():
    of = shipped("village.yearly")
    without, with_one = total(of, []), total(of, [row("star_troupe")])
    assert ([award.code for award in without.barred], without.total) == (["annual"], with_one.total)
    assert with_one.barred == ()


def test_no_star_troupe_is_not_yet_known_while_the_year_runs():
    found = total(shipped("village.yearly"), [], on=DAY)
    assert (found.barred, found.vetoes[0].undecided) == ((), True)


@pytest.mark.parametrize("code", ["falsified", "accident"])
def test_falsified_figures_or_an_accident_leave_nothing(code):
    found = total(shipped("village.yearly"), [row(code), row("star_troupe", 2)])
    assert (found.total, [award.code for award in found.barred]) == (0, ["annual"])
    assert [(each.why, each.points) for each in found.adjustments] == [(VETO, -60)]


def test_a_veto_does_not_lift_a_total_that_is_below_nothing():
    of = sheet(
        ("item", "a", 'kind = "minus"\nbase = 0\nminus = 5\nfloor = -20'),
        ("veto", "v", VETO_TEXT + 'effects = ["total=0"]'),
        head='subjects = "village"\nevery = "year"\nfloor = "none"\ncap = "none"',
    )
    assert total(of, [row("a"), row("v", 2)]).total == -5


def test_process_that_falls_short_vetoes_acceptance():
    cycle = Span.of("2025-2026")
    found = total(shipped("zone.process"), [row("process_failed"), row("research", 2, number=9)], span=cycle)
    assert (found.total, [award.code for award in found.barred]) == (0, ["acceptance"])


@pytest.mark.parametrize(
    ("on", "points"), [(dt.date(2026, 4, 10), 18), (dt.date(2026, 4, 11), 0), (dt.date(2026, 5, 2), 18)]
)
def test_a_finding_not_put_right_in_time_takes_the_item_until_it_is(on, points):
    rows = [
        row("checks"),
        row("check_overdue", 2, due=dt.date(2026, 4, 10), done=dt.date(2026, 5, 1)),
    ]
    found = total(shipped("town.yearly"), rows, on=on)
    assert found.points_of("checks") == points
    line = next(each for each in found.lines if each.item.code == "checks")
    assert [each.why for each in line.adjustments] == ([] if points else [RESET])


@pytest.mark.parametrize(
    ("filed", "points"),
    [("2027-01-10", 2), ("2027-01-11", 1), ("2027-01-30", 1), ("2027-01-31", 0)],
)
def test_what_comes_late_counts_half_and_after_the_closing_day_nothing(filed, points):
    rows = [row("innovation", category="brand", filed=dt.date.fromisoformat(filed))]
    assert total(shipped("village.yearly"), rows, on=dt.date(2027, 3, 1)).points_of("innovation") == points


@pytest.mark.parametrize(("done", "points"), [("2026-04-10", 10), ("2026-04-15", 5), ("2026-04-21", 0)])
def test_a_duty_met_in_its_late_window_counts_half(done, points):
    rows = [row("returns", due=dt.date(2026, 4, 10), late_until=dt.date(2026, 4, 20), done=dt.date.fromisoformat(done))]
    assert total(shipped("village.yearly"), rows).points_of("returns") == points


def test_what_judges_gave_is_their_mean():
    found = total(shipped("village.yearly"), [row("service", 1, number=6), row("service", 2, number="1")])
    assert found.points_of("service") == Fraction("3.5")


class Known:
    """Answers by the text of the number in the expression."""

    def __init__(self, truth=None, value=None):
        self._truth, self._value = truth, value

    def truth(self, expr):
        return self._truth

    def value(self, expr, unit):
        return self._value


@pytest.mark.parametrize(("truth", "points"), [(True, 5), (False, 1), (None, 1)])
def test_a_condition_gives_its_points_when_it_holds(truth, points):
    of = sheet(
        ("item", "c", 'kind = "condition"\nwhen = "activities.held >= 1*场"\npoints = 5\notherwise = 1'),
        names=catalogue.names(),
    )
    found = total(of, [], answers=Known(truth=truth))
    assert (found.total, found.is_final) == (points, truth is not None)


@pytest.mark.parametrize(("value", "points"), [("59.9", 0), ("60", 3), ("79.99", 3), ("80", 5), ("200", 5), (None, 0)])
def test_steps_give_partial_points_from_exactly_their_value_on(value, points):
    of = sheet(
        (
            "item",
            "c",
            'kind = "steps"\nvalue = "activities.held"\nunit = "场"\nsteps = [{at="60", points=3}, {at="80", points=5}]',
        ),
        names=catalogue.names(),
    )
    found = total(of, [], answers=Known(value=None if value is None else Fraction(value)))
    assert (found.total, found.is_final) == (points, value is not None)


def test_the_information_score_counts_in_process_by_its_weight_as_the_mean_of_the_half_years():
    zone, cycle = shipped("information.zone"), Span.of("2025-2026")
    halves = tuple(
        total(zone, [row("websites", category="ministry_website", day=span.start)], span=span, on=dt.date(2027, 3, 1))
        for span in cycle.parts(6)[:2]
    )
    found = total(shipped("zone.process"), [], span=cycle, parts={"information": halves})
    assert found.points_of("information") == Fraction(10) * Fraction(1, 20)


def test_equal_scores_share_a_rank_and_the_next_counts_on():
    of = sheet(MINUS)
    scored = {"a": 0, "b": 1, "c": 1, "d": 2}
    results = [score(of, who, YEAR, [row("a", n) for n in range(times)], on=AFTER) for who, times in scored.items()]
    ranked = [(each.rank, each.result.subject, each.shared) for each in rank(reversed(results))]
    assert ranked == [(1, "a", False), (2, "b", True), (2, "c", True), (4, "d", False)]


def test_equal_totals_are_told_apart_by_the_items_named_for_ties():
    zone = shipped("information.zone")
    a = score(zone, "a", HALF, [row("websites", n, category="ministry_website") for n in range(5)], on=AFTER)
    b = score(zone, "b", HALF, [row("reference", category="core_journal")], on=AFTER)
    assert [(each.rank, each.result.subject) for each in rank([a, b])] == [(1, "b"), (2, "a")]


@pytest.mark.parametrize(
    ("points", "said"),
    [("30", "30"), ("-6", "-6"), ("1.5", "1.5"), ("1/3", "0.3333"), ("-1/30000", "0"), ("2/3", "0.6667")],
)
def test_points_are_written_as_people_write_them(points, said):
    assert say_points(Fraction(points)) == said


CODES = (
    "activities",
    "funds",
    "indexes",
    "returns",
    "opening",
    "service",
    "innovation",
    "star_troupe",
    "falsified",
    "accident",
)
DAYS = st.dates(dt.date(2025, 11, 1), dt.date(2027, 2, 1))


@st.composite
def many_rows(draw):
    rows = []
    for n in range(draw(st.integers(0, 14))):
        code = draw(st.sampled_from(CODES))
        category = {
            "funds": draw(st.sampled_from(["done", "not_done"])),
            "innovation": draw(st.sampled_from(["brand", "prize", "spread"])),
        }
        due = draw(st.one_of(st.none(), DAYS))
        rows.append(
            row(
                code, n, day=draw(DAYS), number=draw(st.integers(1, 5)), category=category.get(code, ""), due=due,
                late_until=due and due + dt.timedelta(days=draw(st.integers(0, 20))), done=draw(st.one_of(st.none(), DAYS)),
                filed=draw(st.one_of(st.none(), DAYS)), confirmed=draw(st.booleans()),
            )
        )  # fmt: skip
    return rows


@settings(max_examples=150)
@given(many_rows(), DAYS, st.randoms(use_true_random=False))
def test_every_point_is_explained_bounds_hold_and_the_order_of_rows_says_nothing(rows, on, random):
    of = shipped("village.yearly")
    found = total(of, rows, on=on)
    for line in found.lines:
        explained = line.start + sum(each.points for each in line.rows) + sum(each.points for each in line.adjustments)
        assert explained == line.points
        assert line.item.floor <= line.points
        assert line.low <= line.points
        assert line.high is None or line.points <= line.high
        assert line.item.most is None or line.points <= line.item.most
    assert sum(each.counted for each in found.lines) + sum(each.points for each in found.adjustments) == found.total
    assert found.total >= 0
    mixed = list(rows)
    random.shuffle(mixed)
    assert total(of, mixed, on=on) == found


@settings(max_examples=150)
@given(many_rows(), DAYS, DAYS, st.sampled_from(["activities", "indexes", "opening", "falsified"]), st.integers(1, 9))
def test_one_more_absence_never_raises_the_score(rows, on, day, code, number):
    of = shipped("village.yearly")
    more = [*rows, row(code, 999, day=day, number=number)]
    assert total(of, more, on=on).total <= total(of, rows, on=on).total


@settings(max_examples=100)
@given(many_rows(), DAYS)
def test_deciding_what_waits_stays_within_what_was_said_it_may_come_to(rows, on):
    of = shipped("village.yearly")
    before = total(of, rows, on=on)
    after = total(of, [replace(each, confirmed=True) for each in rows if each.item == "innovation"], on=on)
    line, decided = (next(each for each in found.lines if each.item.code == "innovation") for found in (before, after))
    assert line.low <= decided.points <= line.high

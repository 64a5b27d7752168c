"""What must hold of every judgement, whatever the numbers."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.governance.indicators import catalogue, evaluating
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.language import ir
from qunwen.governance.norms import defining, grading, words
from qunwen.governance.norms.enums import GRAVE, Severity, Standing
from qunwen.governance.norms.judging import judged

from .bases import COUNTY, TOWNS, VILLAGES, YEAR, basis, row

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

RULES = defining.shipped()
NORMS = RULES.by_code
BOOKS = NORMS["demozone.west3.books_per_head"]
GRADE = next(g for g in RULES.grades if g.code == "centre.grade2011")
BETTER = {Verdict.NOT_MET: 0, Verdict.UNDECIDED: 1, Verdict.MET: 2}
SOME = settings(max_examples=40, deadline=None)
# The most a village may return: beyond it a report is refused, and no verdict rests on it.
MOST = catalogue.elements()["village.holdings"].returned.high
NUMBER = st.integers(0, 2_000_000)


def judge(norm, base, place=COUNTY):
    (found,) = judged([norm], place=place, basis=base, period=YEAR, standing={norm.code: Standing.IN_FORCE})
    return found


def holdings(main, villages, people):
    rows = [row("library.holdings", COUNTY, main), *(row("station.holdings", p, 0) for p in TOWNS)]
    rows += [row("village.holdings", p, n) for p, n in zip(VILLAGES, villages, strict=False) if n is not None]
    return basis(*rows, people={COUNTY: people})


def floor_of(numerator, denominator):
    number = ir.Number(Fraction(numerator, denominator), "册/人")
    return replace(BOOKS, floor=number, expr=ir.Compare(">=", BOOKS.left, number))


@SOME
@given(NUMBER, st.integers(1, 3_000_000), st.integers(1, 10**6))
def test_more_never_worsens_a_floor(books, people, more):
    four = (0, 0, 0, 0)
    before, after = (judge(BOOKS, holdings(n, four, people)).verdict for n in (books, books + more))
    assert BETTER[after] >= BETTER[before]


@SOME
@given(st.integers(0, 80 * 60), st.integers(1, 600))
def test_longer_hours_never_worsen_a_verdict(minutes, more):
    norm = NORMS["taojiang.library_open"]
    two = [basis(row("library.weekly_hours", COUNTY, Fraction(n, 60))) for n in (minutes, minutes + more)]
    before, after = (judge(norm, base).verdict for base in two)
    assert BETTER[after] >= BETTER[before]


@SOME
@given(st.integers(1, 10**6), st.integers(1, 999), st.integers(1, 999))
def test_exactly_the_floor_is_met_and_one_less_is_not(people, numerator, denominator):
    norm = floor_of(numerator, denominator)
    wanted = norm.floor.value * people
    books = -(-wanted.numerator // wanted.denominator)
    exact = judge(norm, holdings(books, (0, 0, 0, 0), people))
    assert exact.verdict == Verdict.MET
    if books:
        below = judge(norm, holdings(books - 1, (0, 0, 0, 0), people))
        assert (below.verdict, below.gap.number) == (Verdict.NOT_MET, 1)


@SOME
@given(NUMBER, st.integers(1, 3_000_000), st.integers(1, 999), st.integers(1, 999))
def test_the_gap_closes_it_and_no_less_does(books, people, numerator, denominator):
    norm = floor_of(numerator, denominator)
    found = judge(norm, holdings(books, (0, 0, 0, 0), people))
    if found.verdict == Verdict.MET:
        assert (found.gap, found.margin >= 0) == (None, True)
        return
    closed, almost = (
        judge(norm, holdings(books + n, (0, 0, 0, 0), people)).verdict for n in (found.gap.number, found.gap.number - 1)
    )
    assert (closed, almost, found.margin < 0) == (Verdict.MET, Verdict.NOT_MET, True)


@SOME
@given(NUMBER, st.integers(1, 3_000_000), st.lists(st.integers(0, MOST), min_size=4, max_size=4), st.integers(0, 15))
def test_what_is_decided_with_reports_missing_stays_so_when_they_come(main, people, villages, told):
    partly = [n if told >> i & 1 else None for i, n in enumerate(villages)]
    early = judge(BOOKS, holdings(main, partly, people)).verdict
    late = judge(BOOKS, holdings(main, villages, people)).verdict
    assert early in (late, Verdict.UNDECIDED)
    assert late in (Verdict.MET, Verdict.NOT_MET)


@SOME
@given(st.integers(1, 3_000_000), st.integers(0, 300_000))
def test_the_total_required_by_brackets_never_falls_when_population_rises(people, more):
    for rule in GRADE.mandatory:
        if isinstance(rule.expr, ir.Compare) and isinstance(rule.expr.right, ir.Banded):
            totals = [
                evaluating.quantity(rule.expr.right, place=COUNTY, basis=basis(people={COUNTY: n})).value
                for n in (people, people + more)
            ]
            assert totals[0] <= totals[1]


def test_brackets_at_their_limits():
    (first, *_rest) = [
        m.expr.right for m in GRADE.mandatory if isinstance(m.expr, ir.Compare) and isinstance(m.expr.right, ir.Banded)
    ]

    def required(people):
        return evaluating.quantity(first, place=COUNTY, basis=basis(people={COUNTY: people})).value

    assert [required(n) for n in (600_000, 600_001, 700_000, 800_000, 800_001, 900_000, 1_000_000)] == [
        600_000, 600_000, 630_000, 720_000, 720_000, 720_000, 800_000,
    ]  # fmt: skip


@SOME
@given(st.sampled_from(RULES.norms), st.sampled_from(list(Severity)), st.booleans())
def test_a_doubtful_norm_condemns_nobody_unless_confirmed(norm, severity, confirmed):
    norm = replace(norm, severity=severity)
    standing = (
        Standing.DISABLED
        if not norm.enabled
        else Standing.WAITING
        if norm.doubtful and not confirmed
        else Standing.IN_FORCE
    )
    (found,) = judged([norm], place=COUNTY, basis=basis(), period=YEAR, standing={norm.code: standing})
    if found.severity in GRAVE:
        assert (norm.enabled, norm.doubtful and not confirmed) == (True, False)


@SOME
@given(NUMBER, st.integers(1, 3_000_000), st.integers(1, 999), st.integers(1, 999))
def test_what_is_shown_agrees_with_the_verdict(books, people, numerator, denominator):
    norm = floor_of(numerator, denominator)
    found = judge(norm, holdings(books, (0, 0, 0, 0), people))
    shown = Fraction(words.value_text(found).split(" ")[0].replace(",", ""))
    if abs(found.margin) >= Fraction(1, 10**6):
        # rounded away from the floor or not at all: never onto it, never across it
        assert (shown >= norm.floor.value) == (found.verdict == Verdict.MET) or shown == found.value.value


def centre(**changed):
    numbers = {
        "centre.area": 2500, "centre.building_area": 0, "centre.meets_code": 0, "centre.free_items": 5,
        "centre.free_hours": 5, "staff.station": 40,
    } | changed  # fmt: skip
    last = dt.date(2025, 12, 31)
    rows = [row(code, TOWNS[0] if code.startswith("staff.") else COUNTY, n) for code, n in numbers.items()]
    rows.append(row("staff.station", TOWNS[1], 0))
    rows += [row("money.centre_appropriation", COUNTY, 500_000, last), row("centre.station_classes", COUNTY, 3, last)]
    rows += [row("staff.station_trained", TOWNS[0], 10, last), row("staff.station_trained", TOWNS[1], 0, last)]
    return basis(*rows, people={COUNTY: 500_000})


def grade(base):
    found = grading.graded(GRADE, place=COUNTY, period=YEAR, basis=base)
    return found.sure, found.best


def test_grades_by_mandatory_conditions():
    assert grade(centre()) == (1, 1)
    assert grade(centre(**{"centre.area": 2400})) == (2, 2)
    assert grade(centre(**{"centre.free_items": 3})) == (3, 3)
    assert grade(centre(**{"centre.area": 1499})) == (None, None)


def test_what_is_being_built_counts_half_and_the_code_counts_instead():
    assert grade(centre(**{"centre.area": 2400, "centre.building_area": 200})) == (1, 1)
    assert grade(centre(**{"centre.area": 2400, "centre.building_area": 199})) == (2, 2)
    assert grade(centre(**{"centre.area": 100, "centre.meets_code": 1})) == (1, 1)


def test_a_grade_with_something_missing_is_open():
    assert grading.graded(GRADE, place=COUNTY, period=YEAR, basis=basis()).sure is None
    assert grading.graded(GRADE, place=COUNTY, period=YEAR, basis=basis()).best == 1


SCORED = """
[[grade]]
code = "a.grade"
title = "等级"
en = "Grade"
theme = "library"
level = "county"
levels = [1, 2, 3]
source = { doc = "文件", certainty = "house" }
passing = { 1 = "90", 2 = "70", 3 = "50.5" }
[[grade.mandatory]]
grade = 1
title = "面积"
when = "library.area >= 5000*m2"
[[grade.item]]
title = "外借"
steps = [{ when = "library.active_cards >= 100*张", points = "60.5" }, { when = "library.active_cards >= 50*张", points = "40" }]
[[grade.item]]
title = "电脑"
steps = [{ when = "library.computers >= 10*台", points = 30 }]
"""


def test_the_worse_of_mandatory_conditions_and_score_counts():
    (rule,) = defining.read([(SCORED, "t.toml")]).grades

    def at(area, cards, computers=None):
        rows = [row("library.area", COUNTY, area), row("library.active_cards", COUNTY, cards)]
        rows += [] if computers is None else [row("library.computers", COUNTY, computers)]
        found = grading.graded(rule, place=COUNTY, period=YEAR, basis=basis(*rows))
        return found.sure, found.best, found.points

    assert at(5000, 100, 10) == (1, 1, (Fraction(181, 2), Fraction(181, 2)))
    assert at(4999, 100, 10) == (2, 2, (Fraction(181, 2), Fraction(181, 2)))
    assert at(5000, 99, 10) == (2, 2, (70, 70))
    assert at(5000, 100, 9) == (3, 3, (Fraction(121, 2), Fraction(121, 2)))
    assert at(5000, 49, 10) == (None, None, (30, 30))
    assert at(5000, 100) == (3, 1, (Fraction(121, 2), Fraction(181, 2)))

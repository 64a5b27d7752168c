"""Verdicts, margins and gaps on plain rows: exact, three-valued, stacked from nation to county."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from qunwen.base.measures.periods import Period
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.norms import defining, words
from qunwen.governance.norms.enums import Severity, Standing
from qunwen.governance.norms.gaps import Gaps
from qunwen.governance.norms.judging import applying, judged

from .bases import COUNTY, HALF, NOT_APPLICABLE, TOWNS, VILLAGES, YEAR, basis, row

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

NORMS = defining.shipped().by_code


def judge(norm, base, place=COUNTY, period=YEAR, standing=None):
    norm = NORMS[norm] if isinstance(norm, str) else norm
    (found,) = judged([norm], place=place, basis=base, period=period, standing=standing)
    return found


def books(main, people=1000, towns=(0, 0), villages=(0, 0, 0, 0), **more):
    rows = [row("library.holdings", COUNTY, main)]
    rows += [row("station.holdings", p, n) for p, n in zip(TOWNS, towns, strict=True)]
    rows += [row("village.holdings", p, n) for p, n in zip(VILLAGES, villages, strict=True)]
    return basis(*rows, people={COUNTY: people}, **more)


def test_exactly_the_floor_is_met():
    found = judge("demozone.west3.books_per_head", books(500, towns=(50, 20), villages=(10, 10, 5, 5)))
    assert (found.verdict, found.margin, found.gap) == (Verdict.MET, Fraction(0), None)
    assert (words.value_text(found), words.floor_text(found)) == ("0.6 册/人", "≥ 0.6 册/人")


def test_one_book_short_is_not_met_and_one_book_is_the_gap():
    found = judge("demozone.west3.books_per_head", books(599))
    assert (found.verdict, found.margin) == (Verdict.NOT_MET, Fraction(-1, 1000))
    assert (found.gap.number, found.gap.unit, words.gap_words(found.gap)) == (1, "册", "还差 1 册")


def test_a_value_is_never_shown_as_the_floor_it_does_not_reach():
    found = judge("demozone.west3.books_per_head", books(599_999, people=1_000_000))
    assert (found.verdict, words.value_text(found)) == (Verdict.NOT_MET, "0.599999 册/人")
    found = judge("demozone.west3.books_per_head", books(594_000, people=1_000_000))
    assert words.value_text(found) == "0.59 册/人"


def test_the_gap_is_the_smallest_whole_number():
    # 0.6 x 20,577 = 12,346.2: with one book 12,346 more are not enough
    found = judge("demozone.west3.books_per_head", books(1, people=20_577))
    assert words.gap_words(found.gap) == "还差 12,346 册"
    assert judge("demozone.west3.books_per_head", books(1 + 12_346, people=20_577)).verdict == Verdict.MET
    assert judge("demozone.west3.books_per_head", books(12_346, people=20_577)).verdict == Verdict.NOT_MET


def test_nothing_known_is_never_met():
    for norm in NORMS.values():
        for place in (COUNTY, TOWNS[0], VILLAGES[0], "5101", "51"):
            if applying([replace(norm, where=replace(norm.where, area=(), region=()))], place, dt.date(2026, 12, 31)):
                assert judge(norm, basis(), place=place).verdict != Verdict.MET, norm.code


def test_with_a_village_missing_the_verdict_is_open_only_if_it_matters():
    rows = [row("library.holdings", COUNTY, 550), *(row("station.holdings", p, 0) for p in TOWNS)]
    some = [row("village.holdings", p, 10) for p in VILLAGES[:3]]
    undecided = judge("demozone.west3.books_per_head", basis(*rows, *some, people={COUNTY: 1000}))
    assert (undecided.verdict, words.gap_words(undecided.gap)) == (Verdict.UNDECIDED, "还差 20 册")
    enough = [row("village.holdings", p, 20) for p in VILLAGES[:3]]
    assert judge("demozone.west3.books_per_head", basis(*rows, *enough, people={COUNTY: 1000})).verdict == Verdict.MET


def test_a_yearly_floor_is_open_until_the_year_is_over():
    june = dt.date(2026, 6, 30)
    half = basis(row("library.visits", COUNTY, 100, june), people={COUNTY: 1000}, period=HALF)
    found = judge("demozone.west3.visits_per_head", half, period=HALF)
    assert found.running is True
    assert (found.verdict, words.gap_words(found.gap)) == (Verdict.UNDECIDED, "还差 300 人次")


def test_a_yearly_floor_reached_early_is_met():
    june = dt.date(2026, 6, 30)
    half = basis(row("library.visits", COUNTY, 400, june), people={COUNTY: 1000}, period=HALF)
    assert judge("demozone.west3.visits_per_head", half, period=HALF).verdict == Verdict.MET


def test_a_ceiling_says_by_how_much_it_is_passed():
    found = judge("demozone.west4.library_grade", basis(row("library.grade", COUNTY, 4)))
    assert (found.verdict, found.margin) == (Verdict.NOT_MET, Fraction(-1))
    assert judge("demozone.west4.library_grade", basis(row("library.grade", COUNTY, 3))).verdict == Verdict.MET


def room(place, seats=12, bandwidth=4, area=60, hours=42):
    return [
        row("e_reading.computers", place, seats), row("e_reading.bandwidth", place, bandwidth),
        row("e_reading.area", place, area), row("e_reading.weekly_hours", place, hours),
    ]  # fmt: skip


def test_a_compound_condition_names_each_gap():
    found = judge("demozone.west4.e_reading_room", basis(*room(TOWNS[0], seats=10, hours=40)), place=TOWNS[0])
    assert found.verdict == Verdict.NOT_MET
    assert isinstance(found.gap, Gaps)
    assert sorted((g.number, g.unit) for g in found.gap.items) == [(2, "台"), (2, "小时")]
    assert words.gap_words(found.gap) == "电子阅览室计算机还差 2 台；电子阅览室每周开放时间还差 2 小时"
    assert judge("demozone.west4.e_reading_room", basis(*room(TOWNS[0])), place=TOWNS[0]).verdict == Verdict.MET


def test_a_share_of_towns_says_how_many_and_which():
    both = basis(*room(TOWNS[0]), *room(TOWNS[1], area=59))
    found = judge("demozone.west4.e_reading_share", both)
    assert (found.verdict, found.gap.number, found.gap.places) == (Verdict.NOT_MET, 1, (TOWNS[1],))
    assert (words.value_text(found), words.gap_words(found.gap)) == ("50%", "还差 1 个乡镇（街道）")
    assert judge("demozone.west4.e_reading_share", basis(*room(TOWNS[0]), *room(TOWNS[1]))).verdict == Verdict.MET


def test_sixty_per_cent_of_two_towns_are_two():
    def with_rooms(*areas):
        rows = [row("e_reading.area", p, n) for p, n in zip(TOWNS, areas, strict=True)]
        return judge("task.e_reading_share", basis(*rows))

    assert [with_rooms(1, 1).verdict, with_rooms(1, 0).verdict] == [Verdict.MET, Verdict.NOT_MET]
    assert with_rooms(0, 0).gap.number == 2


def test_a_floor_by_population_follows_its_brackets():
    def with_area(people, area):
        base = basis(row("station.area", TOWNS[0], area), people={TOWNS[0]: people})
        return judge("changsha.station_area", base, place=TOWNS[0]).verdict == Verdict.MET

    assert [with_area(29_999, 500), with_area(30_000, 799), with_area(30_000, 800), with_area(50_000, 999), with_area(50_000, 1000)] == [
        True, False, True, False, True,
    ]  # fmt: skip


def test_an_unconfirmed_norm_condemns_nobody():
    norm = replace(NORMS["demozone.satisfaction"], severity=Severity.VETO)
    base = basis(row("satisfaction.satisfied", COUNTY, 1), row("satisfaction.surveyed", COUNTY, 100))
    waiting = judge(norm, base)
    assert (waiting.verdict, waiting.standing, waiting.counts, waiting.severity) == (
        Verdict.NOT_MET, Standing.WAITING, False, Severity.INFO,
    )  # fmt: skip
    confirmed = judge(norm, base, standing={norm.code: Standing.IN_FORCE})
    assert (confirmed.counts, confirmed.severity) == (True, Severity.VETO)


def test_what_does_not_apply_is_not_judged():
    base = basis(excused={"hall.area": dict.fromkeys(VILLAGES, NOT_APPLICABLE)}, people={})
    found = judge(
        "task.village_room_area",
        basis(excused={"village_room.area": dict.fromkeys(VILLAGES, NOT_APPLICABLE)}),
        place=VILLAGES[0],
    )
    assert (found.verdict, found.applies) == (Verdict.UNDECIDED, False)
    assert judge("task.village_room_area", base, place=VILLAGES[0]).applies is True


def stacked(*norms, main=650):
    base = books(main)
    in_force = {n.code: Standing.IN_FORCE for n in norms}
    found = judged(norms, place=COUNTY, basis=base, period=YEAR, standing=in_force)
    return {j.norm.code: j.prevails for j in found}


def version(code, floor, area=(), **more):
    base = NORMS["demozone.west3.books_per_head"]
    number = replace(base.floor, value=Fraction(floor))
    expr = replace(base.expr, right=number)
    return replace(base, code=code, floor=number, expr=expr, where=replace(base.where, area=area), **more)


def test_the_stricter_rule_counts():
    nation, province = version("n", "0.6"), version("p", "0.8", ("51",))
    assert stacked(nation, province) == {"n": "p", "p": ""}
    assert stacked(nation, version("p", "0.5", ("51",))) == {"n": "", "p": "n"}


def test_of_equal_rules_the_nearer_one_counts():
    assert stacked(version("n", "0.6"), version("p", "0.6", ("51",)), version("c", "0.6", ("510112",))) == {
        "n": "c", "p": "c", "c": "",
    }  # fmt: skip


def test_a_rule_that_replaces_counts_even_where_it_asks_less():
    nation, county = version("n", "0.6"), version("c", "0.4", ("510112",), instead=True)
    assert stacked(nation, county) == {"n": "c", "c": ""}


def test_a_rule_that_does_not_count_replaces_nothing():
    norms = [version("n", "0.6"), version("p", "0.8", ("51",))]
    found = judged(
        norms, place=COUNTY, basis=books(650), period=YEAR, standing={"n": Standing.IN_FORCE, "p": Standing.WAITING}
    )
    assert [(j.norm.code, j.counts) for j in found] == [("n", True), ("p", False)]


def test_rules_that_cannot_be_compared_both_count():
    condition = replace(NORMS["demozone.west4.e_reading_room"], family="x")
    other = replace(condition, code="other")
    found = judged([condition, other], place=TOWNS[0], basis=basis(), period=YEAR)
    assert [j.counts for j in found] == [True, True]


def test_the_same_on_the_same_basis_is_the_same():
    base = books(650)
    first, second = judge("demozone.west3.books_per_head", base), judge("demozone.west3.books_per_head", base)
    assert first == second
    assert first.sha256 == NORMS["demozone.west3.books_per_head"].sha256


def test_which_norms_apply_where():
    day = dt.date(2026, 12, 31)
    codes = {n.code for n in applying(NORMS.values(), COUNTY, day)}
    assert {"law.catalogue", "demozone.west3.books_per_head", "basic.free_opening"} <= codes
    assert {
        "demozone.west2.books_per_head",
        "demozone.east.books_per_head",
        "hubei.library_hours_county",
    } & codes == set()
    then = {n.code for n in applying(NORMS.values(), COUNTY, dt.date(2014, 6, 30))}
    assert ("demozone.west2.books_per_head" in then, "law.catalogue" in then) == (True, False)
    assert "basic.film_village" not in {n.code for n in applying(NORMS.values(), VILLAGES[0], day)}  # a community
    assert Period.of("2026").end == dt.date(2027, 1, 1)


def test_what_is_there_or_not_is_said_without_numbers():
    missing = judge("law.catalogue", basis(row("catalogue.published", COUNTY, 0)))
    assert (missing.verdict, words.value_text(missing), words.floor_text(missing), words.closing(missing)) == (
        Verdict.NOT_MET, "没有", "有", "",
    )  # fmt: skip
    assert words.value_text(judge("law.catalogue", basis(row("catalogue.published", COUNTY, 1)))) == "有"


def test_a_floor_that_is_no_decimal_is_shown_as_it_is():
    june = dt.date(2026, 6, 30)
    rows = [row("films.shown", p, 30, june) for p in VILLAGES]
    found = judge("basic.film_new", basis(*rows, row("films.new", COUNTY, 40)))
    assert (found.verdict, words.value_text(found), words.floor_text(found)) == (Verdict.MET, "1/3", "≥ 1/3")
    short = judge("basic.film_new", basis(*rows, row("films.new", COUNTY, 39)))
    assert (short.verdict, words.value_text(short), words.closing(short)) == (Verdict.NOT_MET, "0.325", "还差 1 场")

"""Sentences: every number in them is a figure or follows from figures, and nothing is claimed that is not there."""

import datetime as dt
import re
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.governance.dashboards import comparing, words, words_below
from qunwen.governance.dashboards.comparing import Turn, compare, contributions, progress, ranked
from qunwen.governance.dashboards.goals import Goal
from qunwen.governance.dashboards.readings import Reading, say
from qunwen.governance.dashboards.subjects import Subject
from qunwen.governance.dashboards.tables import shares

TODAY = dt.date(2026, 7, 5)
NOW, LAST_YEAR = Period.of("2026H1"), Period.of("2025H1")
HELD = Subject("activities.held", "举办活动", "场次", "activities")
RATE = Subject("x.rate", "覆盖率", "%", "x", places=1, additive=False, measure=False)
CLAIMS = re.compile("增长|下降|持平|提高|降低|increase|decrease|rose|fell|grew|unchanged")


def reading(value, *, missing=0, expected=10, subject=HELD, period=NOW, place="510112"):
    codes = tuple(f"510112001{n:03}" for n in range(1, missing + 1))
    state = State.NOT_REPORTED if value is None else State.VALUE if value else State.ZERO
    return Reading(
        subject, place, period, None if value is None else Fraction(value), state, expected - missing, expected, codes,
        {"A": 1, "B": 2} if value else {}, f"/desk/figures/?place={place}",
    )  # fmt: skip


def numbers(text):
    """The numbers of a sentence, without those of the period's name."""
    for period in (NOW, LAST_YEAR):
        text = text.replace(period.label, "")
    return [Fraction(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def half_up(value, places):
    """An independent rounding: floor of the value plus a half, in units."""
    unit = 10**places
    return Fraction((2 * abs(value) * unit + 1).__floor__() // 2, unit)


amounts = st.one_of(st.none(), st.integers(0, 3), st.integers(0, 10**7))
lackings = st.integers(0, 10)


@st.composite
def pairs(draw):
    now, then = draw(amounts), draw(amounts)
    return (
        reading(now, missing=10 if now is None else draw(st.integers(0, 9))),
        reading(then, missing=10 if then is None else draw(st.integers(0, 9)), period=LAST_YEAR),
    )


@given(pairs())
def test_every_number_of_a_comparison_is_a_figure_or_follows_from_two(pair):
    now, then = pair
    sentence = words.of_last_year(compare(now, then, today=TODAY))
    if now.value is None:
        assert sentence is None
        return
    allowed = {Fraction(now.lacking), Fraction(then.lacking)}
    if then.value is not None:
        allowed |= {then.value, abs(now.value - then.value)}
        if then.value:
            allowed |= {half_up(abs(now.value - then.value) / then.value * 100, 1), Fraction(1, 10)}
    assert set(numbers(sentence.text)) <= allowed
    assert sentence.sources == (now, then)


@given(pairs(), st.sampled_from(["zh-hans", "zh-hant", "en"]))
def test_nothing_is_claimed_of_an_incomplete_figure(pair, language):
    now, then = pair
    with translation.override(language):
        sentence = words.of_last_year(compare(now, then, today=TODAY))
    if sentence and not (now.complete and then.complete):
        assert not CLAIMS.search(sentence.text)


@given(pairs())
def test_nothing_is_claimed_before_the_period_is_over(pair):
    now, then = pair
    change = compare(now, then, today=NOW.end - dt.timedelta(days=1))
    assert not change.said
    assert change.difference is None


@given(pairs())
def test_the_word_goes_the_way_of_the_figures(pair):
    now, then = pair
    change = compare(now, then, today=TODAY)
    if not change.said:
        return
    text = words.of_last_year(change).text
    assert ("增长" in text and "不计算增长率" not in text) == (now.value > then.value > 0)
    assert ("下降" in text) == (now.value < then.value)
    assert ("持平" in text) == (now.value == then.value)


@pytest.mark.parametrize(
    ("now", "then", "text"),
    [
        (reading(5), reading(4, period=LAST_YEAR), "“举办活动”比上年同期增长 25.0%，多 1 场次（上年同期 4 场次）。"),
        (reading(3), reading(4, period=LAST_YEAR), "“举办活动”比上年同期下降 25.0%，少 1 场次（上年同期 4 场次）。"),
        (reading(4), reading(4, period=LAST_YEAR), "“举办活动”与上年同期持平（上年同期 4 场次）。"),
        (reading(0), reading(0, period=LAST_YEAR), "“举办活动”与上年同期持平（上年同期 0 场次）。"),
        (reading(7), reading(0, period=LAST_YEAR), "“举办活动”比上年同期多 7 场次（上年同期 0 场次，不计算增长率）。"),
        (reading(5, missing=3), reading(4, period=LAST_YEAR), "“举办活动”：本期缺 3 个村（社区），暂不能与上年同期比较。"),
        (reading(5), reading(4, missing=2, period=LAST_YEAR), "“举办活动”：上年同期缺 2 个村（社区），暂不能比较。"),
        (reading(5, missing=1), reading(4, missing=2, period=LAST_YEAR),
         "“举办活动”：本期缺 1 个村（社区），上年同期缺 2 个村（社区），暂不能比较。"),
        (reading(5), reading(None, missing=10, period=LAST_YEAR), "“举办活动”：上年同期缺数，不能比较。"),
        (reading(10001), reading(10000, period=LAST_YEAR),
         "“举办活动”比上年同期多 1 场次，增长不到 0.1%（上年同期 10,000 场次）。"),
        (reading(Fraction("62.25"), subject=RATE), reading(60, subject=RATE, period=LAST_YEAR),
         "“覆盖率”比上年同期提高 2.3 个百分点（上年同期 60.0 %）。"),
        (reading(Fraction("60.01"), subject=RATE), reading(60, subject=RATE, period=LAST_YEAR),
         "“覆盖率”与上年同期（60.0 %）相比，按所示位数看不出变化。"),
    ],
)  # fmt: skip
def test_a_comparison_reads(now, then, text):
    assert words.of_last_year(compare(now, then, today=TODAY)).text == text


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (reading(1234), "2026年上半年，龙泉驿区“举办活动”为 1,234 场次，应报的都已报来。"),
        (reading(5, missing=3), "2026年上半年，龙泉驿区“举办活动”为 5 场次；已报 7，应报 10，缺 3 个村（社区）。"),
        (reading(None, missing=10), "2026年上半年，龙泉驿区“举办活动”：缺数，不是零。已报 0，应报 10。"),
    ],
)
def test_a_value_reads(now, text):
    assert words.of_value(now, "龙泉驿区").text == text


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 9))
def test_progress_is_the_share_of_the_target(value, target, missing):
    now = reading(value, missing=missing)
    sentence = words.of_goal(progress(now, Goal(Fraction(target), binding=True)))
    if not target:
        assert sentence is None
        return
    expected = {Fraction(target), Fraction(value), half_up(Fraction(value, target) * 100, 1)}
    assert set(numbers(sentence.text)) == expected | ({Fraction(missing)} if missing else set())


places = st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=0, max_size=9)


@given(places)
def test_equal_places_share_a_rank_and_the_next_is_counted_on(values):
    rows = [reading(v, missing=10 if v is None else 0, place=f"5101120{n:02}") for n, v in enumerate(values)]
    known = [v for v in values if v is not None]
    for entry in ranked(rows):
        value = entry.reading.value
        assert entry.rank == (None if value is None else 1 + sum(v > value for v in known))
    assert [e.reading.place for e in ranked(rows)] == [e.reading.place for e in ranked(rows[::-1])]


@given(places)
def test_a_ranking_sentence_names_places_with_their_own_figures(values):
    rows = [reading(v, missing=10 if v is None else 0, place=f"5101120{n:02}") for n, v in enumerate(values)]
    names = {row.place: f"〔{n}〕" for n, row in enumerate(rows)}
    sentence = words_below.of_ranking(ranked(rows), names)
    if sentence is None:
        return
    for part in re.split("[：；。]", sentence.text):
        for n in re.findall(r"〔(\d+)〕", part):
            assert f"{say(Fraction(values[int(n)]))} 场次" in part
            assert re.search(rf"第 {1 + sum(v > values[int(n)] for v in values if v is not None)}\b", part)
    assert ("名次可能变化" in sentence.text) == (None in values)


changes = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8)


@given(changes, st.integers(0, 20), st.integers(0, 20))
def test_contributions_named_and_the_rest_add_up_to_the_change(parts, own_now, own_then):
    now, then = own_now + sum(a for a, _b in parts), own_then + sum(b for _a, b in parts)
    total = compare(reading(now), reading(then, period=LAST_YEAR), today=TODAY)
    rows = [
        (reading(a, place=f"5101120{n:02}"), reading(b, place=f"5101120{n:02}", period=LAST_YEAR))
        for n, (a, b) in enumerate(parts)
    ]
    found = contributions(total, rows)
    if now == then:
        assert found is None
        return
    assert sum(p.difference for p in found.parts) + found.rest == now - then
    sentence = words_below.of_contributions(found, {row.place: "某地" for row, _then in rows})
    if sentence is None:
        return
    leading = [abs(p.difference) for p in found.leading()]
    rest = (now - then) - sum(p.difference for p in found.leading())
    assert set(numbers(sentence.text)) <= {abs(now - then), *leading, sum(leading), abs(rest)}
    assert (
        f"其余合计{'增加' if rest > 0 else '减少'} {say(abs(rest))} 场次" if rest else "其余合计没有变化"
    ) in sentence.text


def test_contributions_are_not_named_when_a_place_is_incomplete():
    total = compare(reading(10), reading(4, period=LAST_YEAR), today=TODAY)
    rows = [(reading(6, missing=1, place="510112001"), reading(4, place="510112001", period=LAST_YEAR))]
    assert contributions(total, rows) is None


def test_the_best_month_is_named_only_when_all_are_complete():
    months = [reading(v, period=p) for v, p in zip((1, 5, 5), NOW.months[:3], strict=True)]
    assert words.of_months(months).text == "各月中“举办活动”最多的是2026年2月、2026年3月，都是 5 场次。"
    assert words.of_months([*months, reading(2, missing=1, period=NOW.months[3])]) is None


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12))
def test_shares_add_up_to_a_hundred(values):
    found = shares([Fraction(v) for v in values])
    assert sum(Fraction(share) for share in found if share) == (100 if any(values) else 0)


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000), st.integers(0, 3))
def test_a_number_is_rounded_once_and_half_up(value, decimals):
    shown = Fraction(say(value, decimals).replace(",", ""))
    assert abs(shown) == half_up(value, decimals)


@pytest.mark.parametrize("turn", list(Turn))
def test_every_outcome_has_short_words(turn):
    change = comparing.Comparison(reading(2), reading(1), turn, Fraction(1), Fraction(100))
    assert words.short(change)

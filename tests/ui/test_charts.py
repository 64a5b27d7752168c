import datetime as dt
import re
from itertools import pairwise

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from qunwen.base.ui.charts import BarChart, LineChart, Series, nice_ticks
from qunwen.base.ui.heat_calendar import HeatCalendar

MONTHS = ("1月", "2月", "3月")


def draw(tag: str, chart) -> str:
    return Template("{% load ui %}{% " + tag + " chart=chart %}").render(Context({"chart": chart}))


@given(st.integers(0, 10**12))
def test_ticks_reach_the_highest_value_in_few_even_steps(highest):
    ticks = nice_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert len(ticks) <= 6
    assert len({round(b - a, 9) for a, b in pairwise(ticks)}) == 1


@pytest.mark.parametrize(("tag", "kind"), [("bar_chart", BarChart), ("line_chart", LineChart)])
def test_missing_value_is_hatched_and_said(tag, kind):
    page = draw(tag, kind("各月场次", MONTHS, (Series("实际", (3, None, 0)),), "场"))
    assert page.count('fill="url(#hatch-') == 2
    assert "2月 实际 缺数" in page
    assert "斜线表示缺数，不是零。" in page


@pytest.mark.parametrize(("tag", "kind"), [("bar_chart", BarChart), ("line_chart", LineChart)])
def test_chart_without_holes_has_no_hatch(tag, kind):
    page = draw(tag, kind("各月场次", MONTHS, (Series("实际", (3, 1, 0)),), "场"))
    assert 'fill="url(#hatch-' not in page
    assert "斜线" not in page


@pytest.mark.parametrize(("tag", "kind"), [("bar_chart", BarChart), ("line_chart", LineChart)])
def test_chart_has_title_description_and_table(tag, kind):
    page = draw(tag, kind("各月场次", MONTHS, (Series("实际", (3, 1234, 0)),), "场"))
    assert page.count("<title id=") == page.count("<desc id=") == 2
    assert '<td class="is-number">1,234</td>' in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_chart_escapes_labels():
    page = draw("bar_chart", BarChart("<b>", ("<i>", "b"), (Series("<u>", (1, 2)),)))
    assert not re.search("<[biu]>", page)


def test_bar_heights_are_in_proportion():
    layout = BarChart("t", ("a", "b"), (Series("s", (10, 20)),)).layouts[0]
    assert layout.marks[1].height == pytest.approx(2 * layout.marks[0].height)


def test_lying_bars_end_with_their_value():
    page = draw("bar_chart", BarChart("t", ("洛带镇", "山泉镇"), (Series("s", (12466, 0)),), horizontal=True))
    assert ">12,466</text>" in page
    assert ">0</text>" in page


def test_line_breaks_at_a_hole():
    layout = LineChart("t", ("a", "b", "c", "d"), (Series("s", (1, None, 3, 4)),)).layouts[0]
    assert [stroke.points.count(",") for stroke in layout.strokes] == [1, 2]


def test_series_of_wrong_length_is_refused():
    with pytest.raises(ValueError, match="2 values for 3 labels"):
        BarChart("t", MONTHS, (Series("s", (1, 2)),))


def test_more_series_than_colours_are_refused():
    with pytest.raises(ValueError, match="at most"):
        BarChart("t", ("a",), tuple(Series(str(i), (1,)) for i in range(7)))


def test_empty_chart_is_drawn():
    assert "<svg" in draw("bar_chart", BarChart("t", (), (Series("s", ()),)))


def test_heat_calendar_tells_no_data_from_nothing_held():
    first = dt.date(2026, 1, 1)
    chart = HeatCalendar("每天场次", first, dt.date(2026, 1, 3), {first: 0, dt.date(2026, 1, 2): 5})
    days = chart.layouts[0].days
    assert [(day.missing, day.colour) for day in days] == [(False, "#ffffff"), (False, chart.shade(5)), (True, "")]
    assert chart.month_rows[0][1:] == (5, 1, "")


@given(st.dictionaries(st.integers(0, 364), st.integers(0, 10**6), max_size=40))
def test_heat_shades_grow_with_the_count(counts):
    first = dt.date(2026, 1, 1)
    chart = HeatCalendar(
        "t", first, dt.date(2026, 12, 31), {first + dt.timedelta(days=k): v for k, v in counts.items()}
    )
    shades = [colour for _, colour in chart.legend]
    order = [shades.index(chart.shade(value)) for value in sorted(counts.values())]
    assert order == sorted(order)

"""The blocks of a dashboard as charts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.base.ui.charts import BarChart, LineChart, Series
from qunwen.base.ui.division_map import Division, DivisionMap
from qunwen.base.ui.heat_calendar import HeatCalendar

from . import maps
from .blocks import Below, Days, Trend
from .readings import Reading

LONGEST = 40  # bars in one chart; the table has all of them


def drawable(value: Fraction | None) -> int | float | None:
    """A value for drawing: whole numbers stay whole, others lose what a pixel cannot show."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def trend_chart(trend: Trend, note: str) -> LineChart:
    """This year's line and that of the year before, month by month."""
    first, last = trend.months[0], trend.months[-1]
    subject = first.subject
    return LineChart(
        _("%(title)s：%(first)s至%(last)s")
        % {"title": subject.title, "first": first.period.label, "last": last.period.label},
        tuple(_("%(month)d月") % {"month": r.period.start.month} for r in trend.months),
        (
            Series(_("这十二个月"), tuple(drawable(r.rounded) for r in trend.months)),
            Series(_("上年同月"), tuple(drawable(r.rounded) for r in trend.year_before)),
        ),
        subject.unit,
        note,
    )


def ranking_chart(below: Sequence[Below], note: str) -> BarChart | None:
    """Bars of the places below in the order of their rank."""
    if len(below) < 2 or all(row.now.value is None for row in below):
        return None
    rows = below[:LONGEST]
    subject = rows[0].now.subject
    return BarChart(
        _("各地%(title)s") % {"title": subject.title},
        tuple(row.place.name for row in rows),
        (Series(subject.title, tuple(drawable(row.now.rounded) for row in rows)),),
        subject.unit,
        note,
        horizontal=True,
    )


def kinds_chart(kinds: Sequence[tuple[str, Reading]], note: str) -> BarChart | None:
    """Bars by kind of activity."""
    if not kinds:
        return None
    subject = kinds[0][1].subject
    return BarChart(
        _("各类活动%(title)s") % {"title": subject.title},
        tuple(label for label, _reading in kinds),
        (Series(subject.title, tuple(drawable(reading.rounded) for _label, reading in kinds)),),
        subject.unit,
        note,
        horizontal=True,
    )


def map_of(place: str, below: Sequence[Below], note: str) -> tuple[DivisionMap | None, str]:
    """The map of the places below, and what is wrong with its file where something is."""
    if not below:
        return None, ""
    try:
        found, problem = maps.outlines(place), ""
    except maps.MapError as error:
        found, problem = None, str(error)
    shapes = found.shapes if found else {}
    subject = below[0].now.subject
    divisions = tuple(
        Division(
            row.place.pk,
            row.place.name,
            row.now.rounded,
            row.now.shown or row.now.state_words,
            row.now.url,
            shapes.get(row.place.pk),
        )
        for row in below
    )
    box = (found.width, found.height) if found else None
    title = _("%(title)s分布") % {"title": subject.title}
    return DivisionMap(title, divisions, subject.unit, note, box=box), problem


def heat_of(days: Days | None, note: str) -> HeatCalendar | None:
    """The calendar of days."""
    if days is None:
        return None
    return HeatCalendar(
        _("每天%(title)s") % {"title": days.subject.title},
        days.first,
        days.last,
        days.counts,
        days.subject.unit,
        note,
        month_urls={(r.period.year, r.period.start.month): r.url for r in days.months},
    )

"""Targets of a place with their progress, and one target with its path, parts and versions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qunwen.base.measures.periods import Period
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.charts import LineChart, Series
from qunwen.base.ui.web.desk import show
from qunwen.governance.targets import actuals, queries, wording
from qunwen.governance.targets.access import Permission
from qunwen.governance.targets.enums import Nature, Standing, TargetState
from qunwen.governance.targets.models import Target
from qunwen.governance.targets.path import series
from qunwen.governance.targets.queries import Reading

from .asked import ICON, page_of, period_of, place_of, steps, target_or_404


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The targets of a place: how far each is, in a bar and in words."""
    asking.require(Permission.VIEW)
    place, period, today = place_of(request), period_of(request), clock.today()
    readings = queries.standing(list(queries.heads(place=place.pk, period=period.code)), on=today)
    counts = {code: sum(each.progress.standing == code for each in readings) for code in Standing.values}
    chosen, nature = request.GET.get("standing", ""), request.GET.get("nature", "")
    rows = [
        each
        for each in readings
        if (chosen not in Standing.values or each.progress.standing == chosen)
        and (nature not in Nature.values or each.target.nature == nature)
    ]
    return show(
        request, "targets/list.html", title=_("目标"), icon=ICON, steps=[(_("目标"), "")], place=place, period=period,
        rows=[row_of(each) for each in rows], total=len(readings),
        homes=places.held(Permission.VIEW), periods=_periods(period),
        standings=[(code, f"{Standing(code).label} {n}", code == chosen) for code, n in counts.items() if n],
        natures=[(code, label, code == nature) for code, label in Nature.choices], narrowed=bool(chosen or nature),
        below=_below(place, period), may_set=asking.may(Permission.SET, place=place.pk), add=reverse("targets:add"),
    )  # fmt: skip


def _below(place: Place, period: Period) -> list[tuple[str, str, int]]:
    if place.level >= Level.VILLAGE:
        return []
    counted: dict[str, int] = {}
    size = {Level.COUNTY: 9, Level.TOWN: 12}.get(Level(place.level), 6)
    for code in queries.targets(place=place.pk, period=period.code).values_list("place_id", flat=True):
        if len(code) == size:
            counted[code] = counted.get(code, 0) + 1
    names = places.names(counted)
    return [(names[code], f"?place={code}&period={period.code}", n) for code, n in sorted(counted.items())]


def _periods(chosen: Period) -> list[dict[str, Any]]:
    year = Period.of(str(clock.today().year))
    found = [year.next, year, year.previous]
    if chosen not in found:
        found.append(chosen)
    return [{"code": each.code, "label": each.label, "chosen": each == chosen} for each in found]


def row_of(each: Reading) -> dict[str, Any]:
    """A target as a line of a list."""
    target, progress = each.target, each.progress
    share = progress.share
    done = None if share is None else min(max(int(share * 1000), 0), 1000)
    return {
        "target": target, "title": wording.title_of(target), "url": page_of(target), "goal": wording.goal(target),
        "actual": wording.amount(None if progress.actual is None else wording.rounded(progress.actual, target), target.unit_code),
        "share": wording.per_cent(share), "done": done, "standing": progress.standing.label,
        "tone": wording.TONES[progress.standing], "words": wording.told(target, progress),
        "nature": target.get_nature_display(), "holder": target.holder,
    }  # fmt: skip


@require_safe
def page(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """One target."""
    target = target_or_404(county, pk)
    today = clock.today()
    (reading,) = queries.standing([target], on=today)
    parts = list(queries.parts_of(target))
    gap = queries.gap_of(target, parts)
    live = target.state == TargetState.SET
    upper = target.parent
    may_change = asking.may(Permission.SPLIT, on=upper) if upper else asking.may(Permission.SET, on=target)
    divided = bool(upper and target.additive)
    return show(
        request, "targets/page.html", title=f"{target.holder} · {wording.title_of(target)}", icon=ICON, steps=steps(target),
        target=target, row=row_of(reading), progress=reading.progress, period=Period.of(target.period), live=live,
        chart=chart_of(target, reading), parts=[row_of(each) for each in queries.standing(parts, on=today)],
        versions=[_version(each, target) for each in queries.versions_of(target)], upper=upper,
        upper_url=page_of(upper) if upper and asking.may(Permission.VIEW, on=upper) else "",
        gap=wording.amount(abs(gap), target.unit_code) if gap else "", gap_over=gap < 0, figure=_figure(target, reading),
        baseline=wording.amount(target.baseline, target.unit_code) if target.baseline is not None else "",
        points=[(point.day, wording.amount(point.value, target.unit_code)) for point in target.course.points],
        may_split=live and len(target.place_id) < 12 and not target.department and asking.may(Permission.SPLIT, on=target),
        may_change=live and may_change, may_withdraw=live and may_change and not divided,
    )  # fmt: skip


def _figure(target: Target, reading: Reading) -> str:
    from qunwen.governance.targets import figures  # noqa: PLC0415  only pages lead to figures

    return figures.page_of(target.code, place=target.place_id, period=reading.actual.period)


def _version(each: Any, target: Target) -> dict[str, Any]:
    value = Fraction(each.told["value"])
    return {
        "version": each.version, "value": wording.amount(value, each.told["unit_code"]), "reason": each.reason,
        "by": each.changed_by, "at": each.changed_at, "withdrawn": each.told["state"] == TargetState.WITHDRAWN,
    }  # fmt: skip


def chart_of(target: Target, reading: Reading) -> LineChart | None:
    """The path and what was reached, month by month; None for a period of one month."""
    months = Period.of(target.period).months
    if len(months) < 2:
        return None
    today = reading.progress.on
    reached = dict(actuals.history(target, on=today))
    path = series(target.course, [month.last_day for month in months])
    begun = [month for month in months if month.start < today]
    values = [reached.get(month) for month in months]
    return LineChart(
        title=_("进度：应达到与实际"), labels=tuple(_("%(n)d月") % {"n": month.start.month} for month in months),
        series=(
            Series(_("应达到"), _drawn(path, target)),
            *((Series(_("实际"), _drawn(values, target)),) if any(v is not None for v in values) else ()),
        ),
        unit=target.unit_code, note=_("截至 %(n)d 个月；以后的月份还没有数。") % {"n": len(begun)},
    )  # fmt: skip


def _drawn(values: Sequence[Fraction | None], target: Target) -> tuple[int | float | None, ...]:
    """For drawing only: whole numbers as they are, others as they are said."""
    found: list[int | float | None] = []
    for value in values:
        shown = None if value is None else wording.rounded(value, target)
        found.append(shown if shown is None else int(shown) if shown.denominator == 1 else float(shown))
    return tuple(found)

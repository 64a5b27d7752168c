"""The annual plan: units by months, and the festivals with what is customarily done on them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qunwen.base.people.models import Unit
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import is_code, upper_bound
from qunwen.base.scope.ids import uuid7
from qunwen.base.ui.web.desk import show
from qunwen.services.activities import actions, festivals
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import COUNTS_AS_HELD, COUNTS_AS_PLANNED, Kind
from qunwen.services.activities.models import Activity

from . import choosing
from .forms import key_of
from .loaded import page_of, steps

MOST_UNITS = 300


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """Plan against held, unit by month; each number opens its rows."""
    asking.require(Permission.VIEW)
    today = clock.today()
    year = _year(request.GET.get("year", ""), today.year)
    place = request.GET.get("place", "")
    place = place if is_code(place) else ""
    rows = Activity.objects.filter(plan_year=year, in_plan=True)
    if place:
        rows = rows.filter(place_id__gte=place, place_id__lt=upper_bound(place))
    grid = _grid(rows, year)
    return show(
        request,
        "activities/desk/plan.html",
        title=_("年度计划"),
        icon="date",
        steps=steps(None, _("年度计划")),
        year=year,
        years=range(today.year - 2, today.year + 2),
        place=place,
        place_select=choosing.select("place", choosing.places(Permission.VIEW), place),
        grid=grid,
        sums=_sums(grid),
        months=range(1, 13),
        this_month=today.month if year == today.year else 0,
        festivals=_proposals(year),
        units=choosing.units(Permission.PLAN) if asking.may(Permission.PLAN) else [],
        own_unit=str(request.actor.unit or "") if request.actor else "",  # type: ignore[attr-defined]
    )


def _year(text: str, this: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 2000 <= int(text[:4]) <= 2100 and len(text) == 4 else this


def _grid(rows: Any, year: int) -> list[dict[str, Any]]:
    """One line a unit: twelve cells of (planned, held), and the sums."""
    counted = (
        rows.order_by()
        .values("unit_id", "unit__name", "unit__place_id", "plan_month")
        .annotate(
            planned=Count("pk", filter=Q(state__in=sorted(COUNTS_AS_PLANNED))),
            held=Count("pk", filter=Q(state__in=sorted(COUNTS_AS_HELD))),
        )
    )
    lines: dict[Any, dict[int, tuple[int, int]]] = defaultdict(dict)
    names: dict[Any, tuple[str, str]] = {}
    for one in counted:
        names[one["unit_id"]] = (one["unit__place_id"], one["unit__name"])
        lines[one["unit_id"]][one["plan_month"]] = (one["planned"], one["held"])
    listing = reverse("activities:list")
    found = []
    for unit in sorted(names, key=lambda key: names[key])[:MOST_UNITS]:
        cells = [
            {
                "planned": lines[unit].get(month, (0, 0))[0],
                "held": lines[unit].get(month, (0, 0))[1],
                "url": f"{listing}?unit={unit}&month={year}-{month:02}&in_plan=1",
            }
            for month in range(1, 13)
        ]
        total = (sum(cell["planned"] for cell in cells), sum(cell["held"] for cell in cells))
        found.append({"unit": unit, "name": names[unit][1], "cells": cells, "total": total})
    return found


def _sums(grid: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """(planned, held) of each month over all lines, and of the year."""
    months = [
        (sum(line["cells"][n]["planned"] for line in grid), sum(line["cells"][n]["held"] for line in grid))
        for n in range(12)
    ]
    return [*months, (sum(planned for planned, _held in months), sum(held for _planned, held in months))]


def _proposals(year: int) -> list[dict[str, Any]]:
    kinds = dict(Kind.choices)
    return [
        {
            "day": day,
            "festival": festival,
            "ideas": [(number, title, kinds[kind], uuid7()) for number, (title, kind) in enumerate(festival.ideas)],
        }
        for day, festival in festivals.of_year(year)
    ]


@require_POST
def take_idea(request: HttpRequest) -> HttpResponse:
    """One click: what is customary on a festival goes into the plan of a unit, in the festival's month."""
    asking.require(Permission.PLAN)
    code, _dot, rest = request.POST.get("take", "").partition(".")
    number, _dot, key = rest.partition(".")
    festival, identity = festivals.BY_CODE.get(code), key_of(key)
    if festival is None or identity is None or not number.isdigit() or int(number) >= len(festival.ideas):
        raise Http404
    unit = _unit(request.POST.get("unit", ""))
    year = _year(request.POST.get("year", ""), clock.today().year)
    title, kind = festival.ideas[int(number)]
    try:
        made = actions.plan_activity(
            id=identity, title=title, kind=kind, place=unit.place, unit=unit,
            plan_year=year, plan_month=festival.on(year).month, festival=festival.name,
            by=request.actor, at=clock.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
        said = _("“%(title)s”已列入%(unit)s %(month)d 月计划。") % {
            "title": title,
            "unit": unit.name,
            "month": made.plan_month,
        }
        messages.success(request, format_html('{} <a href="{}">{}</a>', said, page_of(made), _("打开")))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(f"{reverse('activities:plan')}?year={year}")


def _unit(text: str) -> Unit:
    found = Unit.objects.select_related("place").filter(pk=key_of(text), active=True).first()
    if found is None:
        raise Http404
    return found

"""The fee rules with their clauses, and the calendar of service days, on the desk."""

from __future__ import annotations

import calendar as months
import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.afterschool import day_file, fees
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.actions import days as actions
from qunwen.services.afterschool.calendar import KIND_LABELS
from qunwen.services.afterschool.days import calendar_of, entered_years, own_days
from qunwen.services.afterschool.fees import wording
from qunwen.services.afterschool.fees.checking import PER_LABELS, yuan
from qunwen.services.afterschool.models import CalendarDay, School

from .money_forms import DayForm, DaysForm, YearForm
from .money_loaded import ICON, actor

TONES = {"school": "plain", "make_up": "attention", "closed": "wrong"}


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule: its document, where and since when, caps, exemptions and refunds with the clause."""
    asking.require(Permission.VIEW)
    today = clock.today()
    counties = [place.pk for place in _counties()]
    shown = [
        {
            "rule": rule,
            "title": wording.title(rule),
            "sure": wording.SURE[rule.certainty],
            "here": any(fees.rule_for(code, today).code == rule.code for code in counties),
            "lines": _lines(rule),
        }
        for rule in fees.shipped()
    ]
    return show(
        request, "afterschool/desk/fee_rules.html", title=_("课后服务收费规定"), icon=ICON,
        steps=[(_("课后服务收费规定"), "")], rules=sorted(shown, key=lambda one: not one["here"]),
    )  # fmt: skip


def _lines(rule: fees.FeeRule) -> list[tuple[str, str, str, Any]]:
    """(what, how much, clause, how sure) of everything the rule says."""
    found = []
    for cap in rule.caps:
        what = _("%(per)s上限") % {"per": PER_LABELS[cap.per]}
        found.append((what, _("%(fen)s 元") % {"fen": yuan(cap.fen)}, cap.clause))
    for one in rule.exempts:
        top, bottom = one.share
        found.append((_("减免"), _("全免") if top == bottom else f"{top}/{bottom}", one.clause))
    found.append((_("缺勤退费"), "", rule.refund.clause))
    return [(what, much, wording.said(clause.text), wording.SURE[clause.certainty]) for what, much, clause in found]


def _counties() -> list[Place]:
    rows = asking.visible(Place.objects.filter(level=Level.COUNTY, valid_to=None), Permission.VIEW)
    return list(rows.order_by("code")[:50])


def _county(code: str) -> Place:
    """The county asked for; without, the first one may see, or that of the first school one may see."""
    schools = asking.visible(School.objects.order_by("county", "pk"), Permission.VIEW)
    mine = [county.pk for county in _counties()] or list(dict.fromkeys(schools.values_list("county", flat=True)))
    row = Place.objects.filter(pk=code or mine[0], level=Level.COUNTY).first() if mine else None
    if row is None or row.pk not in mine:
        raise Http404
    return row


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A year of service days, with what the county has said of single days."""
    asking.require(Permission.VIEW)
    county = _county(request.GET.get("county", ""))
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and 2004 <= int(text) <= 2100 else clock.today().year
    found = calendar_of(county.pk)
    shown = []
    for month in range(1, 13):
        last = months.monthrange(year, month)[1]
        days = list(found.days(dt.date(year, month, 1), dt.date(year, month, last)))
        notable = [
            (one, KIND_LABELS[one.kind], TONES.get(one.kind, "quiet")) for one in days if one.why and one.certain
        ]
        shown.append((days[0].day, sum(one.serves for one in days), notable))
    settled = found.day(dt.date(year, 1, 1)).certain and found.day(dt.date(year, 12, 31)).certain
    return show(
        request, "afterschool/desk/calendar.html", title=_("校历"), icon="date", steps=[(_("校历"), "")], county=county,
        year=year, months=shown, total=sum(number for _day, number, _rows in shown), settled=settled,
        own=own_days(county.pk, year),
        years=entered_years(county.pk),
        may_edit=asking.may(Permission.CALENDAR, place=county.pk),
    )  # fmt: skip


def _home(county: str, year: int) -> str:
    return f"{reverse('afterschool_money:calendar')}?county={county}&year={year}"


@require_http_methods(["GET", "HEAD", "POST"])
def add_day(request: HttpRequest, county: str) -> HttpResponse:
    """Close or open schools on a day."""
    place = _county(county)
    asking.require(Permission.CALENDAR, place=place.pk)
    form = DayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.set_day(place=place, by=actor(request), at=clock.now(), **data)):
            messages.success(request, _("已登记，之后排课和出账都按它。"))
            return redirect(_home(county, data["day"].year))
    return _form(request, form, _("登记停课或补课日"), _("登记这一天"), place)


@require_http_methods(["GET", "HEAD", "POST"])
def load_days(request: HttpRequest, county: str) -> HttpResponse:
    """Take over a file of days, all or nothing."""
    place = _county(county)
    asking.require(Permission.CALENDAR, place=place.pk)
    form = DaysForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read(day_file.MOST_BYTES + 1)
        number = attempt(form, lambda: _load(request, place, data))
        if number is not None:
            messages.success(request, _("已导入 %(n)d 天，之后排课和出账都按它。") % {"n": number})
            return redirect(_home(county, clock.today().year))
    return _form(request, form, _("导入校历文件"), _("导入"), place)


def _load(request: HttpRequest, place: Place, data: bytes) -> int:
    return actions.load_days(place=place, lines=day_file.read(data), by=actor(request), at=clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
def add_year(request: HttpRequest, county: str) -> HttpResponse:
    """Say that a year's holidays are entered."""
    place = _county(county)
    asking.require(Permission.CALENDAR, place=place.pk)
    form = YearForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.enter_year(place=place, by=actor(request), at=clock.now(), **data)):
            messages.success(request, _("已登记。这一年没有列出的周一至周五都是上课日。"))
            return redirect(_home(county, data["year"]))
    return _form(request, form, _("登记年度放假安排"), _("这一年已录入完整"), place)


def _form(request: HttpRequest, form: Any, title: str, label: str, place: Place) -> HttpResponse:
    back = _home(place.pk, clock.today().year)
    return show(
        request, "ui/desk_form.html", title=title, icon="date", steps=[(_("校历"), back), (title, "")], form=form,
        action_label=label, back=back, status=status_of(form),
    )  # fmt: skip


@require_POST
def drop_day(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Take back the county's word on a day."""
    row = CalendarDay.objects.filter(county=county, pk=pk).first()
    if row is None:
        raise Http404
    year = row.day.year
    actions.drop_day(row=row, by=actor(request), at=clock.now())
    messages.success(request, _("已撤销，这一天照国家安排。"))
    return redirect(_home(county, year))

"""Asking for a report, and making what was asked for: the page answers at once, a background round does the work."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.measures.snapshot import NeverFreshError
from qunwen.base.notices.actions import queue
from qunwen.base.notices.enums import Kind as NoticeKind
from qunwen.base.people.models import Staff
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level
from qunwen.base.scope.ids import uuid7

from . import actions, queries
from .access import Permission
from .enums import OPEN, Entry, Kind, OrderState
from .evaluating import EvaluationError
from .models import Report, ReportOrder

# A process that is killed while it writes is begun anew twice; the third time something is wrong with the report.
MOST_TRIES = 3
REFUSALS = (actions.ReportRefused, PeriodError, NeverFreshError, EvaluationError, asking.Forbidden)


@action
def order_report(*, place: Place, period: str, by: Actor, at: dt.datetime, kind: str = Kind.HALF_YEAR) -> ReportOrder:
    """Ask for a county's report. A second wish for the same one, while the first is open, gives the first.

    Needs reports.make at the county. Raises ReportRefused, PeriodError, Forbidden.
    """
    asking.require(Permission.MAKE, place=place.pk)
    if place.level != Level.COUNTY:
        raise actions.ReportRefused(_("半年总结以县（市、区）为单位，%(name)s不是。") % {"name": place.name})
    span = actions.checked_period(period, at=at)
    order = ReportOrder(
        id=uuid7(), county=place.pk, kind=str(kind), period=span.code, asked_at=at, asked_by=by.id,
        asked_by_name=by.name, asked_from=by.unit,
    )  # fmt: skip
    ReportOrder.unscoped.bulk_create([order], ignore_conflicts=True)
    same = ReportOrder.unscoped.filter(county=place.pk, kind=str(kind), period=span.code)
    kept = same.order_by("-asked_at", "-id")[:1].get()
    if kept.pk == order.pk:
        record(code=Entry.ORDERED, by=by, at=at, subject=order, place=place.pk, after={"period": span.code})
    else:
        nothing_changed("the same report is being made already")
    return kept


@action
def begin_order(*, order: ReportOrder, by: Actor, at: dt.datetime) -> bool:
    """Take an open order in hand: False when another round has it already. How far work has come is no history."""
    nothing_changed("progress of the background round")
    rows = ReportOrder.unscoped.filter(county=order.county, pk=order.pk, state__in=sorted(OPEN), tries=order.tries)
    return bool(rows.update(state=OrderState.MAKING, started_at=at, tries=order.tries + 1))


@action
def finish_order(*, order: ReportOrder, report: Report, by: Actor, at: dt.datetime) -> None:
    """The report stands; its own entry is in the journal."""
    nothing_changed("the report's own entry tells it")
    ReportOrder.unscoped.filter(county=order.county, pk=order.pk, state=OrderState.MAKING).update(
        state=OrderState.READY, ended_at=at, report=report.pk, problem=""
    )
    words = _("%(what)s已生成并封存，可以下载。") % {"what": _named(order)}
    _tell(order, words, f"{reverse('reports:list')}#r{report.pk}", at=at)


@action
def fail_order(*, order: ReportOrder, why: str, by: Actor, at: dt.datetime) -> None:
    """Say why there is no report; the person may ask again."""
    why = why[:300]
    ReportOrder.unscoped.filter(county=order.county, pk=order.pk, state__in=sorted(OPEN)).update(
        state=OrderState.FAILED, ended_at=at, problem=why
    )
    record(code=Entry.ORDER_FAILED, by=by, at=at, subject=order, place=order.county, after={"problem": why})
    words = _("%(what)s没有生成：%(why)s") % {"what": _named(order), "why": why}
    _tell(order, words, f"{reverse('reports:list')}#o{order.pk}", at=at)


def _named(order: ReportOrder) -> str:
    place = Place.objects.filter(pk=order.county).first()
    return f"{place.name if place else order.county} {Period.of(order.period).label} {order.get_kind_display()}"


def _tell(order: ReportOrder, words: str, url: str, *, at: dt.datetime) -> None:
    """Put it into the inbox of whoever asked."""
    person = Staff.unscoped.filter(pk=order.asked_by).first()
    if person is not None:
        queue(
            county=order.county, kind=NoticeKind.WORK, key=f"report:{order.pk}", at=at, staff=person, text=words,
            payload={"url": url},
        )  # fmt: skip


def carry_out(order: ReportOrder, *, at: dt.datetime) -> OrderState:
    """Make the report of an order, in the name of the person who asked, and leave its state behind.

    What the report refuses is its reason; anything else is told in general words and raised for the log.
    """
    by = Actor(kind=ActorKind.STAFF, id=order.asked_by, name=order.asked_by_name, unit=order.asked_from)
    if order.tries >= MOST_TRIES:
        fail_order(
            order=order, why=_("生成中途停了几次，没有做完。请重新生成；再不成功，请联系系统管理员。"), by=by, at=at
        )
        return OrderState.FAILED
    if not begin_order(order=order, by=by, at=at):
        return OrderState.MAKING
    try:
        place = Place.objects.get(pk=order.county)
        report = actions.make_report(place=place, period=order.period, kind=order.kind, by=by, at=at)
    except REFUSALS as problem:
        fail_order(order=order, why=str(problem), by=by, at=at)
        return OrderState.FAILED
    except Exception:
        fail_order(order=order, why=_("系统出错，没有做完；记录没有受影响。请稍后重新生成。"), by=by, at=at)
        raise
    finish_order(order=order, report=report, by=by, at=at)
    return OrderState.READY


def open_orders() -> list[ReportOrder]:
    """Those still to be made, the oldest first."""
    return list(queries.orders().filter(state__in=sorted(OPEN)).order_by("asked_at", "id"))

"""What draws count: places offered, applications, and applications that got a place, by age group and village.

Counted on the day applications close, at the village people live in; only of draws that were held. Grade A: every row is a
record with its own receipt, in a list whose hash was published.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.declare import Dim, RecordLink, Row, measure, records
from qunwen.base.measures.enums import Grade
from qunwen.base.measures.enums import Kind as MeasureKind
from qunwen.base.measures.periods import Period
from qunwen.base.people.enums import AgeGroup
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level, upper_bound

from .enums import DECIDED, Channel
from .models import Application, Draw, Member, Option

DRAW, APPLICATION = "draws.draw", "draws.application"
GROUP = Dim("group", _("年龄组"), tuple(AgeGroup.choices))
CHANNEL = Dim("channel", _("申请渠道"), tuple(Channel.choices))
_HELD = sorted(DECIDED)


def _applications(county: str, month: Period) -> Iterator[tuple[Any, ...]]:
    """(id, home, day, channel, group of the first person, won) of every application of the draws that closed in a month."""
    first = Member.unscoped.filter(county=county, application=OuterRef("pk")).order_by("pk").values("group")[:1]
    rows = Application.unscoped.filter(
        county=county, withdrawn_at=None, draw__state__in=_HELD, draw__closes_at__gte=month.starts_at,
        draw__closes_at__lt=month.ends_at,
    )  # fmt: skip
    rows = rows.annotate(age=Subquery(first)).order_by("pk")
    for pk, home, closes, channel, age, option in rows.values_list(
        "pk", "home_id", "draw__closes_at", "channel", "age", "option_id"
    ):
        # People from elsewhere are counted where the draw was held: at the county itself.
        yield (
            pk,
            home if home.startswith(county) else county,
            day_of(closes),
            channel,
            age or "unknown",
            option is not None,
        )


@measure(
    code="draws.applied",
    title=_("摇号申请份数"),
    unit=_("份"),
    kind=MeasureKind.FLOW,
    meaning=_("抽过签的摇号的申请，撤回的不计；按截止之日、申请人所住的村（社区）计。"),
    feeds=(APPLICATION, DRAW),
    dims=(GROUP, CHANNEL),
    reported_by=Level.COUNTY,
)
def applied(*, county: str, month: Period) -> Iterator[Row]:
    """One row an application."""
    for pk, home, day, channel, age, _won in _applications(county, month):
        yield Row(county, home, day, 1, Grade.A, APPLICATION, pk, {"group": age, "channel": channel})


@measure(
    code="draws.served",
    title=_("摇号中签份数"),
    unit=_("份"),
    kind=MeasureKind.FLOW,
    meaning=_("抽中的申请；按截止之日、申请人所住的村（社区）计。"),
    feeds=(APPLICATION, DRAW),
    dims=(GROUP, CHANNEL),
    reported_by=Level.COUNTY,
)
def served(*, county: str, month: Period) -> Iterator[Row]:
    """One row an application that got a place."""
    for pk, home, day, channel, age, won in _applications(county, month):
        if won:
            yield Row(county, home, day, 1, Grade.A, APPLICATION, pk, {"group": age, "channel": channel})


@measure(
    code="draws.places",
    title=_("摇号名额"),
    unit=_("个"),
    kind=MeasureKind.FLOW,
    meaning=_("抽过签的摇号拿出的名额；按截止之日、主办地计。"),
    feeds=(DRAW,),
    reported_by=Level.COUNTY,
)
def offered(*, county: str, month: Period) -> Iterator[Row]:
    """One row an option."""
    rows = Option.unscoped.filter(
        county=county, draw__state__in=_HELD, draw__closes_at__gte=month.starts_at, draw__closes_at__lt=month.ends_at
    )
    fields = ("draw_id", "place_id", "draw__closes_at", "seats")
    for draw, place, closes, seats in rows.order_by("pk").values_list(*fields):
        yield Row(county, place, day_of(closes), seats, Grade.A, DRAW, draw, {})


@records(DRAW)
def show_draws(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Draws as they are shown under a figure."""
    rows = Draw.objects.filter(county=county, pk__in=list(ids), place_id__gte=county, place_id__lt=upper_bound(county))
    return {row.pk: RecordLink(label=row.title, url=reverse("draws:draw", args=[row.county, row.pk])) for row in rows}


@records(APPLICATION)
def show_applications(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Applications by their receipts, without names."""
    rows = Application.objects.filter(county=county, pk__in=list(ids)).select_related("draw")
    return {
        row.pk: RecordLink(
            label=f"{row.draw.title} {row.code}", url=reverse("desk_draws:application", args=[row.county, row.pk])
        )
        for row in rows
    }

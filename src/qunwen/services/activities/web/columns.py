"""The columns of the list: what one may choose, and what the export writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunwen.base.evidence import queries as evidence
from qunwen.base.papers.columns import Column as SheetColumn
from qunwen.base.papers.columns import Kind
from qunwen.services.activities import queries
from qunwen.services.activities.enums import Direction, SessionState, State
from qunwen.services.activities.models import Activity, Session
from qunwen.services.bookings import queries as bookings

COOKIE = "activities_columns"
TONES = {
    State.PLANNED: "quiet",
    State.SUBMITTED: "current",
    State.RETURNED: "attention",
    State.APPROVED: "current",
    State.PUBLISHED: "good",
    State.CANCELLED: "quiet",
    State.HELD: "current",
    State.REPORTED: "current",
    State.SENT_BACK: "attention",
    State.VERIFIED: "good",
}


@dataclass(frozen=True)
class ListColumn:
    """One column: how it is named, what it holds, how the sheet writes it."""

    key: str
    label: str | Promise
    value: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    shown: bool = True
    counted: bool = False  # needs `fill`


def _month(row: Activity) -> str:
    return f"{row.plan_year}-{row.plan_month:02}"


def _exchange(row: Activity) -> str:
    """走出去 or 请进来 with the partner; nothing for what is held at home."""
    if row.direction == Direction.HOME:
        return ""
    return f"{row.get_direction_display()} {row.partner}".strip()


COLUMNS = (
    ListColumn("title", _("活动名称"), lambda row: row.title),
    ListColumn("state", _("状态"), lambda row: row.get_state_display()),
    ListColumn("kind", _("类别"), lambda row: row.get_kind_display()),
    ListColumn("month", _("计划月份"), _month),
    ListColumn("when", _("第一场"), lambda row: row.first_start, Kind.DATETIME),
    ListColumn("sessions", _("场次"), lambda row: row.session_count, Kind.INTEGER),
    ListColumn("place", _("举办地"), lambda row: row.place.name),
    ListColumn("unit", _("主办单位"), lambda row: row.unit.name),
    ListColumn("people", _("参加人次"), lambda row: row.people, Kind.INTEGER, counted=True),
    ListColumn("photos", _("照片和材料"), lambda row: row.photos, Kind.INTEGER, counted=True),
    ListColumn("venue", _("地点"), lambda row: row.where_text, shown=False),
    ListColumn("series", _("系列（品牌）"), lambda row: row.series.name if row.series_id else "", shown=False),
    ListColumn("direction", _("交流"), _exchange, shown=False),
    ListColumn("audience", _("主要对象"), lambda row: row.get_audience_display(), shown=False),
    ListColumn("level", _("主办层级"), lambda row: row.get_host_level_display(), shown=False),
    ListColumn("festival", _("节庆"), lambda row: row.festival, shown=False),
    ListColumn("owner", _("经办人"), lambda row: row.owner.name if row.owner else "", shown=False),
    ListColumn("changed", _("更新时间"), lambda row: row.changed_at, Kind.DATETIME, shown=False),
)
BY_KEY = {column.key: column for column in COLUMNS}
ALWAYS = "title"


def chosen(request: HttpRequest) -> list[ListColumn]:
    """The columns of the address, else those saved on this browser, else the usual ones."""
    keys = request.GET.getlist("cols") or request.COOKIES.get(COOKIE, "").split(".")
    picked = [column for column in COLUMNS if column.key in keys]
    if not picked:
        return [column for column in COLUMNS if column.shown]
    return picked if picked[0].key == ALWAYS else [BY_KEY[ALWAYS], *picked]


def fill(rows: Sequence[Activity]) -> None:
    """Give each row `people` (None: nobody counted) and `photos`; five queries a county, whatever the number of rows."""
    by_county: dict[str, list[Activity]] = defaultdict(list)
    for row in rows:
        by_county[row.county].append(row)
    for county, some in by_county.items():
        held = Session.objects.filter(county=county, activity__in=[row.pk for row in some], state=SessionState.HELD)
        activity_of = dict(held.order_by().values_list("pk", "activity_id"))
        people: dict[Any, int] = defaultdict(int)
        for session, number in queries.headcount_totals(county, list(activity_of)).items():
            people[activity_of[session]] += number
        came = bookings.check_ins(county=county, subject_type="activities.session", ids=list(activity_of))
        for (session, _group), number in came.items():
            people[activity_of[session]] += number
        photos = evidence.counts("activities.activity", county, [str(row.pk) for row in some])
        of_dates = evidence.counts("activities.session", county, [str(pk) for pk in activity_of])
        owner = {str(session): str(activity) for session, activity in activity_of.items()}
        for session_key, number in of_dates.items():
            photos[owner[session_key]] = photos.get(owner[session_key], 0) + number
        for row in some:
            row.people = people.get(row.pk)  # type: ignore[attr-defined]
            row.photos = photos.get(str(row.pk), 0)  # type: ignore[attr-defined]


def sheet_columns(columns: Iterable[ListColumn]) -> list[SheetColumn]:
    """The same columns for the export, with the county and the place code that make a row findable."""
    found = [SheetColumn(c.key, str(c.label), c.kind) for c in columns]
    return [*found, SheetColumn("code", str(_("区划代码")), Kind.ID)]


def sheet_rows(rows: Iterable[Activity], columns: Sequence[ListColumn]) -> Iterator[dict[str, Any]]:
    """The rows of the export, filled a few hundred at a time."""
    source = iter(rows)
    while batch := list(islice(source, 500)):
        if any(column.counted for column in columns):
            fill(batch)
        for row in batch:
            yield {**{column.key: column.value(row) for column in columns}, "code": row.place_id}

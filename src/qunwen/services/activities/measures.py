"""What activities count: planned, held, attendance, reports in the media.

Grade A: somebody checked in. B: reported with a photograph or file. C: only reported.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.evidence import queries as evidence
from qunwen.base.measures.declare import Dim, RecordLink, Row, measure, records
from qunwen.base.measures.enums import Grade
from qunwen.base.measures.enums import Kind as MeasureKind
from qunwen.base.measures.periods import Period
from qunwen.base.people.enums import AgeGroup
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level, county_of
from qunwen.services.bookings import queries as bookings
from qunwen.services.venues.enums import VenueKind

from .enums import Audience, Direction, HostLevel, Kind, MediaLevel, SessionState, State
from .models import Activity, Headcount, MediaReport, Session

SESSION = "activities.session"
ACTIVITY = "activities.activity"
REPORT = "activities.mediareport"

KIND = Dim("kind", _("类别"), tuple(Kind.choices))
HOST = Dim("host", _("主办层级"), tuple(HostLevel.choices))
AUDIENCE = Dim("audience", _("主要对象"), tuple(Audience.choices))
DIRECTION = Dim("direction", _("交流方向"), tuple(Direction.choices))
GROUP = Dim("agegroup", _("人群"), tuple(AgeGroup.choices))
VIA = Dim("via", _("来源"), (("checkin", _("签到")), ("counted", _("现场清点"))))
VENUE = Dim("kind", _("阵地类别"), tuple(VenueKind.choices))
OUTLET = Dim("outlet", _("媒体层级"), tuple(MediaLevel.choices))
OUTCOME = Dim("outcome", _("结果"), (("open", _("未举办")), ("held", _("已举办")), ("cancelled", _("已取消"))))

_ACTIVITY_FIELDS = (
    "pk", "activity_id", "place_id", "starts_at", "activity__kind", "activity__host_level", "activity__audience",
    "activity__direction",
)  # fmt: skip


def _held(county: str, month: Period) -> list[tuple]:
    return list(
        Session.unscoped.filter(
            county=county, state=SessionState.HELD, starts_at__gte=month.starts_at, starts_at__lt=month.ends_at
        )
        .order_by("pk")
        .values_list(*_ACTIVITY_FIELDS)
    )


def _with_evidence(county: str, held: Iterable[tuple]) -> set[uuid.UUID]:
    """Activities of these dates that have a photograph or file, theirs or a date's."""
    rows = list(held)
    of_activity = evidence.counts(ACTIVITY, county, {str(row[1]) for row in rows})
    of_session = evidence.counts(SESSION, county, {str(row[0]) for row in rows})
    return {row[1] for row in rows if of_activity.get(str(row[1])) or of_session.get(str(row[0]))}


@measure(
    code="activities.planned",
    title=_("计划活动"),
    unit=_("项"),
    kind=MeasureKind.FLOW,
    meaning=_("列入年度计划的活动，按计划月份计；取消的另列，不从计划数中扣除。"),
    feeds=(ACTIVITY,),
    dims=(KIND, HOST, OUTCOME),
    reported_by=Level.VILLAGE,
)
def planned(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each plan line of the month."""
    lines = Activity.unscoped.filter(
        county=county, in_plan=True, plan_year=month.start.year, plan_month=month.start.month
    ).order_by("pk")
    for pk, place, kind, host, state in lines.values_list("pk", "place_id", "kind", "host_level", "state").iterator():
        dims = {"kind": kind, "host": host, "outcome": _outcome(state)}
        yield Row(county, place, month.start, 1, Grade.A, ACTIVITY, pk, dims)


def _outcome(state: str) -> str:
    if state == State.CANCELLED:
        return "cancelled"
    return "held" if state in (State.HELD, State.REPORTED, State.SENT_BACK, State.VERIFIED) else "open"


@measure(
    code="activities.held",
    title=_("举办活动"),
    unit=_("场次"),
    kind=MeasureKind.FLOW,
    meaning=_("登记为“已举办”的场次，按举办日期计；同一活动的每个场次各计一场。"),
    feeds=(SESSION, ACTIVITY, "evidence.evidencelink", "bookings.booking"),
    dims=(KIND, HOST, AUDIENCE, DIRECTION),
    reported_by=Level.VILLAGE,
)
def held(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each date held."""
    rows = _held(county, month)
    proved = _with_evidence(county, rows)
    checked = bookings.check_ins(county=county, subject_type=SESSION, ids=[row[0] for row in rows])
    came = {session for session, _group in checked}
    for pk, activity, place, starts, kind, host, audience, direction in rows:
        grade = Grade.A if pk in came else Grade.B if activity in proved else Grade.C
        dims = {"kind": kind, "host": host, "audience": audience, "direction": direction}
        yield Row(county, place, day_of(starts), 1, grade, SESSION, pk, dims)


@measure(
    code="activities.attendance",
    title=_("参加人次"),
    unit=_("人次"),
    kind=MeasureKind.FLOW,
    meaning=_("签到的人数，加上现场清点的其他人数；一人参加两场计两人次。"),
    feeds=(SESSION, "activities.headcount", "bookings.booking", "evidence.evidencelink"),
    dims=(KIND, HOST, GROUP, VIA),
    reported_by=Level.VILLAGE,
)
def attendance(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each date, group by age and way of counting."""
    rows = _held(county, month)
    by_session = {row[0]: row for row in rows}
    proved = _with_evidence(county, rows)
    checked = bookings.check_ins(county=county, subject_type=SESSION, ids=list(by_session))
    for (session, group), number in sorted(checked.items()):
        yield _came(by_session[session], number, Grade.A, agegroup=group, via="checkin")
    counted = (
        Headcount.unscoped.filter(county=county, session__in=list(by_session))
        .order_by("session_id", "group")
        .values_list("session_id", "group", "number")
    )
    for session, group, number in counted.iterator():
        row = by_session[session]
        grade = Grade.B if row[1] in proved else Grade.C
        yield _came(row, number, grade, agegroup=group, via="counted")


def _came(row: tuple, number: int, grade: Grade, **dims: str) -> Row:
    pk, _activity, place, starts, kind, host, _audience, _direction = row
    return Row(
        county_of(place), place, day_of(starts), number, grade, SESSION, pk, {"kind": kind, "host": host, **dims}
    )


@measure(
    code="activities.in_venues",
    title=_("阵地使用场次"),
    unit=_("场"),
    kind=MeasureKind.FLOW,
    meaning=_("已经举办、且在登记阵地内举行的活动场次，按举办日期计。"),
    feeds=(SESSION, ACTIVITY, "evidence.evidencelink", "bookings.booking"),
    dims=(VENUE,),
    reported_by=Level.VILLAGE,
)
def in_venues(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each date held in a registered facility, with the grade the date has as an activity."""
    where = dict(
        Activity.unscoped.filter(county=county, venue__isnull=False, sessions__starts_at__gte=month.starts_at,
                                 sessions__starts_at__lt=month.ends_at).values_list("pk", "venue__kind")
    )  # fmt: skip
    kinds = {row[0]: where[row[1]] for row in _held(county, month) if row[1] in where}
    for row in held(county=county, month=month):
        if row.record in kinds:
            yield row._replace(dims={"kind": kinds[row.record]})


@measure(
    code="activities.media_reports",
    title=_("媒体报道"),
    unit=_("篇"),
    kind=MeasureKind.FLOW,
    meaning=_("登记的媒体报道，按刊播日期计；同一媒体的同一标题计一篇。"),
    feeds=(REPORT,),
    dims=(OUTLET,),
    reported_by=Level.COUNTY,
)
def media_reports(*, county: str, month: Period) -> Iterator[Row]:
    """One row for each report; with a link it is B, otherwise C."""
    rows = MediaReport.unscoped.filter(county=county, published_on__gte=month.start, published_on__lt=month.end)
    for pk, place, day, level, url in rows.order_by("pk").values_list("pk", "place_id", "published_on", "level", "url"):
        yield Row(county, place, day, 1, Grade.B if url else Grade.C, REPORT, pk, {"outlet": level})


@records(SESSION)
def show_sessions(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Dates as they are shown under a figure."""
    wanted = list(ids)
    rows = Session.objects.filter(county=county, pk__in=wanted).select_related("activity", "place")
    photos = evidence.counts(SESSION, county, [str(pk) for pk in wanted])
    return {
        row.pk: RecordLink(
            label=f"{day_of(row.starts_at):%Y-%m-%d} {row.place.name} {row.activity.title}"
            + (" · " + _("%(n)d 份佐证") % {"n": photos[str(row.pk)]} if photos.get(str(row.pk)) else ""),
            url=desk_url(county, row.activity_id),
        )
        for row in rows
    }


@records(ACTIVITY)
def show_activities(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Plan lines as they are shown under a figure."""
    rows = Activity.objects.filter(county=county, pk__in=list(ids)).select_related("place")
    return {
        row.pk: RecordLink(
            label=f"{row.place.name} {row.title}（{row.get_state_display()}）", url=desk_url(county, row.pk)
        )
        for row in rows
    }


@records(REPORT)
def show_reports(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Media reports as they are shown under a figure."""
    rows = MediaReport.objects.filter(county=county, pk__in=list(ids))
    return {row.pk: RecordLink(label=str(row), url=desk_url(county, row.activity_id)) for row in rows}


def desk_url(county: str, activity: uuid.UUID) -> str:
    """The activity's page on the desk."""
    return reverse("activities:page", args=[county, activity])

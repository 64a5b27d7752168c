"""What the after-school service counts: places, applied, served by group, sessions, attendance, complaints.

Rows lie at the school's place and name no child; a value of one to four is withheld wherever figures are read.
Grade A: the rows are the acts themselves (ledger, roll, agreements).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.declare import Dim, RecordLink, Row, measure, records
from qunwen.base.measures.enums import Grade, Kind
from qunwen.base.measures.periods import Period
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import Level

from . import money_measures  # noqa: F401  declares what is counted of fees
from .enums import ActivityState, ComplaintKind, Field, Provider, SessionState
from .models import Activity, Agreement, Application, Complaint, Session
from .small import LEAST

ACTIVITY, APPLICATION, AGREEMENT = "afterschool.activity", "afterschool.application", "afterschool.agreement"
SESSION, COMPLAINT = "afterschool.session", "afterschool.complaint"
CELL = LEAST  # children: smaller cells are not shown
GROUP = Dim("group", _("优先群体"), (("certified", _("经认定的优先群体")), ("other", _("其他学生"))))
FIELD = Dim("field", _("领域"), tuple(Field.choices))
PROVIDER = Dim("provider", _("提供者"), tuple(Provider.choices))
ABOUT = Dim("kind", _("投诉类别"), tuple(ComplaintKind.choices))


@measure(
    code="afterschool.places",
    title=_("课后兴趣活动名额"),
    unit=_("个"),
    kind=Kind.FLOW,
    meaning=_("已发布的兴趣活动的名额，计入学期开始的月份；作业辅导不限名额，不计。"),
    feeds=(ACTIVITY,),
    dims=(FIELD, PROVIDER),
    reported_by=Level.COUNTY,
)
def places(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each published activity with limited places."""
    rows = Activity.unscoped.filter(
        county=county, state=ActivityState.PUBLISHED, size__isnull=False, term__starts_on__gte=month.start,
        term__starts_on__lt=month.end,
    ).order_by("pk")  # fmt: skip
    fields = ("pk", "place_id", "term__starts_on", "size", "field", "provider")
    for pk, place, day, size, about, provider in rows.values_list(*fields):
        yield Row(county, place, day, size, Grade.A, ACTIVITY, pk, {"field": about, "provider": provider})


@measure(
    code="afterschool.applied",
    title=_("课后服务申请人数"),
    unit=_("人"),
    kind=Kind.FLOW,
    meaning=_("家长提出的申请，每个孩子每学期一份，按申请日期计，计在学校所在地；1 至 4 人不显示。"),
    feeds=(APPLICATION,),
    dims=(GROUP,),
    reported_by=Level.COUNTY,
    withhold_below=CELL,
)
def applied(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each application."""
    rows = Application.unscoped.filter(
        county=county, applied_at__gte=month.starts_at, applied_at__lt=month.ends_at
    ).order_by("pk")
    for pk, place, when, groups in rows.values_list("pk", "place_id", "applied_at", "groups"):
        group = "certified" if groups else "other"
        yield Row(county, place, day_of(when), 1, Grade.A, APPLICATION, pk, {"group": group})


@measure(
    code="afterschool.served",
    title=_("课后服务签约人数"),
    unit=_("人"),
    kind=Kind.FLOW,
    meaning=_("签订协议的学生，每学期计一次（首个版本），按签订日期计，计在学校所在地；1 至 4 人不显示。"),
    feeds=(AGREEMENT, APPLICATION),
    dims=(GROUP,),
    reported_by=Level.COUNTY,
    withhold_below=CELL,
)
def served(*, county: str, month: Period) -> Iterator[Row]:
    """A row for the first version of each agreement."""
    rows = list(
        Agreement.unscoped.filter(county=county, version=1, signed_at__gte=month.starts_at, signed_at__lt=month.ends_at)
        .order_by("pk")
        .values_list("pk", "place_id", "signed_at", "child_id", "term_id")
    )
    known = Application.unscoped.filter(county=county, child__in={row[3] for row in rows}).exclude(groups="")
    certified = set(known.values_list("child_id", "term_id"))
    for pk, place, when, child, term in rows:
        group = "certified" if (child, term) in certified else "other"
        yield Row(county, place, day_of(when), 1, Grade.A, AGREEMENT, pk, {"group": group})


def _held(county: str, month: Period) -> Iterator[Session]:
    rows = Session.unscoped.filter(
        county=county, state=SessionState.HELD, day__gte=month.start, day__lt=month.end
    ).select_related("activity")
    return rows.order_by("pk").iterator()


def _about(row: Session) -> Mapping[str, str]:
    return {"field": row.activity.field, "provider": row.activity.provider}


@measure(
    code="afterschool.sessions",
    title=_("课后服务场次"),
    unit=_("场"),
    kind=Kind.FLOW,
    meaning=_("全部学生交接完毕后结束的场次，按日期计；取消的和没有结束的不计。"),
    feeds=(SESSION, ACTIVITY),
    dims=(FIELD, PROVIDER),
    reported_by=Level.COUNTY,
)
def sessions(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each session that was closed."""
    for row in _held(county, month):
        yield Row(county, row.place_id, row.day, 1, Grade.A, SESSION, row.pk, _about(row))


@measure(
    code="afterschool.attendance",
    title=_("课后服务参加人次"),
    unit=_("人次"),
    kind=Kind.FLOW,
    meaning=_("已结束场次的实到人数之和，按点名；1 至 4 人次不显示。"),
    feeds=(SESSION, ACTIVITY),
    dims=(FIELD, PROVIDER),
    reported_by=Level.COUNTY,
    withhold_below=CELL,
)
def attendance(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each session that was closed with somebody there."""
    for row in _held(county, month):
        if row.present:
            yield Row(county, row.place_id, row.day, row.present, Grade.A, SESSION, row.pk, _about(row))


@measure(
    code="afterschool.complaints",
    title=_("课后服务投诉"),
    unit=_("件"),
    kind=Kind.FLOW,
    meaning=_("收到的投诉，按收到日期计，不论是否已答复。"),
    feeds=(COMPLAINT,),
    dims=(ABOUT,),
    reported_by=Level.COUNTY,
)
def complaints(*, county: str, month: Period) -> Iterator[Row]:
    """A row for each complaint."""
    rows = Complaint.unscoped.filter(county=county, made_at__gte=month.starts_at, made_at__lt=month.ends_at)
    for pk, place, when, kind in rows.order_by("pk").values_list("pk", "place_id", "made_at", "kind"):
        yield Row(county, place, day_of(when), 1, Grade.A, COMPLAINT, pk, {"kind": kind})


def _links(rows: Iterable[object], name: str, label: str) -> Mapping[uuid.UUID, RecordLink]:
    return {
        row.pk: RecordLink(label=label % {"row": row}, url=reverse(name, args=[row.county, row.pk])) for row in rows
    }


@records(ACTIVITY)
def show_activities(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Activities under a figure."""
    return _links(Activity.objects.filter(county=county, pk__in=list(ids)), "afterschool:activity", "%(row)s")


@records(SESSION)
def show_sessions(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Sessions under a figure."""
    rows = Session.objects.filter(county=county, pk__in=list(ids)).select_related("activity")
    return _links(rows, "afterschool:session", "%(row)s")


@records(APPLICATION)
def show_applications(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Applications under a figure: for the school alone, and without a name."""
    rows = Application.objects.filter(county=county, pk__in=list(ids))
    return _links(rows, "afterschool:application", str(_("课后服务申请")))


@records(AGREEMENT)
def show_agreements(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Agreements under a figure: for the school alone, and without a name."""
    rows = Agreement.objects.filter(county=county, pk__in=list(ids)).defer("paper")
    return _links(rows, "afterschool:paper", str(_("课后服务协议")))


@records(COMPLAINT)
def show_complaints(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Complaints under a figure."""
    return _links(Complaint.objects.filter(county=county, pk__in=list(ids)), "afterschool:complaint", "%(row)s")

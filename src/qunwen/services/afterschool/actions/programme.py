"""The programme 1+X: drafted, its content declared and looked at by somebody else, published with places and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.measures.touching import touch
from qunwen.base.scope import asking
from qunwen.base.scope.clock import SHANGHAI
from qunwen.services.afterschool import fees, queries
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.calendar import Calendar, Span, check_session
from qunwen.services.afterschool.content_words import doubt_of
from qunwen.services.afterschool.days import calendar_of
from qunwen.services.afterschool.enums import EDITABLE, ActivityState, Entry, Field, Part, Provider
from qunwen.services.afterschool.errors import CareRefused
from qunwen.services.afterschool.models import Activity, Content, SchoolTerm, Session
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings.enums import Channel

MOST_LINES = 60
DETAILS = frozenset(
    {
        "tutor", "provider", "grade_from", "grade_to", "weekday", "periods", "price_fen", "size", "kept", "kept_for",
        "room",
    }
)  # fmt: skip


@action
def draft_activity(
    *, term: SchoolTerm, title: str, part: str, field: str, starts: dt.time, ends: dt.time, by: Actor, at: dt.datetime,
    **details: Any,
) -> Activity:  # fmt: skip
    """Plan a line of the programme. `details`: DETAILS. Raises ValidationError at the field, Forbidden."""
    asking.require(Permission.MANAGE, on=term)
    if unknown := set(details) - DETAILS:
        raise TypeError(f"not fields of an activity: {sorted(unknown)}")
    row = Activity(
        county=term.county, school_id=term.school_id, term=term, place_id=term.place_id, title=title.strip(), part=part,
        field=field, starts=starts, ends=ends, **details,
    )  # fmt: skip
    row.full_clean(validate_unique=False, validate_constraints=False)
    _check(row)
    row.save(force_insert=True)
    record(
        code=Entry.ACTIVITY_DRAFTED, by=by, at=at, subject=row, place=row.place_id,
        after={"part": part, "field": field, "price_fen": row.price_fen, "size": row.size},
    )  # fmt: skip
    return row


def _check(row: Activity) -> None:
    same = Activity.unscoped.filter(county=row.county, term=row.term, title=row.title)
    if same.exists():
        raise ValidationError({"title": _("本学期已有同名的活动。")})
    if row.ends <= row.starts:
        raise ValidationError({"ends": _("结束时间要晚于开始时间。")})
    if row.grade_to < row.grade_from:
        raise ValidationError({"grade_to": _("最高年级不能低于最低年级。")})
    if not 1 <= row.periods <= 2:
        raise ValidationError({"periods": _("每天最多 2 课时。")})
    if row.weekday is not None and row.weekday > 4:
        raise ValidationError({"weekday": _("课后服务在周一至周五。")})
    if (row.part == Part.HOMEWORK) != (row.field == Field.HOMEWORK):
        raise ValidationError({"field": _("作业辅导属于“1”，其他领域属于“X”。")})
    if row.part == Part.EXTRA and (row.weekday is None or not row.size):
        raise ValidationError({"size": _("兴趣活动要写明星期和名额。")})
    if row.kept and (not row.kept_for or row.size is None or row.kept > row.size):
        raise ValidationError({"kept": _("优先名额要选群体，并且不能超过总名额。")})
    if row.tutor is not None and (row.tutor.school_id != row.school_id or row.tutor.provider != row.provider):
        raise ValidationError({"tutor": _("负责人要在本校名单上，并与“提供者”一致。")})
    if row.provider == Provider.OUTSIDE and row.tutor is None:
        raise ValidationError({"tutor": _("由校外人员提供的活动要写明负责人。")})


@action
def declare_content(*, activity: Activity, lines: Sequence[str], by: Actor, at: dt.datetime) -> list[Content]:
    """Say line by line what the activity does, and hand it in. Lines that look like lessons are marked for the reviewer.

    Raises CareRefused, ValidationError, Forbidden.
    """
    asking.require(Permission.MANAGE, on=activity)
    row = _locked(activity)
    if row.state not in EDITABLE:
        raise CareRefused(_("内容已经交审，退回后才能修改。"))
    texts = [text.strip() for text in lines if text.strip()]
    if not 1 <= len(texts) <= MOST_LINES or max(map(len, texts)) > 200:
        words = {"n": MOST_LINES}
        raise ValidationError({"lines": _("请逐行写明内容，1 到 %(n)d 行，每行不超过 200 字。") % words})
    Content.unscoped.filter(county=row.county, activity=row).delete()
    made = [
        Content(
            county=row.county, activity=row, place_id=row.place_id, position=number, text=text, doubt=doubt_of(text)
        )
        for number, text in enumerate(texts, start=1)
    ]
    Content.unscoped.bulk_create(made)
    row.state, row.declared_by_id = ActivityState.DECLARED, by.id
    row.save(update_fields=["state", "declared_by_id"])
    doubts = [one.doubt for one in made if one.doubt]
    record(
        code=Entry.CONTENT_DECLARED, by=by, at=at, subject=row, place=row.place_id,
        after={"lines": len(made), "doubts": doubts},
    )  # fmt: skip
    return made


def _locked(activity: Activity) -> Activity:
    rows = Activity.unscoped.select_for_update(of=("self",)).select_related("school", "term", "tutor")
    return rows.get(county=activity.county, pk=activity.pk)


def _to_check(activity: Activity, by: Actor) -> Activity:
    asking.require(Permission.CHECK, on=activity)
    row = _locked(activity)
    if row.state != ActivityState.DECLARED:
        raise CareRefused(_("这项活动现在不在待审状态。"))
    if by.id is not None and by.id == row.declared_by_id:
        raise CareRefused(_("申报内容的人不能自己审核，请换一位。"))
    return row


@action
def pass_content(*, activity: Activity, note: str = "", by: Actor, at: dt.datetime) -> Activity:
    """Somebody else than who declared it finds no lesson in it; where a line is in doubt they say why not.

    Raises CareRefused, ValidationError, Forbidden.
    """
    row = _to_check(activity, by)
    doubts = Content.unscoped.filter(county=row.county, activity=row).exclude(doubt="")
    if doubts.exists() and len(note.strip()) < 4:
        words = "、".join(doubts.order_by("position").values_list("doubt", flat=True))
        raise ValidationError(
            {"note": _("内容里有“%(words)s”，像是学科教学。确属可以的，请写明理由；否则退回。") % {"words": words}}
        )
    row.state, row.checked_at, row.checked_by, row.check_note = ActivityState.CHECKED, at, by.name, note.strip()[:200]
    row.save(update_fields=["state", "checked_at", "checked_by", "check_note"])
    record(code=Entry.CONTENT_PASSED, by=by, at=at, subject=row, place=row.place_id, after={"note": row.check_note})
    return row


@action
def return_content(*, activity: Activity, note: str, by: Actor, at: dt.datetime) -> Activity:
    """Send it back with what has to change. Raises CareRefused, ValidationError, Forbidden."""
    row = _to_check(activity, by)
    if not note.strip():
        raise ValidationError({"note": _("请写明要改什么。")})
    row.state, row.check_note = ActivityState.RETURNED, note.strip()[:200]
    row.save(update_fields=["state", "check_note"])
    record(code=Entry.CONTENT_RETURNED, by=by, at=at, subject=row, place=row.place_id, after={"note": row.check_note})
    return row


@action
def publish_activity(*, activity: Activity, by: Actor, at: dt.datetime) -> Activity:
    """Offer it: its content was looked at, its tutor checked, no cap broken, its dates lie on days with service.

    Opens its places in the seat ledger and makes a session for each date.
    Raises CareRefused, fees.CapBroken (at price_fen, with the clause), Forbidden.
    """
    asking.require(Permission.MANAGE, on=activity)
    row = _locked(activity)
    if row.state != ActivityState.CHECKED:
        raise CareRefused(_("内容审核通过后才能发布。"))
    _demand_tutor(row, row.term.ends_on)
    term = row.term
    calendar = calendar_of(row.county, [Span(term.starts_on, term.ends_on)])
    days = [
        day
        for day in calendar.service_days(term.starts_on, term.ends_on)
        if row.weekday is None or day.weekday() == row.weekday
    ]
    if not days:
        raise CareRefused(_("这个学期里没有这项活动的课后服务日，请查看校历。"))
    _demand_hours(row, calendar, days[0])
    fullest = max(
        sum(1 for one in days if (one.year, one.month) == month) for month in {(d.year, d.month) for d in days}
    )
    setting = fees.Setting(row.provider, row.school.stage, row.school.locality, row.content)
    fees.demand(fees.Offer(row.county, days[0], row.price_fen, row.periods, fullest, setting))
    if row.size is not None:
        _open_places(row, by=by, at=at)
    Session.unscoped.bulk_create([_session(row, day) for day in days])
    row.state = ActivityState.PUBLISHED
    row.save(update_fields=["state"])
    record(
        code=Entry.ACTIVITY_PUBLISHED, by=by, at=at, subject=row, place=row.place_id,
        after={"days": len(days), "size": row.size, "price_fen": row.price_fen},
    )  # fmt: skip
    touch(county=row.county, day=term.starts_on, feed="afterschool.activity")
    return row


def _demand_tutor(row: Activity, until: dt.date) -> None:
    """The papers hold till the last day. Raises CareRefused."""
    if row.tutor is None:
        return
    if lacking := queries.missing_checks(row.tutor, until):
        words = {"name": row.tutor.name, "what": "、".join(str(kind.label) for kind in lacking), "day": until}
        raise CareRefused(_("%(name)s的核查不全或到 %(day)s 前过期：%(what)s。补齐后再发布。") % words)


def _demand_hours(row: Activity, calendar: Calendar, day: dt.date) -> None:
    against = check_session(day=calendar.day(day), starts=row.starts, ends=row.ends, periods=row.periods)
    if against:
        raise CareRefused(against)


def _open_places(row: Activity, *, by: Actor, at: dt.datetime) -> None:
    """Places for everybody and, if some are kept, for a group; one activity a child and weekday."""
    common: dict[str, Any] = {
        "unit": row.school.unit, "opens_at": row.term.apply_opens_at, "closes_at": row.term.apply_closes_at,
        "limit_group": f"afterschool.{row.term_id}.{row.weekday}", "limit_per_person": 1, "offer_minutes": 24 * 60,
    }  # fmt: skip
    size = row.size or 0
    bookings.open_bucket(
        subject=row, place=row.place, title=row.title, size=size - row.kept, channel=Channel.ONLINE, by=by, at=at,
        **common,
    )  # fmt: skip
    if row.kept:
        bookings.open_bucket(
            subject=row, place=row.place, title=row.title, size=row.kept, channel=Channel.PRIORITY,
            kept_for=row.kept_for, by=by, at=at, **common,
        )  # fmt: skip


def _session(row: Activity, day: dt.date) -> Session:
    return Session(
        county=row.county, place_id=row.place_id, school_id=row.school_id, term_id=row.term_id, activity=row,
        tutor=row.tutor, day=day, starts_at=dt.datetime.combine(day, row.starts, tzinfo=SHANGHAI),
        ends_at=dt.datetime.combine(day, row.ends, tzinfo=SHANGHAI), periods=row.periods,
    )  # fmt: skip

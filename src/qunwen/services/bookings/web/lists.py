"""Sign-ups on the desk: all things that take them, who comes to one, the same as a sheet."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qunwen.base.papers.columns import Column, Kind
from qunwen.base.papers.xlsx import Sheet, write_xlsx
from qunwen.base.scope import asking, clock
from qunwen.base.ui.web.desk import show
from qunwen.services.bookings import queries, subjects
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import Channel, Standing, State
from qunwen.services.bookings.models import Booking, Bucket, Restraint

from .loaded import Thing, phone_of, steps, thing_or_404

PAGE = 40
PAST = dt.timedelta(days=31)
TONES = {
    State.CONFIRMED: "good",
    State.ATTENDED: "good",
    State.OFFERED: "attention",
    State.HELD: "attention",
    State.WAITING: "current",
    State.ABSENT: "quiet",
    State.CANCELLED: "quiet",
    State.EXPIRED: "quiet",
}
WHEN = [("", gettext_lazy("还没结束的")), ("past", gettext_lazy("最近一个月的"))]


@require_safe
def things(request: HttpRequest) -> HttpResponse:
    """Everything of one's places that takes sign-ups: the next first, or the past month."""
    asking.require(Permission.VIEW)
    at, past = clock.now(), request.GET.get("when") == "past"
    word = request.GET.get("q", "").strip().replace("\x00", "")[:80]
    rows = Bucket.objects.filter(ends_at__lte=at, ends_at__gt=at - PAST) if past else Bucket.objects.exclude(
        ends_at__lte=at
    )  # fmt: skip
    rows = rows.exclude(subject_type__in=subjects.closed_types())
    if word:
        rows = rows.filter(title__contains=word)
    by_thing = (
        rows.order_by()
        .values("county", "subject_id", "title", "starts_at", "place__name")
        .annotate(size=Sum("size"), taken=Sum("taken"), opens=Min("opens_at"))
        .order_by("-starts_at" if past else "starts_at", "subject_id")
    )
    page = Paginator(by_thing, PAGE).get_page(request.GET.get("page"))
    lines = list(page.object_list)
    _fill_lines(lines)
    return show(
        request, "bookings/desk/things.html", title=_("报名"), icon="group", steps=[(_("报名"), "")], page=page,
        lines=lines, whens=WHEN, past=past, word=word, at=at, may_certify=asking.may(Permission.CERTIFY),
        appeals=Restraint.objects.filter(state=Standing.APPEALED, until__gt=at).count(),
    )  # fmt: skip


def _fill_lines(lines: list[dict[str, Any]]) -> None:
    """Give each line how many parties wait and how many people came: one query a county."""
    by_county: dict[str, list[uuid.UUID]] = defaultdict(list)
    for line in lines:
        by_county[line["county"]].append(line["subject_id"])
    counted: dict[Any, dict[str, int]] = {}
    for county, ids in by_county.items():
        rows = Booking.objects.filter(county=county, bucket__subject_id__in=ids).order_by()
        for row in rows.values("bucket__subject_id").annotate(
            waiting=Count("pk", distinct=True, filter=Q(state__in=[State.WAITING, State.OFFERED])),
            came=Count("attendees", distinct=True, filter=Q(attendees__came=True)),
        ):
            counted[row["bucket__subject_id"]] = row
    for line in lines:
        line |= {name: counted.get(line["subject_id"], {}).get(name, 0) for name in ("waiting", "came")}


@never_cache
@require_safe
def thing(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """Who comes to one thing, its places, and what can be done with them."""
    found, at = thing_or_404(county, pk), clock.now()
    state, channel, word = _asked(request)
    page = Paginator(_rows(found, state, channel, word), PAGE).get_page(request.GET.get("page"))
    line = _line(found)
    counts = _counts(found)
    may_manage = asking.may(Permission.MANAGE, on=found.one)
    return show(
        request, "bookings/desk/thing.html", title=found.title, icon="group", steps=steps(found.one), thing=found,
        page=page, rows=[(row, TONES[State(row.state)], phone_of(row.resident), line.get(row.pk)) for row in page],
        buckets=[_card(bucket, counts, at) for bucket in found.buckets], links=subjects.links(found.one),
        states=State.choices, channels=[(b.channel, b.get_channel_display()) for b in found.buckets], state=state,
        channel=channel, word=word, narrowed=bool(state or channel or word), at=at, over=found.is_over(at),
        numbered=any(bucket.is_numbered for bucket in found.buckets), may_manage=may_manage, may_book=asking.may(Permission.BOOK_FOR, on=found.one) and not found.one.has_begun(at),
        may_check=asking.may(Permission.CHECK_IN, on=found.one), expected=sum(counts.get((b.pk, s), (0, 0))[1]
        for b in found.buckets for s in (State.CONFIRMED, State.ATTENDED, State.ABSENT)),
    )  # fmt: skip


def _asked(request: HttpRequest) -> tuple[str, str, str]:
    state, channel = request.GET.get("state", ""), request.GET.get("channel", "")
    word = request.GET.get("q", "").strip().replace("\x00", "")[:40]
    return (
        state if state in State.values else "",
        channel if channel in Channel.values else "",
        word,
    )


def _rows(thing: Thing, state: str, channel: str, word: str) -> QuerySet[Booking]:
    rows = queries.for_desk(county=thing.county, subject_type=thing.one.subject_type, subject_id=thing.key)
    if state:
        rows = rows.filter(state=state)
    if channel:
        rows = rows.filter(bucket__channel=channel)
    if word:
        code = word.upper().replace("-", "").replace(" ", "")
        named = Booking.objects.filter(
            Q(contact__contains=word) | Q(attendees__name__contains=word) | Q(code__startswith=code)
            | Q(resident__phone=word),
            county=thing.county, bucket__subject_id=thing.key,
        )  # fmt: skip
        rows = rows.filter(pk__in=named.order_by().values("pk"))
    return rows


def _line(thing: Thing) -> dict[uuid.UUID, int]:
    """The position of every waiting party in the line of its bucket."""
    rows = Booking.objects.filter(county=thing.county, bucket__in=thing.buckets, state=State.WAITING)
    found: dict[uuid.UUID, int] = {}
    length: dict[uuid.UUID, int] = defaultdict(int)
    for pk, bucket in rows.order_by("priority", "lot", "queued_at", "pk").values_list("pk", "bucket_id"):
        length[bucket] += 1
        found[pk] = length[bucket]
    return found


def _counts(thing: Thing) -> dict[tuple[uuid.UUID, str], tuple[int, int]]:
    """(parties, people) by bucket and state."""
    rows = Booking.objects.filter(county=thing.county, bucket__in=thing.buckets).order_by()
    counted = rows.values_list("bucket_id", "state").annotate(parties=Count("pk"), people=Sum("party"))
    return {(bucket, state): (parties, people) for bucket, state, parties, people in counted}


def _card(bucket: Bucket, counts: dict[tuple[uuid.UUID, str], tuple[int, int]], at: dt.datetime) -> dict[str, Any]:
    """A bucket with its line, and in words whether places are given out."""
    if bucket.closed_at is not None:
        word, tone = _("已停止报名"), "quiet"
    elif bucket.has_begun(at):
        word, tone = _("已开始"), "quiet"
    elif bucket.opens_at is not None and at < bucket.opens_at:
        word, tone = _("还没开放"), "current"
    elif bucket.closes_at is not None and at >= bucket.closes_at:
        word, tone = _("已截止"), "quiet"
    else:
        word, tone = (_("报名中"), "good") if bucket.left > 0 else (_("已满"), "attention")
    waiting = counts.get((bucket.pk, State.WAITING), (0, 0))[0]
    offered = counts.get((bucket.pk, State.OFFERED), (0, 0))[0]
    return {
        "why": queries.why_nobody_is_offered(bucket, at) if waiting else "", "bucket": bucket, "word": word, "tone": tone, "waiting": waiting, "offered": offered,
        "closed": bucket.closed_at is not None, "begun": bucket.has_begun(at),
        "expected": counts.get((bucket.pk, State.CONFIRMED), (0, 0))[0] + waiting,
    }  # fmt: skip


def _columns() -> tuple[Column, ...]:
    return (
        Column("contact", _("联系人")), Column("phone", _("手机"), Kind.ID), Column("people", _("参加人")),
        Column("party", _("人数"), Kind.INTEGER), Column("came", _("到场"), Kind.INTEGER), Column("state", _("状态")),
        Column("channel", _("名额类别")), Column("code", _("取票码"), Kind.ID),
        Column("booked_at", _("报名时间"), Kind.DATETIME), Column("booked_by", _("操作人")),
        Column("booked_for", _("代办对象")), Column("checked_in_at", _("签到时间"), Kind.DATETIME),
        Column("reason", _("特批原因")),
    )  # fmt: skip


def _cells(rows: QuerySet[Booking]) -> Iterator[dict[str, Any]]:
    for row in rows.iterator(chunk_size=500):
        people = list(row.attendees.all())
        yield {
            "contact": row.contact, "phone": phone_of(row.resident), "people": "、".join(str(one) for one in people),
            "party": row.party, "came": sum(one.came for one in people), "state": row.get_state_display(),
            "channel": row.bucket.get_channel_display(), "code": row.typed_code, "booked_at": row.booked_at,
            "booked_by": row.booked_by, "booked_for": row.booked_for, "checked_in_at": row.checked_in_at,
            "reason": row.override_reason,
        }  # fmt: skip


@never_cache
@require_safe
def export(request: HttpRequest, county: str, pk: uuid.UUID) -> FileResponse:
    """Exactly what the list shows, all its pages, as .xlsx; phones as this reader may see them."""
    found = thing_or_404(county, pk)
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    write_xlsx(
        target, _columns(), _cells(_rows(found, *_asked(request))),
        sheet=Sheet(name=_("报名名单"), title=f"{found.named}{_('报名名单')}"),
    )  # fmt: skip
    target.seek(0)
    name = f"{_('报名名单')}-{found.title[:40]}-{clock.today():%Y%m%d}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name)

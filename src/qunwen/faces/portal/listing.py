"""Dates of activities as the portal shows them: cards, filters, the month, search."""

from __future__ import annotations

import calendar
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.scope import clock
from qunwen.services.activities import festivals
from qunwen.services.activities import queries as activities
from qunwen.services.activities.enums import Kind, SessionState, SignUp
from qunwen.services.activities.models import Activity, Session
from qunwen.services.activities.search import terms
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.queries import Availability

from . import photos

SESSION: Final = "activities.session"
DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Places:
    """What can be said of the places of a date: the word, its tone, and whether one can sign up or queue now."""

    word: str | Promise = ""
    tone: str = "plain"
    left: int | None = None
    bookable: bool = False
    queues: bool = False
    opens_at: dt.datetime | None = None


def places_of(session: Session, seats: Availability | None, at: dt.datetime) -> Places:
    """What a reader may do about a date now."""
    if session.state == SessionState.CANCELLED:
        return Places(_("已取消"), "wrong")
    if session.state == SessionState.HELD or session.ends_at <= at:
        return Places(_("已结束"), "quiet")
    if session.state == SessionState.POSTPONED:
        return Places(_("延期待定"), "attention")
    if session.activity.sign_up == SignUp.OPEN:
        return Places(_("免费参加，到场即可"), "good")
    if seats is None or not seats.buckets:
        return Places(_("需要报名，尚未开放"), "quiet")
    return _bookable(seats, at)


def _bookable(seats: Availability, at: dt.datetime) -> Places:
    online = next((b for b in seats.buckets if b.channel == "online"), None)
    if online is None:
        return Places(_("到场馆或打电话报名"), "current")
    if not online.is_open(at):
        if online.opens_at is not None and at < online.opens_at:
            return Places(_("报名尚未开始"), "quiet", opens_at=online.opens_at)
        return Places(_("报名已截止"), "quiet")
    if online.left > 0:
        return Places(_("可以报名"), "current", left=online.left, bookable=True)
    if online.waiting_list:
        return Places(_("已满，可候补"), "attention", left=0, queues=True)
    return Places(_("已报满"), "quiet", left=0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One date on a list: the session, what of its places, its photograph if it has one."""

    session: Session
    places: Places
    photo: EvidenceLink | None = None

    @property
    def url(self) -> str:
        """The page of the activity."""
        return activity_url(self.session.activity)

    @property
    def kind(self) -> str | Promise:
        """The kind in words (Django's own `get_…_display` translates every choice each time it is asked)."""
        return Kind(self.session.activity.kind).label

    @property
    def is_long(self) -> bool:
        """Whether it runs over several days (an exhibition)."""
        return self.session.ends_at - self.session.starts_at > DAY


def activity_url(activity: Activity) -> str:
    """The portal's page of an activity; feeds and JSON-LD name the same."""
    return reverse("portal:activity", args=[activity.county, activity.pk])


def entries(sessions: Iterable[Session], at: dt.datetime, *, pictures: bool = True) -> list[Entry]:
    """Sessions of one county as entries: one query for the places, three for the photographs."""
    rows = list(sessions)
    seats = availability(rows, at)
    shown = photos.of_many({row.activity_id: row.activity for row in rows}.values()) if pictures else {}
    return [
        Entry(row, places_of(row, seats.get(row.pk), at), next(iter(shown.get(row.activity_id, ())), None))
        for row in rows
    ]


def availability(rows: Sequence[Session], at: dt.datetime) -> dict[uuid.UUID, Availability]:
    """What is left of those that need signing up; a query per county that occurs."""
    wanted: dict[str, list[uuid.UUID]] = {}
    for row in rows:
        if row.activity.sign_up == SignUp.BOOK:
            wanted.setdefault(row.county, []).append(row.pk)
    found: dict[uuid.UUID, Availability] = {}
    for county, ids in wanted.items():
        found |= bookings.availability(county=county, subject_type=SESSION, subject_ids=ids, at=at)
    return found


# -- stretches of days ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from `first` until before `until`."""

    first: dt.date
    until: dt.date


WHENS: Final[dict[str, str | Promise]] = {
    "": _("以后全部"),
    "today": _("今天"),
    "tomorrow": _("明天"),
    "weekend": _("这个周末"),
    "week": _("七天内"),
    "month": _("三十天内"),
}


def stretch_of(when: str, today: dt.date) -> Stretch:
    """The days a filter word means; everything ahead for a word nobody knows."""
    if when == "today":
        return Stretch(today, today + DAY)
    if when == "tomorrow":
        return Stretch(today + DAY, today + 2 * DAY)
    if when == "weekend":
        return weekend_of(today)
    if when in ("week", "month"):
        return Stretch(today, today + (7 if when == "week" else 30) * DAY)
    return Stretch(today, today + 92 * DAY)


def weekend_of(today: dt.date) -> Stretch:
    """The coming Saturday and Sunday, or what is left of the present weekend."""
    saturday = today + (5 - today.weekday()) * DAY
    return Stretch(max(today, saturday), saturday + 2 * DAY)


def sessions_of(county: str, stretch: Stretch, *, at: dt.datetime | None = None, **filters: str) -> QuerySet[Session]:
    """Dates of a county in a stretch of days, cancelled and postponed ones among them; with `at` only those not over."""
    filters["below"] = filters.get("below") or county
    if filters.get("text", "").strip() and not terms(filters["text"]):
        return Session.objects.none()  # signs alone are no words; everything would be no answer
    found = activities.sessions_between(stretch.first, stretch.until, **filters)
    found = found.filter(county=county)
    return found.filter(ends_at__gt=at) if at is not None else found


def sessions_at_venue(venue_id: uuid.UUID, county: str, at: dt.datetime, limit: int) -> list[Session]:
    """What is on at a venue from now on."""
    today = clock.day_of(at)
    return list(sessions_of(county, stretch_of("", today), at=at).filter(activity__venue_id=venue_id)[:limit])


def activity_of(county: str, key: uuid.UUID) -> Activity | None:
    """A published activity with its dates; None for one that is not, or of another county."""
    return activities.with_sessions(Activity.objects.filter(county=county, pk=key)).first()


def session_of(county: str, key: uuid.UUID) -> Session | None:
    """A date of a published activity."""
    rows = Session.objects.filter(county=county, pk=key)
    return rows.select_related("activity", "activity__venue", "activity__unit", "place").first()


def sessions_by_id(county: str, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Session]:
    """Dates of published activities by id, in one query."""
    rows = Session.objects.filter(county=county, pk__in=list(keys))
    return {row.pk: row for row in rows.select_related("activity", "activity__venue", "activity__unit", "place")}


# -- the month --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class MonthDay:
    """One day of the month's sheet: how many dates touch it, the first of them, festivals."""

    day: dt.date
    in_month: bool
    is_today: bool
    count: int = 0
    titles: list[dict[str, Any]] = field(default_factory=list)
    festivals: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday to Sunday, with the neighbours' names for the links."""

    first: dt.date
    weeks: list[list[MonthDay]]
    total: int

    @property
    def before(self) -> str:
        """The month before, as in the address."""
        return f"{self.first - DAY:%Y-%m}"

    @property
    def after(self) -> str:
        """The month after, as in the address."""
        return f"{self.first + 31 * DAY:%Y-%m}"


def month_of(county: str, first: dt.date, today: dt.date, **filters: str) -> Month:
    """The sheet of the month that begins on `first`: one query."""
    days = [
        [MonthDay(day, day.month == first.month, day == today) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    known = {day.day: day for week in days for day in week if day.in_month}
    until = max(known) + DAY
    rows = (
        sessions_of(county, Stretch(first, until), **filters)
        .exclude(state__in=[SessionState.CANCELLED, SessionState.POSTPONED])
        .values("starts_at", "ends_at", "activity_id", "activity__title")
    )
    total = 0
    for row in rows:
        total += 1
        _mark(known, row, first, until)
    for day, festival in festivals.of_month(first.year, first.month):
        if day in known:
            known[day].festivals.append(festival.label)
    return Month(first, days, total)


def _mark(known: dict[dt.date, MonthDay], row: dict[str, Any], first: dt.date, until: dt.date) -> None:
    """Count a date on each day it touches; its title stands only on the first of them."""
    day = max(clock.day_of(row["starts_at"]), first)
    last = min(clock.day_of(row["ends_at"] - dt.timedelta(seconds=1)), until - DAY)
    shown = known[day]
    if len(shown.titles) < 3:
        title = {"title": row["activity__title"], "activity": row["activity_id"], "starts_at": row["starts_at"]}
        shown.titles.append(title)
    while day <= last:
        known[day].count += 1
        day += DAY

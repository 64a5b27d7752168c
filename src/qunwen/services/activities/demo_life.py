"""How an activity of the demonstration fares until now: reviewed, published, held, counted, verified, or not.

Every moment lies in the hours in which such people act, after what it follows from, and never after the making.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.demo import Chance, Making
from qunwen.base.places.models import Place
from qunwen.base.reviews.demo_hours import awake, last_office, minutes, next_office
from qunwen.base.scope.clock import day_of

from . import demo_words as words
from .demo_words import Idea
from .enums import HostLevel, SessionState, SignUp, State
from .models import Activity, Headcount, MediaReport, Series, Session

GROUPS = (AgeGroup.CHILD, AgeGroup.YOUTH, AgeGroup.ADULT, AgeGroup.ELDER)
DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class Host:
    """A unit that holds activities, with its habits."""

    unit: Unit
    place: Place
    level: str
    staff: list[Staff]
    ideas: Sequence[Idea]
    rate: float
    careless: float  # how often a photograph or a month is missing
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """A first hand-in that was sent back, and why."""

    sent: dt.datetime
    at: dt.datetime
    reasons: dict[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """When a submission was handed in, approved at each step, and perhaps sent back before."""

    sent: dt.datetime
    approvals: tuple[dt.datetime, ...]
    back: Back | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """Numbers that were entered wrong and corrected later."""

    session: Session
    wrong: dict[str, int]
    at: dt.datetime


@dataclass(slots=True)
class Draft:
    """One activity as it was made, with all that hangs on it; `wants` is a review that is still to be asked for."""

    activity: Activity
    idea: Idea
    author: Staff
    sessions: list[Session] = field(default_factory=list)
    headcounts: list[Headcount] = field(default_factory=list)
    reports: list[MediaReport] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    out: Way | None = None  # the review before publishing
    proof: Way | None = None  # the review of the record
    moved_at: dt.datetime | None = None  # when its first date was put off
    noted: bool = False
    late: int = 0
    photos: int = 0
    wants: str = ""

    @property
    def past(self) -> list[Session]:
        """The dates that were held."""
        return [one for one in self.sessions if one.state == SessionState.HELD]

    @property
    def done_at(self) -> dt.datetime:
        """When the last was entered of what happened."""
        return max([one.changed_at for one in self.past] + [one.at for one in self.mistakes])


def live(draft: Draft, host: Host, making: Making, chance: Chance, *, sure: bool) -> None:
    """Lead the activity through its life until now."""
    if not draft.sessions:
        return
    first = draft.sessions[0]
    if first.starts_at > making.now:
        _live_ahead(draft, first.starts_at - making.now, making, chance)
    else:
        _live_past(draft, host, making, chance, sure=sure)
    for session in draft.sessions:
        if session.state == SessionState.SCHEDULED and session.original_start is None:
            session.changed_at = draft.activity.created_at


def lead(draft: Draft, host: Host, making: Making, chance: Chance, *, fate: str) -> None:
    """Lead the activity to something that waits on a desk.

    Ahead: `returned` by the reviewer, `soon` to be held. Past: `due` to be entered, `bare` of photographs,
    `sent_back` by the reviewer.
    """
    session, now = draft.sessions[0], making.now
    if fate == "returned":
        draft.wants = fate
    else:
        _publish(draft, min(session.starts_at - 3 * DAY, now - minutes(30)), chance)
    if fate in ("bare", "sent_back"):
        _hold(draft, session, host, making, chance, late=0)
    if draft.past:
        draft.activity.state, draft.activity.changed_at = State.HELD, session.changed_at
        draft.photos = 0 if fate == "bare" else 1
        draft.wants = "" if fate == "bare" else fate
    if session.state == SessionState.SCHEDULED:
        session.changed_at = draft.activity.created_at


def _live_past(draft: Draft, host: Host, making: Making, chance: Chance, *, sure: bool) -> None:
    first = draft.sessions[0]
    plain = sure or draft.noted
    called_off = not plain and chance.happens(0.035)
    if not plain and not called_off and chance.happens(0.03):
        first.original_start = first.starts_at - chance.randrange(1, 8) * DAY
    if not draft.noted:
        days = chance.randrange(15, 23) if draft.activity.sign_up == SignUp.BOOK else chance.randrange(3, 12)
        _publish(draft, (first.original_start or first.starts_at) - days * DAY, chance)
    if called_off:
        _cancel(draft, last_office(first.starts_at - dt.timedelta(hours=chance.randrange(6, 60)), chance), chance)
        return
    if first.original_start is not None:
        _put_off(draft, first, chance)
    for session in draft.sessions:
        if session.ends_at < making.now:
            forgotten = not plain and (making.now - session.ends_at).days < 45 and chance.happens(0.07)
            if not forgotten:
                _hold(draft, session, host, making, chance)
    if not any(session.state == SessionState.SCHEDULED for session in draft.sessions):
        _account_for(draft, host, making.now, chance)


def _live_ahead(draft: Draft, ahead: dt.timedelta, making: Making, chance: Chance) -> None:
    activity = draft.activity
    near = ahead < dt.timedelta(days=30)
    path = chance.pick(
        {"published": 14 if near else 5, "approved": 2, "submitted": 2, "returned": 1, "planned": 1 if near else 5}
    )
    if activity.sign_up == SignUp.BOOK and near:
        path = "published"
    latest = making.now - dt.timedelta(hours=chance.randrange(1, 72))
    if path == "published":
        _publish(draft, latest, chance)
        if chance.happens(0.03):
            _postpone(draft, draft.sessions[-1], making.now, chance)
    elif path == "approved":
        activity.changed_at = _approve(draft, latest, chance)
        activity.state = State.APPROVED
    elif path in ("submitted", "returned"):
        draft.wants = path


def _approve(draft: Draft, latest: dt.datetime, chance: Chance) -> dt.datetime:
    """Both reviews, the last of them by `latest`, reckoned backwards: the line was entered in time for them."""
    county = last_office(latest, chance)
    town = last_office(county - minutes(chance.randrange(50, 3600)), chance)
    sent = begun = last_office(town - minutes(chance.randrange(40, 3600)), chance)
    back = None
    if chance.happens(0.04):
        returned = last_office(sent - minutes(chance.randrange(30, 2000)), chance)
        begun = last_office(returned - minutes(chance.randrange(60, 3000)), chance)
        back = Back(begun, returned, dict(chance.choice(words.RETURNED_BECAUSE)))
    draft.out = Way(sent, (town, county), back)
    planned = last_office(begun - minutes(chance.randrange(30, 3000)), chance)
    draft.activity.created_at = min(draft.activity.created_at, planned)
    return county


def _publish(draft: Draft, latest: dt.datetime, chance: Chance) -> None:
    activity = draft.activity
    at = last_office(latest, chance)
    _approve(draft, at - minutes(chance.randrange(15, 600)), chance)
    activity.state = State.PUBLISHED
    activity.published_at = activity.changed_at = at


def _cancel(draft: Draft, at: dt.datetime, chance: Chance) -> None:
    activity = draft.activity
    at = max(at, activity.changed_at + minutes(10))
    activity.state = State.CANCELLED
    activity.cancelled_reason = chance.choice(words.CANCELLED_BECAUSE)
    activity.changed_at = at
    for session in draft.sessions:
        session.state = SessionState.CANCELLED
        session.reason, session.sequence, session.changed_at = activity.cancelled_reason, 1, at


def _put_off(draft: Draft, session: Session, chance: Chance) -> None:
    """The first date was moved to where it is now."""
    assert session.original_start is not None  # noqa: S101  what it is called for
    told = last_office(session.original_start - dt.timedelta(hours=chance.randrange(3, 30)), chance)
    draft.moved_at = session.changed_at = max(told, draft.activity.changed_at + minutes(10))
    session.reason, session.sequence = chance.choice(words.POSTPONED_BECAUSE), 1


def _postpone(draft: Draft, session: Session, now: dt.datetime, chance: Chance) -> None:
    """A date to come is put off, to when nobody knows yet."""
    session.state, session.original_start = SessionState.POSTPONED, session.starts_at
    session.reason, session.sequence = chance.choice(words.POSTPONED_BECAUSE), 1
    session.changed_at = max(last_office(now - minutes(30), chance), draft.activity.changed_at)


def _hold(
    draft: Draft, session: Session, host: Host, making: Making, chance: Chance, *, late: int | None = None
) -> None:
    if late is None:
        late = chance.randrange(12, 34) if chance.happens(0.06) else 0
    at = _entered(session, late, making.now, chance)
    if at is None:
        return
    draft.late = late
    session.state = SessionState.HELD
    session.held_note = words.LATE_NOTE if late else chance.choice(words.NOTES)
    session.changed_at = at
    crowd = chance.about(draft.idea.crowd * 0.82)
    if draft.activity.sign_up == SignUp.BOOK:
        crowd = crowd // 6 if chance.happens(0.3) else 0  # most of them checked in
    elif host.level == HostLevel.VILLAGE and chance.happens(0.003):
        crowd *= 10  # a nought too many, as nobody noticed
    numbers = _by_group(crowd, draft.idea, chance)
    if crowd and chance.happens(0.008):
        at = _correct(draft, session, numbers, making.now, chance)
    for group, number in numbers.items():
        draft.headcounts.append(
            Headcount(
                id=chance.id(at),
                county=session.county,
                session=session,
                place_id=session.place_id,
                group=group,
                number=number,
                counted_at=at,
                counted_by=draft.author.name,
            )
        )


def _entered(session: Session, late: int, now: dt.datetime, chance: Chance) -> dt.datetime | None:
    """When somebody entered that it was held: the same evening, or back in the office; None while nobody has."""
    evening = session.ends_at + minutes(chance.randrange(10, 70))
    soon = awake(evening) and evening <= now
    if not late and soon and chance.happens(0.4):
        return evening
    at = next_office(session.ends_at + dt.timedelta(days=late, hours=chance.randrange(1, 40)), chance)
    if at <= now:
        return at
    return evening if soon and chance.happens(0.5) else None


def _by_group(crowd: int, idea: Idea, chance: Chance) -> dict[str, int]:
    left, found = crowd, {}
    for group, share in zip(GROUPS, idea.ages, strict=True):
        number = left if group == GROUPS[-1] else min(left, round(crowd * share / 100 * chance.uniform(0.8, 1.2)))
        left -= number
        if number:
            found[str(group)] = number
    return found


def _correct(
    draft: Draft, session: Session, numbers: dict[str, int], now: dt.datetime, chance: Chance
) -> dt.datetime:  # fmt: skip
    """A nought too many in one group, put right a day or so later; returns when the numbers were entered last."""
    at = next_office(session.changed_at + dt.timedelta(hours=chance.randrange(2, 30)), chance)
    if at > now:
        return session.changed_at
    group = chance.choice(sorted(numbers))
    draft.mistakes.append(Mistake(session, {**numbers, group: numbers[group] * 10}, at))
    return at


def _account_for(draft: Draft, host: Host, now: dt.datetime, chance: Chance) -> None:
    """Held: photographs, the press, and how far its record has come."""
    activity, done = draft.activity, draft.done_at
    activity.state = State.HELD
    activity.changed_at = max(one.changed_at for one in draft.past)
    if draft.noted:
        activity.created_at = activity.changed_at
    draft.photos = 0 if chance.happens(host.careless) else chance.pick({1: 5, 2: 3, 3: 1})
    if chance.happens(0.02 if host.level == HostLevel.VILLAGE else 0.12):
        _press(draft, now, chance)
    if (now - done).days > 25:
        path = chance.pick({"verified": 90, "held": 6, "reported": 1.2, "sent_back": 0.6})
    else:
        path = chance.pick({"verified": 25, "held": 50, "reported": 18, "sent_back": 7})
    if path == "verified":
        _verify(draft, done, now, chance)
    elif path in ("reported", "sent_back"):
        draft.wants = path


def _verify(draft: Draft, done: dt.datetime, now: dt.datetime, chance: Chance) -> None:
    sent = next_office(done + minutes(chance.randrange(20, 2800)), chance)
    back = None
    if chance.happens(0.05):
        returned = next_office(sent + minutes(chance.randrange(60, 2400)), chance)
        back = Back(sent, returned, {}, chance.choice(words.SENT_BACK_BECAUSE))
        sent = next_office(returned + minutes(chance.randrange(60, 2400)), chance)
    verified = next_office(sent + minutes(chance.randrange(30, 4300)), chance)
    if verified <= now:
        draft.proof = Way(sent, (verified,), back)
        draft.activity.state = State.VERIFIED
        draft.activity.changed_at = verified


def _press(draft: Draft, now: dt.datetime, chance: Chance) -> None:
    activity, last = draft.activity, draft.past[-1]
    outlets = sorted(set(chance.choices(words.OUTLETS, weights=words.OUTLET_WEIGHTS, k=chance.choice((1, 1, 2)))))
    for outlet, level in outlets:
        day = min(day_of(last.starts_at) + chance.randrange(0, 4) * DAY, day_of(now))
        draft.reports.append(
            MediaReport(
                id=chance.id(now),
                county=activity.county,
                activity=activity,
                place_id=activity.place_id,
                outlet=outlet,
                level=level,
                title=f"{activity.title}：{activity.summary}"[:200],
                published_on=day,
                url=f"https://media.example.cn/{day:%Y%m%d}/{chance.randrange(10**6)}" if chance.happens(0.7) else "",
            )
        )

"""What the journal says of the demonstration's activities: the entries their own actions would have written.

The reviews add theirs (`base/reviews/demo.py`), the photographs theirs (`base/evidence/demo.py`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.demo import About, Past, about
from qunwen.base.people.demo import People, staff_actor
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Staff
from qunwen.base.places.demo import Making
from qunwen.base.reviews.demo import Decided
from qunwen.base.reviews.demo_hours import last_office
from qunwen.base.scope.clock import start_of

from .demo_life import Draft
from .enums import Entry, HostLevel, SessionState, State
from .models import Session
from .reviewing import PUBLISH

# kind of review -> code when handed in, sent back and approved, and the states before, while it waits, returned, after
PUBLISHING = (
    (Entry.SUBMITTED, Entry.RETURNED, Entry.APPROVED),
    (State.PLANNED, State.SUBMITTED, State.RETURNED, State.APPROVED),
)
PROVING = (
    (Entry.REPORTED, Entry.SENT_BACK, Entry.VERIFIED),
    (State.HELD, State.REPORTED, State.SENT_BACK, State.VERIFIED),
)


def tell(*, making: Making, people: People, drafts: Sequence[Draft], decided: Sequence[Decided]) -> Iterator[Past]:
    """The entries of all activities, those of their dates and numbers included; in no order."""
    chance = making.draw("history")
    reviews: dict[object, list[Decided]] = defaultdict(list)
    for one in decided:
        reviews[one.subject.pk].append(one)
    for draft in drafts:
        if draft.noted:
            yield _noted(draft)
        else:
            yield from _planned(draft)
        for review in reviews[draft.activity.pk]:
            yield from _reviewed(review, about(draft.activity, draft.activity.place_id))
        yield from _published(draft, _publisher(draft, people))
        yield from _held(draft)
        yield from _put_right(draft)
        for report in draft.reports:
            at = start_of(report.published_on) + dt.timedelta(hours=34)
            told = {"outlet": report.outlet, "level": report.level, "title": report.title}
            place = about(draft.activity, draft.activity.place_id)
            yield Past(
                Entry.MEDIA_ADDED, staff_actor(draft.author), last_office(min(at, making.now), chance), place, told
            )


def _publisher(draft: Draft, people: People) -> Actor:
    """Who may publish: a village's activity is published by its town's station."""
    author: Staff = draft.author
    if draft.activity.host_level == HostLevel.VILLAGE:
        station = people.unit(UnitKind.STATION, draft.activity.place_id[:9])
        author = people.staff[station.pk][0]
    return staff_actor(author)


def _noted(draft: Draft) -> Past:
    activity, session = draft.activity, draft.past[0]
    after = {
        "title": activity.title, "kind": activity.kind, "starts_at": session.starts_at,
        "headcounts": _first_numbers(draft, session),
    }  # fmt: skip
    return Past(
        Entry.NOTED, staff_actor(draft.author), session.changed_at, about(activity, activity.place_id), after
    )  # fmt: skip


def _planned(draft: Draft) -> Iterator[Past]:
    activity, author, at = draft.activity, staff_actor(draft.author), draft.activity.created_at
    month = f"{activity.plan_year}-{activity.plan_month:02}"
    after = {"title": activity.title, "kind": activity.kind, "month": month, "unit": activity.unit.name}
    record = about(activity, activity.place_id)
    yield Past(Entry.PLANNED, author, at, record, after)
    if len(draft.sessions) > 1:
        yield Past(Entry.SCHEDULED, author, at, record, {"sessions": len(draft.sessions), "skipped": []})
    for session in draft.sessions[:1] if len(draft.sessions) == 1 else ():
        starts = session.original_start or session.starts_at
        said = {"starts_at": starts, "ends_at": starts + (session.ends_at - session.starts_at)}
        yield Past(Entry.SCHEDULED, author, at, about(session, session.place_id), said)


def _reviewed(review: Decided, record: About) -> Iterator[Past]:
    (sent, returned, approved), (start, waits, back, end) = PUBLISHING if review.kind == PUBLISH else PROVING
    author, first = staff_actor(review.author), review.returned
    if first:
        yield Past(sent, author, first.sent, record, {"state": waits}, {"state": start})
        yield Past(returned, staff_actor(first.by), first.at, record, {"state": back}, {"state": waits})
        start = back
    yield Past(sent, author, review.submitted_at, record, {"state": waits}, {"state": start})
    person, at = review.approvals[-1]
    yield Past(approved, staff_actor(person), at, record, {"state": end}, {"state": waits})


def _published(draft: Draft, by: Actor) -> Iterator[Past]:
    activity = draft.activity
    record = about(activity, activity.place_id)
    if activity.published_at is None:
        return
    yield Past(
        Entry.PUBLISHED, by, activity.published_at, record, {"state": State.PUBLISHED}, {"state": State.APPROVED}
    )
    if draft.moved_at:
        yield _moved(draft.sessions[0], staff_actor(draft.author), draft.moved_at)
    for session in draft.sessions:
        if session.state == SessionState.POSTPONED:
            why = {"reason": session.reason}
            yield Past(Entry.POSTPONED, by, session.changed_at, about(session, session.place_id), why)
    if activity.state == State.CANCELLED:
        for session in draft.sessions:
            why = {"reason": session.reason}
            yield Past(Entry.SESSION_CANCELLED, by, activity.changed_at, about(session, session.place_id), why)
        after = {"state": State.CANCELLED, "reason": activity.cancelled_reason}
        yield Past(Entry.CANCELLED, by, activity.changed_at, record, after, {"state": State.PUBLISHED})


def _moved(session: Session, by: Actor, at: dt.datetime) -> Past:
    assert session.original_start is not None  # noqa: S101  a date that was moved has one
    long = session.ends_at - session.starts_at
    before = {
        "starts_at": session.original_start, "ends_at": session.original_start + long, "state": SessionState.SCHEDULED,
    }  # fmt: skip
    after = {"starts_at": session.starts_at, "ends_at": session.ends_at, "reason": session.reason}
    return Past(Entry.RESCHEDULED, by, at, about(session, session.place_id), after, before)


def _held(draft: Draft) -> Iterator[Past]:
    if draft.noted:
        return
    author = staff_actor(draft.author)
    for session in draft.past:
        after = {"state": SessionState.HELD, "headcounts": _first_numbers(draft, session)}
        yield Past(
            Entry.HELD, author, session.changed_at, about(session, session.place_id), after,
            {"state": SessionState.SCHEDULED},
        )  # fmt: skip


def _put_right(draft: Draft) -> Iterator[Past]:
    for one in draft.mistakes:
        yield Past(
            Entry.HEADCOUNT, staff_actor(draft.author), one.at, about(one.session, one.session.place_id),
            _numbers(draft, one.session), one.wrong,
        )  # fmt: skip


def _first_numbers(draft: Draft, session: Session) -> dict[str, int]:
    wrong = [one.wrong for one in draft.mistakes if one.session is session]
    return wrong[0] if wrong else _numbers(draft, session)


def _numbers(draft: Draft, session: Session) -> dict[str, int]:
    return {str(row.group): row.number for row in draft.headcounts if row.session is session}

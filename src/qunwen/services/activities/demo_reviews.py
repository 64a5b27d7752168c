"""Reviews of the demonstration's activities: decided ones as rows, open ones by the very actions people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from qunwen.base.people.demo import People
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Staff
from qunwen.base.places.demo import Chance, Making
from qunwen.base.reviews import actions as reviews
from qunwen.base.reviews.demo import Decided
from qunwen.base.reviews.models import ReviewItem

from . import demo_words as words
from .actions import report_held, submit_activity
from .demo import Draft
from .enums import SessionState, State
from .models import Activity
from .reviewing import PUBLISH, RECORD

WENT_OUT = frozenset({State.APPROVED, State.PUBLISHED, State.CANCELLED})


def decided(*, making: Making, people: People, drafts: Sequence[Draft]) -> Iterator[Decided]:
    """The reviews that are over: of everything that was published, and of every verified record."""
    chance = making.draw("deciders")
    for draft in drafts:
        activity = draft.activity
        out = not draft.noted and draft.sessions and (activity.was_held or activity.state in WENT_OUT)
        if out:
            sent = activity.created_at + dt.timedelta(hours=1 + chance.randrange(4))
            approved = (activity.published_at or activity.changed_at) - dt.timedelta(minutes=30)
            between = sent + max(approved - sent, dt.timedelta(hours=1)) / 2
            town, county = _town(draft, people, chance), _county(people, chance)
            yield Decided(
                PUBLISH, activity, activity.place, activity.unit, draft.author, sent,
                ((town, between), (county, max(approved, between))),
            )  # fmt: skip
        if activity.state == State.VERIFIED:
            sent = draft.sessions[-1].changed_at + dt.timedelta(hours=2)
            yield Decided(
                RECORD, activity, activity.place, activity.unit, draft.author, sent,
                ((_town(draft, people, chance), max(activity.changed_at, sent)),),
            )  # fmt: skip


def _town(draft: Draft, people: People, chance: Chance) -> Staff:
    """Somebody of the town's station, or of the bureau where the station itself asks."""
    code = draft.activity.place_id[:9]
    if len(code) < 9:
        return _county(people, chance)
    station = [one for one in people.staff[people.unit(UnitKind.STATION, code).pk] if one.pk != draft.author.pk]
    return chance.choice(station)


def _county(people: People, chance: Chance) -> Staff:
    bureau = people.units[UnitKind.BUREAU][0]
    able = [
        one
        for one in people.staff[bureau.pk]
        if one.post in ("公共服务科科长", "公共服务科科员", "审核员", "文艺科科员")
    ]
    return chance.choice(able)


def ask_and_answer(*, making: Making, people: People, drafts: Sequence[Draft]) -> dict[str, int]:
    """Hand in what still wants a review, and decide some of it; returns how many ended how.

    Waiting for the town, waiting for the county, returned with reasons, records waiting and records sent back.
    """
    chance = making.draw("asking")
    ended: dict[str, int] = {}
    _sure_of_each(drafts)
    for draft in [one for one in drafts if one.wants]:
        activity = Activity.unscoped.get(county=making.county, pk=draft.activity.pk)
        began = making.now - dt.timedelta(hours=chance.randrange(3, 96))
        if draft.wants in ("submitted", "returned"):
            submit_activity(activity=activity, by=people.actor(draft.author), at=began)
        else:
            report_held(activity=activity, by=people.actor(draft.author), at=began)
        item = ReviewItem.unscoped.get(county=making.county, subject_id=str(activity.pk), state="waiting")
        done = _answer(draft, item, people, began + dt.timedelta(hours=2), chance)
        ended[done] = ended.get(done, 0) + 1
    return ended


def _sure_of_each(drafts: Sequence[Draft]) -> None:
    """Two of each, however small the making: planned ones that have a date are handed in for it."""
    idle = [one for one in drafts if not one.wants and one.sessions and one.activity.state == State.PLANNED]
    for wish in ("submitted", "returned"):
        for _one in range(2 - sum(one.wants == wish for one in drafts)):
            if idle:
                idle.pop().wants = wish


def _answer(draft: Draft, item: ReviewItem, people: People, at: dt.datetime, chance: Chance) -> str:
    town = people.actor(_town(draft, people, chance))
    if draft.wants == "returned":
        reviews.return_back(item=item, reasons=chance.choice(words.RETURNED_BECAUSE), by=town, at=at)
        return "returned"
    if draft.wants == "sent_back":
        reviews.return_back(item=item, reasons={}, note=chance.choice(words.SENT_BACK_BECAUSE), by=town, at=at)
        return "records_sent_back"
    if draft.wants == "reported":
        return "records_waiting"
    if chance.happens(0.4):
        reviews.approve(item=item, by=town, at=at)
        return "waiting_for_county"
    return "waiting_for_town"


def open_dates(drafts: Sequence[Draft]) -> list[Draft]:
    """Published activities with dates still to come."""
    return [
        one
        for one in drafts
        if one.activity.state == State.PUBLISHED and any(s.state == SessionState.SCHEDULED for s in one.sessions)
    ]

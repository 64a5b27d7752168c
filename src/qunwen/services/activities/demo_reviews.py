"""Reviews of the demonstration's activities: decided ones as rows, open ones by the very actions people use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from qunwen.base.journal.demo import as_it_happened
from qunwen.base.people.demo import People
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Staff
from qunwen.base.places.demo import Chance, Making
from qunwen.base.reviews import actions as reviews
from qunwen.base.reviews.demo import Decided, Returned
from qunwen.base.reviews.demo_hours import last_office, minutes, next_office
from qunwen.base.reviews.models import ReviewItem

from . import demo_words as words
from .actions import report_held, submit_activity
from .demo_life import Draft, Way
from .enums import SessionState, State
from .models import Activity
from .reviewing import PUBLISH, RECORD


def decided(*, making: Making, people: People, drafts: Sequence[Draft]) -> Iterator[Decided]:
    """The reviews that are over: of everything that was approved for publishing, and of every verified record."""
    chance = making.draw("deciders")
    for draft in drafts:
        town = _town(draft, people, chance)
        if draft.out:
            yield _decided(PUBLISH, draft, draft.out, (town, _county(people, chance)))
        if draft.proof:
            yield _decided(RECORD, draft, draft.proof, (_town(draft, people, chance),))


def _decided(kind: str, draft: Draft, way: Way, deciders: tuple[Staff, ...]) -> Decided:
    back = way.back
    returned = Returned(back.sent, deciders[0], back.at, back.reasons, back.note) if back else None
    activity = draft.activity
    return Decided(
        kind, activity, activity.place, activity.unit, draft.author, way.sent,
        tuple(zip(deciders, way.approvals, strict=True)), returned,
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
    with as_it_happened():
        for draft in [one for one in drafts if one.wants]:
            done = _ask(draft, making, people, chance)
            ended[done] = ended.get(done, 0) + 1
    return ended


def _ask(draft: Draft, making: Making, people: People, chance: Chance) -> str:
    activity = Activity.unscoped.get(county=making.county, pk=draft.activity.pk)
    before = draft.done_at if draft.past else activity.created_at
    began = last_office(making.now - dt.timedelta(hours=chance.randrange(3, 120)), chance)
    if began <= before:
        began = next_office(before + minutes(30), chance)
    if began >= making.now:
        return "too_early"
    hand_in = submit_activity if draft.wants in ("submitted", "waiting_for_county", "returned") else report_held
    hand_in(activity=activity, by=people.actor(draft.author), at=began)
    item = ReviewItem.unscoped.get(county=making.county, subject_id=str(activity.pk), state="waiting")
    answered = last_office(began + (making.now - began) * chance.uniform(0.2, 0.9), chance)
    return _answer(draft, item, people, max(answered, min(began + minutes(20), making.now)), chance)


def _sure_of_each(drafts: Sequence[Draft]) -> None:
    """Two of each, however small the making: planned ones that have a date are handed in for it."""
    idle = [one for one in drafts if not one.wants and one.sessions and one.activity.state == State.PLANNED]
    for wish in ("submitted", "waiting_for_county", "returned"):
        for _one in range(3 - sum(one.wants == wish for one in drafts)):
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
    if draft.wants == "waiting_for_county" or chance.happens(0.4):
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

"""The demonstration county's decided reviews: rows and entries as submit, approve and return_back leave them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.demo import About, Past
from qunwen.base.journal.recording import action, bulk
from qunwen.base.people.demo import staff_actor
from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.demo import BATCH, Chance, Making
from qunwen.base.places.models import Place

from . import kinds, queries, workdays
from .enums import Decision, Entry, State
from .models import ReviewItem, ReviewStep


@dataclass(frozen=True, slots=True)
class Returned:
    """The first round, that ended at the first step: handed in when, sent back by whom, when and why."""

    sent: dt.datetime
    by: Staff
    at: dt.datetime
    reasons: Mapping[str, str]
    note: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A submission that went through: what, from whom, when, who approved each step and when."""

    kind: str
    subject: Any
    place: Place
    unit: Unit
    author: Staff
    submitted_at: dt.datetime
    approvals: Sequence[tuple[Staff, dt.datetime]]
    returned: Returned | None = None

    @property
    def round(self) -> int:
        """The round in which it went through."""
        return 2 if self.returned else 1


@action
def make_decided(
    *, making: Making, decided: Sequence[Decided], history: list[Past], by: Actor, at: dt.datetime
) -> int:  # fmt: skip
    """Write the approved submissions with every step; add to `history` what the journal says of them. Returns how many."""
    chance = making.draw("reviews")
    plans: dict[tuple[str, str], list[dict[str, str]]] = {}
    items: list[ReviewItem] = []
    steps: list[ReviewStep] = []
    for one in decided:
        key = (one.kind, one.place.code)
        if key not in plans:
            plans[key] = queries.plan_for(*key)
        item = _item(one, plans[key], chance, making.county)
        items.append(item)
        steps += _steps(one, item, chance)
        history += _told(one, item)
    ReviewItem.unscoped.bulk_create(items, batch_size=BATCH)
    ReviewStep.unscoped.bulk_create(steps, batch_size=BATCH)
    bulk(
        code=Entry.SUBMITTED, by=by, at=at, model=ReviewItem, place=making.county,
        counts={"items": len(items), "steps": len(steps)},
    )  # fmt: skip
    return len(items)


def _item(one: Decided, plan: list[dict[str, str]], chance: Chance, county: str) -> ReviewItem:
    subject_type, subject_id = queries.identity(one.subject)
    last = plan[-1]
    waiting = one.approvals[-2][1] if len(plan) > 1 else one.submitted_at
    return ReviewItem(
        id=chance.id(one.returned.sent if one.returned else one.submitted_at),
        county=county,
        kind=one.kind,
        subject_type=subject_type,
        subject_id=subject_id,
        subject_label=str(one.subject)[:200],
        place=one.place,
        unit=one.unit,
        submitted_by_id=one.author.pk,
        submitted_by_name=one.author.name,
        submitted_at=one.submitted_at,
        state=State.APPROVED,
        plan=plan,
        round=one.round,
        step=len(plan),
        permission=last["permission"],
        at_place=last["at"],
        waiting_since=waiting,
        due_at=workdays.after(waiting, kinds.get(one.kind).days),
        decided_at=one.approvals[-1][1],
    )


def _steps(one: Decided, item: ReviewItem, chance: Chance) -> Iterator[ReviewStep]:
    if one.returned:
        first = one.returned
        yield _step(
            item, 1, item.plan[0], chance, decision=Decision.RETURNED, by_id=first.by.pk, by_name=first.by.name,
            round=1, waiting_since=first.sent, decided_at=first.at, reasons=dict(first.reasons), note=first.note,
        )  # fmt: skip
    since = one.submitted_at
    for number, (step, (person, when)) in enumerate(zip(item.plan, one.approvals, strict=True), 1):
        yield _step(
            item, number, step, chance, decision=Decision.APPROVED, by_id=person.pk, by_name=person.name,
            round=one.round, waiting_since=since, decided_at=when,
        )  # fmt: skip
        since = when


def _step(item: ReviewItem, number: int, step: Mapping[str, str], chance: Chance, **said: Any) -> ReviewStep:
    return ReviewStep(
        id=chance.id(said["waiting_since"]), county=item.county, item=item, number=number, label=step["label"],
        permission=step["permission"], **said,
    )  # fmt: skip


def _told(one: Decided, item: ReviewItem) -> Iterator[Past]:
    """What the journal says of it; the area of the reviewed record adds its own entries."""
    about = About(item.subject_type, item.subject_id, item.subject_label, one.place.code)
    known = {"item": item.pk, "kind": one.kind}
    author, total = staff_actor(one.author), len(item.plan)
    if one.returned:
        first = one.returned
        yield Past(Entry.SUBMITTED, author, first.sent, about, {**known, "round": 1, "steps": total})
        why = {"step": 1, "round": 1, "reasons": dict(first.reasons), "note": first.note}
        yield Past(Entry.RETURNED, staff_actor(first.by), first.at, about, {**known, **why})
    yield Past(Entry.SUBMITTED, author, one.submitted_at, about, {**known, "round": one.round, "steps": total})
    for number, (person, when) in enumerate(one.approvals, 1):
        code = Entry.APPROVED if number == total else Entry.APPROVED_STEP
        yield Past(
            code, staff_actor(person), when, about, {**known, "step": number, "round": one.round, "note": ""}
        )  # fmt: skip

"""The demonstration county's decided reviews: rows as submit, approve and return_back would have left them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, bulk
from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.demo import BATCH, Chance, Making
from qunwen.base.places.models import Place

from . import kinds, queries, workdays
from .enums import Decision, Entry, State
from .models import ReviewItem, ReviewStep


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


@action
def make_decided(*, making: Making, decided: Sequence[Decided], by: Actor, at: dt.datetime) -> int:
    """Write the approved submissions with every step. Returns how many submissions."""
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
        id=chance.id(one.submitted_at),
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
        step=len(plan),
        permission=last["permission"],
        at_place=last["at"],
        waiting_since=waiting,
        due_at=workdays.after(waiting, kinds.get(one.kind).days),
        decided_at=one.approvals[-1][1],
    )


def _steps(one: Decided, item: ReviewItem, chance: Chance) -> list[ReviewStep]:
    since = one.submitted_at
    rows = []
    for number, (step, (person, when)) in enumerate(zip(item.plan, one.approvals, strict=True), 1):
        rows.append(
            ReviewStep(
                id=chance.id(since),
                county=item.county,
                item=item,
                round=1,
                number=number,
                label=step["label"],
                permission=step["permission"],
                decision=Decision.APPROVED,
                by_id=person.pk,
                by_name=person.name,
                waiting_since=since,
                decided_at=when,
            )
        )
        since = when
    return rows

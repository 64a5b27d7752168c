"""To-do lists, what I handed in, how long steps take, what changed since the last approval."""

from __future__ import annotations

import datetime as dt
import statistics
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q, QuerySet

from qunwen.base.journal.differences import in_words as spoken
from qunwen.base.journal.models import JournalEntry
from qunwen.base.journal.words import Word
from qunwen.base.people import queries as people
from qunwen.base.people.models import Staff
from qunwen.base.scope import asking, context
from qunwen.base.scope.codes import LENGTHS, upper_bound
from qunwen.base.scope.rows import NOTHING, Scoping

from . import kinds
from .enums import OPEN, Decision, Entry, State
from .models import ReviewItem, ReviewSetting, ReviewStep


def identity(subject: models.Model) -> tuple[str, str]:
    """(type, id) under which a record is reviewed."""
    return subject._meta.label_lower, str(subject.pk)


def stand_in(item: ReviewItem) -> models.Model:
    """A row that only carries the identity of the reviewed record, for the journal."""
    return apps.get_model(item.subject_type)(pk=item.subject_id)


def open_item(county: str, subject_type: str, subject_id: str, *, locked: bool = False) -> ReviewItem | None:
    """The one submission of a record that waits or was sent back, None when there is none."""
    rows = ReviewItem.unscoped.filter(
        county=county, subject_type=subject_type, subject_id=subject_id, state__in=sorted(OPEN)
    )
    if locked and connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    return rows.first()


def latest(subject: models.Model, county: str) -> ReviewItem | None:
    """The newest submission of a record that the open scope may see, with its steps."""
    kind, key = identity(subject)
    rows = ReviewItem.objects.filter(county=county, subject_type=kind, subject_id=key)
    return rows.prefetch_related("steps").order_by("-submitted_at", "-id").first()


def plan_for(kind: str, place: str) -> list[dict[str, str]]:
    """The steps of a kind at a place, as the nearest setting above it says; without one, all of them."""
    declared = kinds.get(kind)
    nearest = setting_above(kind, place)
    # A setting may name a step that a later version no longer declares.
    used = [n for n in (nearest.steps if nearest else []) if n <= len(declared.steps)]
    numbers = used or range(1, len(declared.steps) + 1)
    steps = [declared.steps[number - 1] for number in numbers]
    return [
        {"permission": str(s.permission), "label": str(s.label), "level": str(s.level), "at": s.at(place)}
        for s in steps
    ]


def setting_above(kind: str, place: str) -> ReviewSetting | None:
    """The nearest setting that rules a place: its own or that of a place above it."""
    above = [place[:length] for length in LENGTHS.values() if length <= len(place)]
    rows = ReviewSetting.unscoped.filter(kind=kind, place_id__in=above).select_related("place")
    return max(rows, key=lambda setting: len(setting.place_id), default=None)


def in_flight(kind: str, place: str) -> QuerySet[ReviewItem]:
    """Open submissions of a kind in scope at a place and below; each keeps the steps it was handed in under."""
    rows = ReviewItem.objects.filter(
        kind=kind, state__in=sorted(OPEN), place_id__gte=place, place_id__lt=upper_bound(place)
    )
    return rows.select_related("place").order_by("waiting_since", "pk")


_BY_STEP = Scoping(place="at_place", unit="unit_id", owner="submitted_by_id", view="-")


def todo_for(actor_id: uuid.UUID | None) -> QuerySet[ReviewItem]:
    """Submissions whose waiting step the open scope may decide, without one's own; urged ones first, then oldest."""
    scope = context.current()
    if scope is None:
        raise context.ScopeMissing("待办查询时没有数据范围")
    rows = ReviewItem.unscoped.filter(state=State.WAITING).select_related("place", "unit")
    if scope.kind != "everything":
        allowed = NOTHING
        for permission in sorted(kinds.permissions()):
            reaches = scope.reaches_for(permission)
            if reaches:
                allowed = allowed | (Q(permission=permission) & _BY_STEP.rows_for(reaches))
        rows = rows.filter(allowed)
        found = {context.single_county(scope.reaches_for(p)) for p in kinds.permissions() if scope.reaches_for(p)}
        if len(found) == 1 and None not in found:
            rows = rows.filter(county=found.pop())
    if actor_id is not None:
        rows = rows.exclude(submitted_by_id=actor_id)
    return rows.order_by(models.F("urged_at").asc(nulls_last=True), "waiting_since", "pk")


def may_decide(item: ReviewItem, actor_id: uuid.UUID | None) -> bool:
    """The same question for one submission."""
    return (
        item.state == State.WAITING
        and (actor_id is None or actor_id != item.submitted_by_id)
        and asking.may(item.permission, place=item.at_place, unit=item.unit_id, owner=item.submitted_by_id)
    )


def mine(actor_id: uuid.UUID) -> QuerySet[ReviewItem]:
    """What this person handed in and is still open; what was sent back comes first."""
    rows = ReviewItem.unscoped.filter(submitted_by_id=actor_id, state__in=sorted(OPEN)).select_related("place")
    return rows.order_by("state", "-submitted_at", "pk")


def overdue(at: dt.datetime) -> QuerySet[ReviewItem]:
    """Waiting submissions in scope whose step should have been decided by now."""
    return ReviewItem.objects.filter(state=State.WAITING, due_at__lt=at).order_by("due_at", "pk")


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a step of a kind takes: the median and on how many decisions it stands."""

    kind: str
    label: str
    n: int
    median: dt.timedelta


def durations(since: dt.datetime, until: dt.datetime) -> list[Duration]:
    """Median time per kind and step, of decisions in [since, until) in scope."""
    rows = ReviewStep.objects.filter(
        decided_at__gte=since, decided_at__lt=until, decision__in=[Decision.APPROVED, Decision.RETURNED]
    )
    took: dict[tuple[str, int, str], list[float]] = defaultdict(list)
    for kind, number, label, began, ended in rows.order_by().values_list(
        "item__kind", "number", "label", "waiting_since", "decided_at"
    ):
        took[kind, number, label].append((ended - began).total_seconds())
    return [
        Duration(kind, label, len(seconds), dt.timedelta(seconds=statistics.median(seconds)))
        for (kind, _number, label), seconds in sorted(took.items())
    ]


def deciders(item: ReviewItem, at: dt.datetime) -> list[Staff]:
    """The staff who may decide the waiting step, without the one who handed it in."""
    above = [item.at_place[:length] for length in LENGTHS.values() if length <= len(item.at_place)]
    grants = people.active_grants(at).filter(Q(place_id__in=above) | Q(place=None))
    able = {g.staff_id: g.staff for g in grants if item.permission in g.role.permissions}
    if item.submitted_by_id is not None:
        able.pop(item.submitted_by_id, None)
    return [
        staff
        for staff in able.values()
        if any(
            reach.admits(place=item.at_place, unit=item.unit_id, owner=item.submitted_by_id)
            for reach in people.scope_of(staff, at).reaches_for(item.permission)
        )
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """One field as it was at the last approval (None: there was none) and as it is now."""

    field: str
    label: str
    before: Any
    now: Any


def changes_since_approval(item: ReviewItem) -> list[Change]:
    """What changed in the record since it was last approved, from the journal; the first time, all that was entered.

    Only fields of the record's own model are shown, by their labels.
    """
    model = apps.get_model(item.subject_type)
    labels = {f.name: str(f.verbose_name) for f in model._meta.concrete_fields}
    rows = JournalEntry.unscoped.filter(
        county=item.county, subject_type=item.subject_type, subject_id=item.subject_id
    ).order_by("recorded_at", "id")
    before: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for code, old, new in rows.values_list("code", "before", "after"):
        if code == Entry.APPROVED:
            before, now = {}, {}
        elif not code.startswith("reviews."):
            for field in (*old, *new):
                before.setdefault(field, old.get(field))
                now[field] = new.get(field)
    return [
        Change(field, labels[field], before[field], now[field])
        for field in labels
        if field in now and before[field] != now[field]
    ]


def in_words(item: ReviewItem, change: Change) -> Change:
    """The same change as people read it: labels of choices, names instead of keys, moments of the county."""
    field = apps.get_model(item.subject_type)._meta.get_field(change.field)
    return Change(change.field, change.label, _told(item, field, change.before), _told(item, field, change.now))


def _told(item: ReviewItem, field: Any, value: Any) -> str:
    related = field.related_model
    if not related or not value:
        # The journal reads its values aloud beside an entry; here it is none in particular, of the record's own area.
        entry = JournalEntry(code=item.subject_type, subject_type=item.subject_type)
        names = dict(field.flatchoices or ())
        return spoken(Word(field.verbose_name, (lambda: names) if names else None), value, entry=entry, names={})
    try:
        key = related._meta.pk.to_python(value)
    except ValidationError:  # some entries keep the name itself
        return str(value)
    rows = related.unscoped.filter(pk=key)
    row = (rows.filter(county=item.county) if getattr(related, "county_bound", False) else rows).first()
    return str(value if row is None else row)


def states_of(subject_type: str, county: str, ids: Iterable[Any]) -> dict[str, ReviewItem]:
    """The open submission of each record that has one, by its id as text."""
    rows = ReviewItem.unscoped.filter(
        county=county, subject_type=subject_type, subject_id__in=[str(one) for one in ids], state__in=sorted(OPEN)
    )
    return {item.subject_id: item for item in rows}


def item_with_steps(county: str, pk: uuid.UUID) -> ReviewItem | None:
    """One submission whatever the scope; the caller asks whether it may be seen."""
    rows = ReviewItem.unscoped.select_related("place", "unit").prefetch_related("steps")
    return rows.filter(county=county, pk=pk).first()

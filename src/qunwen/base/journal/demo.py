"""The demonstration county's history: entries of two years at once, such as the actions would have written them.

In a demonstration the moment of recording is made up like everything else. Nowhere else: both doors of this module
are shut outside one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import models

from qunwen.base.scope.codes import county_of

from .actors import Actor
from .codes import Codes
from .models import JournalEntry
from .recording import _as_it_happened, action, nothing_changed, plain

BATCH = 2000
MOMENT = dt.timedelta(microseconds=1)


class NotADemonstration(RuntimeError):
    """History can be made up in a demonstration only."""


@dataclass(frozen=True, slots=True)
class About:
    """What an entry is about, and the place it belongs to."""

    subject: str
    key: str
    label: str
    place: str


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that was done: what, by whom, when, about what, and what changed."""

    code: Codes
    by: Actor
    at: dt.datetime
    about: About
    after: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)


def about(row: models.Model, place: str) -> About:
    """A record as the subject of an entry."""
    return About(row._meta.label_lower, str(row.pk), str(row)[:200], place)


@action
def write_history(*, past: Iterable[Past], identify: Callable[[dt.datetime], uuid.UUID]) -> int:
    """Write the entries in the order in which things happened, without reactions: their rows stand already.

    `identify` gives an entry its id by the moment. They are sealed like any other entries. Returns how many.
    Raises NotADemonstration outside one.
    """
    _demand_demonstration()
    rows = _rows(sorted(past, key=lambda one: one.at), identify)
    written = 0
    while batch := list(islice(rows, BATCH)):
        JournalEntry.unscoped.bulk_create(batch)
        written += len(batch)
    nothing_changed("what is written are the entries themselves")
    return written


def _rows(past: Iterable[Past], identify: Callable[[dt.datetime], uuid.UUID]) -> Iterator[JournalEntry]:
    last: dt.datetime | None = None
    for one in past:
        # What one click does in several entries keeps its order.
        recorded = one.at if last is None or one.at > last else last + MOMENT
        last = recorded
        yield JournalEntry(
            id=identify(recorded),
            county=county_of(one.about.place),
            code=str(one.code),
            actor_kind=one.by.kind,
            actor_id=one.by.id,
            actor_name=one.by.name,
            place=one.about.place,
            subject_type=one.about.subject,
            subject_id=one.about.key,
            subject_label=one.about.label,
            before=plain(one.before),
            after=plain(one.after),
            happened_at=one.at,
            recorded_at=recorded,
        )


@contextlib.contextmanager
def as_it_happened() -> Iterator[None]:
    """Actions called inside are recorded at the moment they are said to happen. Raises NotADemonstration."""
    _demand_demonstration()
    token = _as_it_happened.set(True)
    try:
        yield
    finally:
        _as_it_happened.reset(token)


def _demand_demonstration() -> None:
    if not settings.QUNWEN_DEMO:
        raise NotADemonstration

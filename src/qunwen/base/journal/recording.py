"""Actions: one transaction = one change of state + its journal entry."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils.module_loading import import_string

from qunwen.base.scope import codes as places
from qunwen.base.scope import fixed, writing

from . import actors
from .actors import Actor
from .codes import Codes
from .models import JournalEntry

F = TypeVar("F", bound=Callable[..., Any])

# Entries that belong to no county (roles, divisions, city-level grants) are chained under this one.
NO_COUNTY = "000000"


class NothingRecorded(RuntimeError):
    """An action ended without a journal entry: a programming error, the transaction is undone."""


@dataclass(slots=True)
class _Running:
    name: str
    entries: list[JournalEntry] = field(default_factory=list)
    excused: str = ""


_running: ContextVar[_Running | None] = ContextVar("qunwen_action", default=None)
# Opened by demo.py alone, and only in a demonstration: what is made up was recorded when it happened.
_as_it_happened: ContextVar[bool] = ContextVar("qunwen_as_it_happened", default=False)


def action(function: F) -> F:
    """Mark a function that changes data: it runs in a transaction and must record what it did.

    An action called by an action joins its transaction. Arguments are keyword-only by convention
    (`by`: who, `at`: when). Raises NothingRecorded when the outermost action wrote no entry and did
    not say with `nothing_changed` that there was nothing to write.
    """

    @functools.wraps(function)
    def run(**kwargs: Any) -> Any:
        outer = _running.get()
        if outer is not None:
            written = len(outer.entries)
            try:
                with transaction.atomic():
                    return function(**kwargs)
            except BaseException:
                # What it wrote is undone, so it does not count for the outer action either.
                del outer.entries[written:]
                raise
        mine = _Running(name=f"{function.__module__}.{function.__qualname__}")
        token = _running.set(mine)
        try:
            with transaction.atomic(), writing.allowed(mine.name):
                result = function(**kwargs)
                if not mine.entries and not mine.excused:
                    raise NothingRecorded(mine.name)
            return result
        finally:
            _running.reset(token)

    run.is_action = True  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]


def nothing_changed(reason: str) -> None:
    """Inside an action: it found nothing to do (a replay, say), so there is nothing to record."""
    running = _running.get()
    if running is not None:
        running.excused = reason


def record(
    *,
    code: Codes,
    by: Actor,
    at: dt.datetime,
    subject: models.Model,
    place: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    label: str = "",
) -> JournalEntry:
    """Write the entry of an action into its transaction.

    `at` is when it happened (a village may enter Sunday's event on Monday); when it was recorded is
    put by the row itself. `place` is the short code the matter belongs to. `before` and
    `after` hold only what changed, without personal data beyond what the record itself shows.
    Raises NothingRecorded outside an action, ValueError for a naive moment.
    """
    about = (subject._meta.label_lower, str(subject.pk), label or str(subject))
    return _write(code=code, by=by, at=at, about=about, place=place, states=(before or {}, after or {}))


def bulk(
    *,
    code: Codes,
    by: Actor,
    at: dt.datetime,
    model: type[models.Model],
    place: str,
    counts: Mapping[str, int],
    label: str = "",
) -> JournalEntry:
    """One entry for a load of many rows: `counts` says what and how many ("activities": 6000).

    The subject is the kind of rows at the place. Raises as `record` does.
    """
    about = (model._meta.label_lower, place or "*", label or str(model._meta.verbose_name))
    return _write(code=code, by=by, at=at, about=about, place=place, states=({}, dict(counts)))


class Said(NamedTuple):
    """One entry of many: as the arguments of `record`."""

    code: Codes
    by: Actor
    at: dt.datetime
    subject: models.Model
    place: str
    after: Mapping[str, Any]


def record_many(said: Sequence[Said]) -> list[JournalEntry]:
    """Write the entries of many small things that one action did, in their order, by one statement.

    The entries and the reactions are those that `record` would have made one after the other; the reactions run
    when all entries stand. Raises as `record` does.
    """
    running = _demand(*(one.at for one in said))
    entries = [
        _entry(
            code=one.code, by=one.by, at=one.at, place=one.place, states=({}, one.after),
            about=(one.subject._meta.label_lower, str(one.subject.pk), str(one.subject)),
        )
        for one in said
    ]  # fmt: skip
    JournalEntry.unscoped.bulk_create(entries)
    running.entries += entries
    for entry, one in zip(entries, said, strict=True):
        for react in _reactions(entry.code):
            react(entry=entry, by=one.by, at=one.at)
    return entries


def _write(
    *,
    code: Codes,
    by: Actor,
    at: dt.datetime,
    about: tuple[str, str, str],
    place: str,
    states: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> JournalEntry:
    running = _demand(at)
    entry = _entry(code=code, by=by, at=at, about=about, place=place, states=states)
    fixed.insert(entry)
    running.entries.append(entry)
    for react in _reactions(entry.code):
        react(entry=entry, by=by, at=at)
    return entry


def _demand(*moments: dt.datetime) -> _Running:
    running = _running.get()
    if running is None:
        raise NothingRecorded("record() outside an action")
    if any(at.tzinfo is None for at in moments):
        raise ValueError("时间必须带时区")
    return running


def _entry(
    *, code: Codes, by: Actor, at: dt.datetime, about: tuple[str, str, str], place: str,
    states: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> JournalEntry:  # fmt: skip
    subject_type, subject_id, label = about
    entry = JournalEntry(
        county=places.county_of(place) if len(place) >= 6 else NO_COUNTY,
        code=str(code),
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        for_id=by.for_id,
        for_name=by.for_name,
        place=place,
        subject_type=subject_type,
        subject_id=subject_id,
        subject_label=label[:200],
        before=plain(states[0]),
        after=plain(states[1]),
        happened_at=at,
        request_id=actors.request_id(),
    )
    if _as_it_happened.get():
        entry.recorded_at = at
    return entry


@functools.cache
def _reactions(code: str) -> tuple[Callable[..., Any], ...]:
    """What the house does when this is recorded: the table settings.QUNWEN_REACTIONS names.

    Reactions run in the same transaction; anything slow or outside goes through the outbox.
    """
    table: Mapping[str, tuple[str, ...]] = import_string(settings.QUNWEN_REACTIONS)
    return tuple(import_string(path) for path in table.get(code, ()))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them: moments in ISO form, ids and enums as text, rows as their id."""
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, models.Choices)):
        return value
    if isinstance(value, models.Choices):
        return value.value
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, uuid.UUID):
        return str(value)
    return str(value)


def changes(row: models.Model, new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of those fields whose value really differs."""
    before = {name: getattr(row, name) for name in new if getattr(row, name) != new[name]}
    return before, {name: new[name] for name in before}

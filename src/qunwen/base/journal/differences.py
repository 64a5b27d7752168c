"""An entry's before and after in words: the labels of fields and choices, not their names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from qunwen.base.scope.clock import local

from . import codes
from .models import JournalEntry


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: what it is called, what stood there, what stands there now ('' for nothing)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as a page tells it. `noted_later` when it was recorded over a minute after it happened."""

    entry: JournalEntry
    what: str
    kind: str
    differences: tuple[Difference, ...]
    noted_later: bool


def tell(entry: JournalEntry) -> Told:
    """The entry in words."""
    model = _model(entry.subject_type)
    names = [*entry.before, *(name for name in entry.after if name not in entry.before)]
    return Told(
        entry=entry,
        what=codes.known().get(entry.code, entry.code),
        kind=str(model._meta.verbose_name) if model else entry.subject_type,
        differences=tuple(_difference(model, name, entry) for name in names),
        noted_later=abs(entry.recorded_at - entry.happened_at) > dt.timedelta(minutes=1),
    )


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _difference(model: type[Model] | None, name: str, entry: JournalEntry) -> Difference:
    field = None
    if model is not None:
        field = next((f for f in model._meta.concrete_fields if name in (f.name, f.attname)), None)
    label = str(field.verbose_name) if field is not None else name
    return Difference(label, in_words(field, entry.before.get(name)), in_words(field, entry.after.get(name)))


def in_words(field: Field | None, value: Any) -> str:
    """A value as the journal keeps it, for people: choices and moments in words, '' for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, str) and "T" in value:
        try:
            moment = parse_datetime(value)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            return local(moment).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if isinstance(value, dict):
        return "；".join(f"{key}：{item}" for key, item in value.items())
    return str(value)

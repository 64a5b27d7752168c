"""An entry's before and after in words: the names of keys, coded values and rows, never their codes and ids."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from qunwen.base.scope.clock import local

from . import codes, words
from .models import JournalEntry
from .words import Word

Names = Mapping[tuple[str, str], str]
_CHINESE = re.compile("[\u4e00-\u9fff]")
_WHOLE_MINUTE = re.compile(r"(\d\d:\d\d):00(?:\.0+)?")


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
    """The entry in words. For a page of them `tell_all` asks less often."""
    return tell_all([entry])[0]


def tell_all(entries: Iterable[JournalEntry]) -> list[Told]:
    """The entries in words. Rows they speak of are named as far as the open scope shows them: one query a kind of row."""
    listed = list(entries)
    names = _names_of_rows(listed)
    known = codes.known()
    return [_told(entry, known, names) for entry in listed]


def _told(entry: JournalEntry, known: Mapping[str, str], names: Names) -> Told:
    model = words.model_of(entry.subject_type)
    found = (_difference(entry, key, names) for key in _keys(entry))
    return Told(
        entry=entry,
        what=known.get(entry.code) or _("其他操作"),
        kind=str(model._meta.verbose_name) if model else _("其他记录"),
        differences=tuple(one for one in found if one is not None),
        noted_later=abs(entry.recorded_at - entry.happened_at) > dt.timedelta(minutes=1),
    )


def _keys(entry: JournalEntry) -> list[str]:
    return [*entry.before, *(key for key in entry.after if key not in entry.before)]


def _word(entry: JournalEntry, key: str) -> Word:
    # A key nobody named may be a word already; anything else would be a name of the program's.
    spoken = key if _CHINESE.search(key) else _("其他内容")
    return words.find(entry.code, entry.subject_type, key) or Word(spoken)


def _difference(entry: JournalEntry, key: str, names: Names) -> Difference | None:
    word = _word(entry, key)
    before = in_words(word, entry.before.get(key), entry=entry, names=names)
    after = in_words(word, entry.after.get(key), entry=entry, names=names)
    if word.hidden or not (before or after):
        return None
    return Difference(str(word.label), before, after)


def in_words(word: Word, value: Any, *, entry: JournalEntry, names: Names) -> str:
    """A value as the journal keeps it, for people; '' for nothing."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(in_words(word, one, entry=entry, names=names) for one in value)
    if isinstance(value, dict):
        return "；".join(_pair(word, key, one, entry=entry, names=names) for key, one in value.items())
    if word.row and isinstance(value, str):
        return names.get((word.row, str(value))) or _("看不到的记录")
    known = word.known()
    return str(known[value]) if value in known else _plainly(value)


def _pair(word: Word, key: str, value: Any, *, entry: JournalEntry, names: Names) -> str:
    """One part of a mapping: its key is a coded value of the word, or a key of the entry's own kind."""
    label = word.known().get(key)
    inner = words.find(entry.code, entry.subject_type, key) if label is None else None
    told = in_words(inner or Word(""), value, entry=entry, names=names)
    name = label if inner is None else inner.label
    return f"{name}：{told}" if name else told


def _plainly(value: Any) -> str:
    text = str(value)
    if not isinstance(value, str):
        return text
    if time := _WHOLE_MINUTE.fullmatch(text):
        return time[1]
    if "T" in text:
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is not None and moment.tzinfo is not None:
            return local(moment).strftime("%Y-%m-%d %H:%M")
    return text


def _names_of_rows(entries: list[JournalEntry]) -> dict[tuple[str, str], str]:
    wanted: dict[str, set[str]] = {}
    counties: dict[str, set[str]] = {}
    for entry in entries:
        for key in _keys(entry):
            kind = _word(entry, key).row
            if not kind:
                continue
            for value in (entry.before.get(key), entry.after.get(key)):
                wanted.setdefault(kind, set()).update(str(one) for one in _flat(value) if isinstance(one, str))
                counties.setdefault(kind, set()).add(entry.county)
    found: dict[tuple[str, str], str] = {}
    for kind, ids in wanted.items():
        model = words.model_of(kind)
        if model is not None:
            found.update({(kind, pk): name for pk, name in _named(model, ids, counties[kind])})
    return found


def _flat(value: Any) -> list[Any]:
    if value in (None, "", []):
        return []
    return [one for part in value for one in _flat(part)] if isinstance(value, list) else [value]


def _named(model: type[Model], ids: set[str], counties: set[str]) -> list[tuple[str, str]]:
    kept = sorted(one for one in ids if _may_be_id(model, one))
    rows = model._default_manager.filter(pk__in=kept)
    if getattr(model, "county_bound", False):
        rows = rows.filter(county__in=sorted(counties))
    return [(str(row.pk), str(row)) for row in rows] if kept else []


def _may_be_id(model: type[Model], value: str) -> bool:
    if model._meta.pk.get_internal_type() != "UUIDField":
        return True
    try:
        return str(uuid.UUID(value)) == value
    except ValueError:
        return False

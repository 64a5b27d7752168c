"""What the keys of an entry's before and after are called, and how their values are read aloud.

A key is told by, in this order: the words of the area that recorded it (`journal_words.py` in the area, `WORDS`), the
field of the subject with that name, the words all areas share (`COMMON`), the words of the subject's own area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Choices = type[models.Choices] | Callable[[], Mapping[str, Text]]


@dataclass(frozen=True, slots=True)
class Word:
    """One key. `choices` name coded values (and the keys of a mapping), `row` says that values are ids of such rows.

    `hidden`: of use to programs only (an id, a digest), so no page shows it.
    """

    label: Text
    choices: Choices | None = None
    row: str = ""
    hidden: bool = False

    def known(self) -> Mapping[Any, Text]:
        """Coded value → its name; empty where values speak for themselves."""
        if self.choices is None:
            return {}
        if isinstance(self.choices, type):
            return dict(self.choices.choices)
        return self.choices()


def hidden(label: Text) -> Word:
    """A key that no page shows; the label is for those who read the export of the data itself."""
    return Word(label, hidden=True)


COMMON: dict[str, Word] = {
    "reason": Word(_("原因")),
    "note": Word(_("备注")),
    "number": Word(_("数量")),
    "rows": Word(_("行数")),
    "made": Word(_("新增")),
    "known": Word(_("已有，未重复导入")),
    "name": Word(_("名称")),
    "place": Word(_("地点"), row="places.place"),
    "starts_at": Word(_("开始时间")),
    "ends_at": Word(_("结束时间")),
    "until": Word(_("有效期至")),
    "on": Word(_("生效日期")),
}


@cache
def of_area(label: str) -> Mapping[str, Word]:
    """The words an area declares; empty for an area without any or an unknown one."""
    try:
        config = apps.get_app_config(label)
    except LookupError:
        return {}
    if not config.name.startswith("qunwen.") or find_spec(f"{config.name}.journal_words") is None:
        return {}
    found: Mapping[str, Word] = import_module(f"{config.name}.journal_words").WORDS
    return found


def model_of(subject_type: str) -> type[models.Model] | None:
    """The model of a subject, None when the program no longer has it."""
    try:
        return apps.get_model(subject_type)
    except (LookupError, ValueError):
        return None


def find(code: str, subject_type: str, key: str) -> Word | None:
    """The word for a key of an entry; None when nobody declared one."""
    model = model_of(subject_type)
    own = of_area(code.partition(".")[0]).get(key)
    if own is not None:
        return own
    if model is not None and (found := _of_field(model, key)) is not None:
        return found
    return COMMON.get(key) or of_area(subject_type.partition(".")[0]).get(key)


@cache
def _of_field(model: type[models.Model], key: str) -> Word | None:
    field = next((f for f in model._meta.concrete_fields if key in (f.name, f.attname)), None)
    if field is None:
        return None
    names = dict(field.flatchoices or ())
    related = field.related_model._meta.label_lower if isinstance(field.related_model, type) else ""
    return Word(field.verbose_name, (lambda: names) if names else None, related)

"""The records a file can prove, of every declared kind, within the open scope."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from qunwen.base.places.models import Place
from qunwen.base.scope import asking

from . import declare, queries
from .access import Permission

MOST = 30
NAMES = ("title", "name")


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that may be chosen: its key in addresses, what it is, where."""

    key: str
    label: str
    kind: str
    place: Place


def kinds() -> list[tuple[str, str]]:
    """(kind, its name) of everything that was declared."""
    return [(label, str(apps.get_model(label)._meta.verbose_name)) for label in declare.kinds()]


def find(kind: str, word: str) -> list[Choice]:
    """Records of a kind whose name holds the word, newest first, at whose place files may be added."""
    if kind not in declare.kinds():
        return []
    model: Any = apps.get_model(kind)
    rows = model.objects.select_related("place").order_by("-pk")
    if word:
        rows = rows.filter(**{f"{_name_field(model)}__contains": word})
    found = (row for row in rows[: MOST * 3] if asking.may(Permission.ADD, place=row.place_id, unit=row.unit_id))
    return [_choice(row) for _n, row in zip(range(MOST), found, strict=False)]


def get(key: str) -> models.Model | None:
    """The record of a key, if the open scope may see it."""
    kind, _colon, rest = key.partition(":")
    county, _colon, pk = rest.partition(":")
    if kind not in declare.kinds() or not (len(county) == 6 and county.isascii() and county.isdigit()):
        return None
    try:
        wanted = uuid.UUID(pk)
    except ValueError:
        return None
    model: Any = apps.get_model(kind)
    rows = model.objects.select_related("place").filter(pk=wanted)
    rows = rows.filter(county=county) if getattr(model, "county_bound", False) else rows
    found: models.Model | None = rows.first()
    return found if found is not None and queries.county_of(found) == county else None


def _choice(row: Any) -> Choice:
    kind, pk = queries.identity(row)
    return Choice(f"{kind}:{queries.county_of(row)}:{pk}", str(row), str(row._meta.verbose_name), row.place)


def _name_field(model: type[models.Model]) -> str:
    fields = {field.name for field in model._meta.concrete_fields}
    return next(name for name in NAMES if name in fields)

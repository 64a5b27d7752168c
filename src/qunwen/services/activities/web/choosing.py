"""What a form of the desk lets one choose: places, units, venues and series within one's own reach."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from qunwen.base.people.models import Unit
from qunwen.base.places import queries
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import LENGTHS, Level
from qunwen.services.activities.models import Series
from qunwen.services.venues.models import Venue

BLANK = [("", "—")]
Choices = list[tuple[str, Any]]


def places(permission: str) -> Choices:
    """Counties, towns and villages at which the open scope holds the permission, villages grouped by town."""
    return _grouped(queries.reached(permission))


def _grouped(rows: Iterable[Place]) -> Choices:
    found: Choices = []
    groups: dict[str, Choices] = {}
    for row in rows:
        if row.level < Level.TOWN:
            found.append((row.pk, row.name))
            continue
        town = row.pk[: LENGTHS[Level.TOWN]]
        if town not in groups:
            groups[town] = []
            found.append((row.name if row.level == Level.TOWN else town, groups[town]))
        groups[town].append((row.pk, row.name))
    return found


def units(permission: str) -> Choices:
    """Units in use for which the open scope holds the permission."""
    rows = asking.visible(Unit.objects.filter(active=True), permission)
    return [(str(pk), f"{place} · {name}") for pk, name, place in _named(rows)]


def venues() -> Choices:
    """Venues in use that one may see."""
    rows = Venue.objects.filter(retired_on=None)
    return [(str(pk), f"{place} · {name}") for pk, name, place in _named(rows)]


def _named(rows: Any) -> Iterable[tuple[uuid.UUID, str, str]]:
    return rows.order_by("place_id", "name", "pk").values_list("pk", "name", "place__name")


def series() -> Choices:
    """Series that go on."""
    rows = Series.objects.filter(active=True).order_by("name", "pk").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def with_blank(choices: Choices, word: str = "") -> Choices:
    """The same with nothing chosen first."""
    return [("", word or _("不选")), *choices]


def select(name: str, choices: Choices, chosen: str) -> str:
    """A filter's list with 全部 first; groups as they are."""
    return forms.Select(choices=with_blank(choices, _("全部"))).render(name, chosen)


def only(choices: Choices) -> str:
    """The key where there is but one thing to choose, else ''."""
    keys = [key for code, name in choices for key in ([k for k, _n in name] if isinstance(name, list) else [code])]
    return keys[0] if len(keys) == 1 else ""

"""What is reviewed, and in which steps: every area declares its kinds when the app is ready.

kinds.declare("activities.plan", _("活动计划"), subject_model="activities.activity",
              steps=[Step(Permission.REVIEW_TOWN, _("镇里审核"), Level.TOWN),
                     Step(Permission.REVIEW_COUNTY, _("县里审核"), Level.COUNTY)],
              url_name="desk_activities:open")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from qunwen.base.scope.codes import LENGTHS
from qunwen.base.scope.codes import Level as PlaceLevel

from .enums import Level

Text = str | Promise
MOST_STEPS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One review: who may decide it (a permission held over the place at that level) and its name."""

    permission: str
    label: Text
    level: Level = Level.OWN

    def at(self, place: str) -> str:
        """The place the right must cover, for a record at `place`."""
        lengths = {Level.TOWN: LENGTHS[PlaceLevel.TOWN], Level.COUNTY: LENGTHS[PlaceLevel.COUNTY]}
        return place[: lengths[self.level]] if self.level in lengths else place


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of submission. `url_name` takes (county, id) of the reviewed record and may be empty."""

    code: str
    label: Text
    subject_model: str
    steps: tuple[Step, ...]
    url_name: str = ""
    days: int = 3


_kinds: dict[str, Kind] = {}


def declare(
    code: str,
    label: Text,
    *,
    steps: Sequence[Step],
    subject_model: str,
    url_name: str = "",
    days: int = 3,
) -> Kind:
    """Declare a kind of review with one to three steps. `days`: after how many days a step is overdue.

    Raises ValueError for no step or more than three, or when the code stands for another model.
    """
    if not 1 <= len(steps) <= MOST_STEPS:
        raise ValueError(f"{code}: one to {MOST_STEPS} steps")
    before = _kinds.get(code)
    if before is not None and before.subject_model != subject_model.lower():
        raise ValueError(f"{code} is declared for {before.subject_model}")
    kind = Kind(code, label, subject_model.lower(), tuple(steps), url_name, days)
    _kinds[code] = kind
    return kind


def get(code: str) -> Kind:
    """A declared kind. Raises KeyError for an unknown one."""
    return _kinds[code]


def all_kinds() -> tuple[Kind, ...]:
    """Every declared kind, in the order of declaration."""
    return tuple(_kinds.values())


def permissions() -> frozenset[str]:
    """Every permission that decides some step."""
    return frozenset(str(step.permission) for kind in _kinds.values() for step in kind.steps)

"""What a dashboard can show: indicators by theme, and counts of the house that have no indicator of their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from qunwen.base.measures import declare
from qunwen.base.measures.enums import Kind
from qunwen.base.scope.codes import Level

ACTIVITIES = "activities"
HELD = "activities.held"


@dataclass(frozen=True)
class Subject:
    """One thing that is counted. `places`: decimals shown. `additive`: the places below add up to the place above."""

    code: str
    title: str
    unit: str
    theme: str
    places: int = 0
    additive: bool = True
    measure: bool = True
    by_kind: bool = False
    by_day: bool = False
    reported_by: int = Level.VILLAGE
    less_is_better: bool = False
    meaning: str = ""

    @property
    def per_cent(self) -> bool:
        """Whether its unit is per cent, so that changes are in points."""
        return self.unit == "%"


def of_measure(code: str) -> Subject:
    """A count as declared by its area. Raises KeyError."""
    found = declare.get(code)
    return Subject(
        code=code,
        title=str(found.title),
        unit=str(found.unit),
        theme=code.partition(".")[0],
        by_kind="kind" in {dim.code for dim in found.dims},
        by_day=found.kind == Kind.FLOW,
        reported_by=int(found.reported_by),
        meaning=str(found.meaning),
    )


# The order in which the counts of activities stand on a page; others follow by code.
_FIRST = ("activities.planned", HELD, "activities.attendance", "activities.media_reports")


def subjects() -> dict[str, Subject]:
    """Everything that can be shown, in order, by code."""
    codes = [m.code for m in declare.all() if m.code.startswith(f"{ACTIVITIES}.")]
    codes.sort(key=lambda code: (_FIRST.index(code) if code in _FIRST else len(_FIRST), code))
    return {code: of_measure(code) for code in codes}


def themes(found: dict[str, Subject]) -> list[tuple[str, str]]:
    """(code, name) of the themes that have something to show, activities first."""
    names = {ACTIVITIES: _("活动")}
    used = dict.fromkeys(subject.theme for subject in found.values())
    return [(code, names.get(code, code)) for code in used]

"""What a definition would give: in words, and on the county's own data, beside what it gives now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qunwen.base.measures.choosing import default_period
from qunwen.base.measures.enums import State
from qunwen.base.measures.periods import Period
from qunwen.base.measures.snapshot import NeverFreshError
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.governance.indicators import basis as bases
from qunwen.governance.indicators import drafting, evaluating
from qunwen.governance.indicators.drafting import Draft
from qunwen.governance.indicators.language.definitions import Indicator
from qunwen.governance.indicators.language.parsing import Names
from qunwen.governance.indicators.language.wording import in_words, level_in_words, unit_in_words


@dataclass(frozen=True)
class Preview:
    """What stands beside the form. `marked`: the formula before, at and after its mistake."""

    words: str = ""
    unit: str = ""
    levels: str = ""
    wrong: tuple[tuple[str, str], ...] = ()
    marked: tuple[str, str, str] | None = None
    period: Period | None = None
    before: str = ""
    after: str = ""
    coverage: str = ""
    problem: str = ""


def preview(draft: Draft, *, place: Place, version: int, now: Indicator | None, today: dt.date) -> Preview:
    """The draft looked at from all sides; nothing is kept."""
    found = drafting.checked(draft, county=place.pk, version=version)
    if found.indicator is None:
        wrong = tuple(found.wrong.items())
        return Preview(wrong=wrong, marked=_marked(draft.formula, found.column) if found.column else None)
    made, names = found.indicator, found.names
    names = Names(names.elements, {**names.indicators, made.code: made})
    period = default_period(today)
    before, after, coverage, problem = _values(made, now, names, place, period)
    return Preview(
        words=in_words(made.expr, names), unit=unit_in_words(made.unit),
        levels=_("、").join(level_in_words(level) for level in made.levels), period=period, before=before, after=after,
        coverage=coverage, problem=problem,
    )  # fmt: skip


def _marked(formula: str, column: int) -> tuple[str, str, str]:
    at = min(column - 1, len(formula))
    return formula[:at], formula[at : at + 1] or "▸", formula[at + 1 :]


def _values(
    made: Indicator, now: Indicator | None, names: Names, place: Place, period: Period
) -> tuple[str, str, str, str]:
    """(shown by the definition in force, shown by the draft, how complete, why there is no number)."""
    if not asking.may("measures.view", place=place.pk):
        return "", "", "", _("您没有查看这里数字的权限，只能看到文字。")
    both = [made.expr, *([now.expr] if now else [])]
    try:
        basis = bases.Basis.load(both, places=[place.pk], period=period, catalogue=names)
        new = evaluating.evaluate(made, place=place.pk, basis=basis)
        old = evaluating.evaluate(now, place=place.pk, basis=basis) if now else None
    except NeverFreshError as problem:
        return "", "", "", str(problem)
    coverage = _("已报 %(n)d，应报 %(m)d") % {"n": new.reported, "m": new.expected}
    return (_told(old) if old else ""), _told(new), coverage, ""


def _told(figure: evaluating.Figure) -> str:
    return figure.shown if figure.value is not None else str(State(figure.state).label)

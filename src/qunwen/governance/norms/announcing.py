"""What norms tell the indicators: their definitions (`qunwen indicators check`) and their verdicts on figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qunwen.base.measures.periods import Period
from qunwen.governance.indicators.catalogue import Described
from qunwen.governance.indicators.evaluating import Figure
from qunwen.governance.indicators.queries import Judged

from . import defining, judging, queries, words
from .defining import Grade, Norm, shipped
from .judging import county_in


def norms() -> list[Described]:
    """Every shipped norm. Raises DefinitionError."""
    return [_described("norm", each) for each in shipped().norms]


def grades() -> list[Described]:
    """Every shipped grade. Raises DefinitionError."""
    return [_described("grade", each) for each in shipped().grades]


def read(path: Path) -> list[Described]:
    """The norms and grades of one file that is not shipped, checked as the shipped ones are. Raises DefinitionError."""
    found = defining.read([(path.read_text(encoding="utf-8"), path.name)])
    norms_here = [_described("norm", each) for each in found.norms]
    return norms_here + [_described("grade", each) for each in found.grades]


def _described(kind: str, rule: Norm | Grade) -> Described:
    return Described(kind, rule.code, rule.title, rule.file, rule.line, rule.sha256, rule.source, enabled=rule.enabled)


def verdicts(*, place: str, period: Period, figures: Mapping[str, Figure]) -> dict[str, list[Judged]]:
    """By indicator, what the norms that count say of these figures. Only indicators with a norm are named."""
    known = queries.norms(county=county_in([place]), on=period.last_day)
    found: dict[str, list[Judged]] = {}
    for judgement in judging.judge(place, period, norms=[n for n in known if n.indicator in figures]):
        norm = judgement.norm
        if judgement.counts and judgement.applies:
            said = Judged(
                norm.code, norm.title, judgement.verdict, words.floor_text(judgement), norm.unit, judgement.sha256
            )
            found.setdefault(norm.indicator, []).append(said)
    return found

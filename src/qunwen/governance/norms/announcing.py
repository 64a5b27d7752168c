"""Norms and grades as `qunwen indicators check` lists them."""

from __future__ import annotations

from qunwen.governance.indicators.catalogue import Described

from .defining import Grade, Norm, shipped


def norms() -> list[Described]:
    """Every shipped norm. Raises DefinitionError."""
    return [_described("norm", each) for each in shipped().norms]


def grades() -> list[Described]:
    """Every shipped grade. Raises DefinitionError."""
    return [_described("grade", each) for each in shipped().grades]


def _described(kind: str, rule: Norm | Grade) -> Described:
    return Described(kind, rule.code, rule.title, rule.file, rule.line, rule.sha256, rule.source, enabled=rule.enabled)

"""The sheets that are in use: those the house ships."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language.ir import Ref, Use, walk

from . import definitions
from .sheets import Item, Reset, Sheet, Veto


@functools.cache
def shipped() -> Mapping[str, Sheet]:
    """Every shipped sheet by code. Raises DefinitionError."""
    return definitions.read_folder(definitions.FOLDER, names=catalogue.names())


def in_use(on: dt.date) -> dict[str, Sheet]:
    """The sheets that score on a day."""
    return {code: sheet for code, sheet in shipped().items() if sheet.enabled and sheet.in_force(on)}


def described() -> list[catalogue.Described]:
    """Every sheet and everything in it that gives or takes points, for `qunwen indicators check`."""
    return [each for sheet in shipped().values() for each in _described(sheet)]


def read(path: Path) -> list[catalogue.Described]:
    """The sheets of one file, checked. Raises DefinitionError."""
    sheets = definitions.load(path, name=path.name, names=catalogue.names())
    return [each for sheet in sheets for each in _described(sheet)]


def _described(sheet: Sheet) -> Iterator[catalogue.Described]:
    about = {"file": sheet.file, "sha256": sheet.sha256, "enabled": sheet.enabled}
    yield catalogue.Described(
        kind="score_sheet", code=sheet.code, title=sheet.title, line=sheet.line, source=sheet.source, **about
    )
    for each in sheet.by_code.values():
        code = f"{sheet.code}.{each.code}"
        yield catalogue.Described(
            kind="score", code=code, title=each.title, line=each.line, source=each.source, uses=uses_of(each), **about
        )


def uses_of(each: Item | Veto | Reset) -> tuple[str, ...]:
    """The elements and indicators a condition names."""
    expr = getattr(each, "expr", None)
    return () if expr is None else tuple(sorted({n.code for n in walk(expr) if isinstance(n, Ref | Use)}))

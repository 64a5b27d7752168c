"""The sheets that are in use: those the house ships."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping

from qunwen.governance.indicators.language.parsing import Names

from . import definitions
from .sheets import Sheet


def names() -> Names:
    """What conditions of a sheet may name."""
    return Names()


@functools.cache
def shipped() -> Mapping[str, Sheet]:
    """Every shipped sheet by code. Raises DefinitionError."""
    return definitions.read_folder(definitions.FOLDER, names=names())


def in_use(on: dt.date) -> dict[str, Sheet]:
    """The sheets that score on a day."""
    return {code: sheet for code, sheet in shipped().items() if sheet.enabled and sheet.in_force(on)}

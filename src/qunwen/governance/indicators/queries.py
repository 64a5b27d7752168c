"""Which definitions a county has: the shipped ones and its own versions. Figures: `figures`, `figures_of`, `figures_over`."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from . import catalogue
from .figuring import Judged, figures, figures_of, figures_over, judges
from .language import checking
from .language.definitions import Indicator, names_of, read_indicator
from .language.parsing import Names
from .language.reading import tables
from .models import DefinitionVersion

INDICATOR = "indicator"

__all__ = [
    "INDICATOR", "Judged", "figures", "figures_of", "figures_over", "in_force", "judges", "next_version", "own", "read",
    "versions",
]  # fmt: skip


def versions(county: str, code: str = "") -> QuerySet[DefinitionVersion]:
    """A county's own versions, the newest of each code first."""
    rows = DefinitionVersion.objects.filter(county=county, kind=INDICATOR)
    return (rows.filter(code=code) if code else rows).order_by("code", "-version", "pk")


def in_force(rows: Sequence[DefinitionVersion], on: dt.date | None) -> DefinitionVersion | None:
    """Which version of one code judges a day (None: the newest); None where the shipped one does. Rows newest first."""
    for row in rows:
        if on is None or row.valid_from <= on:
            return row if on is None or row.valid_to is None or on <= row.valid_to else None
    return None


def own(county: str, on: dt.date | None) -> dict[str, Indicator]:
    """The county's own definitions in force that day, by code; read whatever the reader's scope is."""
    rows = DefinitionVersion.unscoped.filter(county=county, kind=INDICATOR).order_by("code", "-version", "pk")
    by_code: dict[str, list[DefinitionVersion]] = {}
    for row in rows:
        by_code.setdefault(row.code, []).append(row)
    chosen = [found for code in by_code if (found := in_force(by_code[code], on)) is not None]
    return dict(_read(tuple(row.text for row in chosen))) if chosen else {}


@functools.lru_cache(maxsize=64)
def _read(texts: tuple[str, ...]) -> Mapping[str, Indicator]:
    found = [table for text in texts for table in tables(text, name="", kinds=(INDICATOR,))]
    shipped = {i.code: i for i in catalogue.shipped().versions}
    names = names_of(catalogue.elements(), found)
    names = Names(names.elements, {**shipped, **names.indicators})
    made = {t.code: read_indicator(t, names=names) for t in found}
    whole = Names(names.elements, {**shipped, **made})
    return {code: checking.with_levels(i, whole) for code, i in made.items()}


def next_version(county: str, code: str) -> int:
    """The number of the version that would be saved now."""
    last = versions(county, code).values_list("version", flat=True).first()
    shipped = max((i.version for i in catalogue.shipped().versions if i.code == code), default=0)
    return max(last or 0, shipped) + 1


def read(row: DefinitionVersion) -> Indicator:
    """The definition of one version."""
    return _read((row.text,))[row.code]

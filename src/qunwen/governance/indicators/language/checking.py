"""What is wrong with definitions that parse: units, stocks summed over time, ratios added up, circles, overlaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .definitions import Element, Indicator
from .reading import Table


def check(elements: Mapping[str, Element], indicators: Sequence[tuple[Table, Indicator]]) -> None:
    """Raise DefinitionError at the first mistake."""

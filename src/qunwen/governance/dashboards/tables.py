"""Tables whose shown parts add up to what is shown as their total (舍位平衡)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from qunwen.base.measures.enums import Grade
from qunwen.base.papers.rounding import round_balanced

from .readings import Reading, say

TENTH = Fraction(1, 10)


def shares(values: Sequence[Fraction]) -> list[str]:
    """The share of each in their sum, in per cent with one decimal; together exactly 100.0. Empty when the sum is 0."""
    total = sum(values, Fraction(0))
    if total <= 0 or any(value < 0 for value in values):
        return ["" for _value in values]
    balanced = round_balanced([value / total * 100 for value in values], step=TENTH)
    return [say(part.shown, 1) for part in balanced.parts]


def share_rows(rows: Sequence[tuple[str, Reading]]) -> list[tuple[str, Reading, str]]:
    """Lines of a table with their share in the whole."""
    found = shares([reading.value or Fraction(0) for _label, reading in rows])
    return [(label, reading, share) for (label, reading), share in zip(rows, found, strict=True)]


def grade_rows(reading: Reading) -> list[tuple[str, str, int, str, str]]:
    """(grade, its name, records, share, address) behind a figure; nothing where there is no record."""
    numbers = [reading.grades.get(grade, 0) for grade in Grade]
    if not any(numbers):
        return []
    found = shares([Fraction(n) for n in numbers])
    return [
        (
            str(grade),
            str(grade.label),
            n,
            share,
            f"{reading.url}&grade={grade}" if reading.subject.measure else reading.url,
        )
        for grade, n, share in zip(Grade, numbers, found, strict=True)
    ]

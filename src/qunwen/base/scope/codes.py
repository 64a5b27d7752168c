"""The place code is the path: 2 province, 4 city, 6 county, 9 town, 12 village, 15 grid digits.

The statistical office writes every division with twelve digits, and some stand at two levels with
the same twelve (441900000000 is a city and its only county). The short form drops the padding,
so that it names exactly one division: 4419 the city, 441900 the county.
"""

from __future__ import annotations

import enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """Administrative levels; the number is the level of the statistical office (grid is ours)."""

    PROVINCE = 1, _("省级")
    CITY = 2, _("市级")
    COUNTY = 3, _("县级")
    TOWN = 4, _("乡级")
    VILLAGE = 5, _("村级")
    GRID = 6, _("网格")


LENGTHS = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.COUNTY: 6,
    Level.TOWN: 9,
    Level.VILLAGE: 12,
    Level.GRID: 15,
}
LEVEL_OF_LENGTH = {length: level for level, length in LENGTHS.items()}


class Everywhere(enum.Enum):
    """The prefix above every province."""

    CODE = ""


def is_code(text: str) -> bool:
    """Whether a text has the form of a short code."""
    return text.isascii() and text.isdigit() and len(text) in LEVEL_OF_LENGTH


def level_of(code: str) -> Level:
    """The level a short code stands at. Raises ValueError for anything that is not a short code."""
    if not is_code(code):
        raise ValueError(f"不是区划代码:{code!r}")
    return LEVEL_OF_LENGTH[len(code)]


def parent_of(code: str) -> str | None:
    """The short code one level up, None above a province."""
    level = level_of(code)
    return None if level is Level.PROVINCE else code[: LENGTHS[Level(level - 1)]]


def county_of(code: str) -> str:
    """The six digits of the county a code lies in. Raises ValueError for a city or province."""
    if len(code) < LENGTHS[Level.COUNTY]:
        raise ValueError(f"{code} 在县级以上,不属于任何一个县")
    return code[: LENGTHS[Level.COUNTY]]


def upper_bound(prefix: str) -> str:
    """The first code after everything below `prefix`: rows lie in [prefix, upper_bound).

    Digits only, so the comparison is the same under every database collation.
    Raises ValueError for an empty prefix (it has no bound).
    """
    if not prefix:
        raise ValueError("全国没有上界")
    return str(int(prefix) + 1).zfill(len(prefix))


def covers(prefix: str, code: str | None) -> bool:
    """Whether the place `code` is `prefix` or lies below it."""
    return code is not None and code.startswith(prefix)

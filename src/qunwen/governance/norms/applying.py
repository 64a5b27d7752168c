"""To which places a norm applies: level, area by code prefix, belt of the country, sort of division."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from qunwen.base.scope.codes import LENGTHS, Level, level_of

from .enums import PlaceKind, Region

FILE = Path(__file__).parent / "definitions" / "regions.toml"
LEVELS = {"province": Level.PROVINCE, "city": Level.CITY, "county": Level.COUNTY, "town": Level.TOWN, "village": Level.VILLAGE}  # fmt: skip

# First number and sort, for the three digits of a town, the three of a village and the two of a county
# (统计用区划代码编制规则).
_TOWNS = ((1, PlaceKind.STREET), (100, PlaceKind.TOWN), (200, PlaceKind.TOWNSHIP), (400, PlaceKind.OTHER_TOWN))
_VILLAGES = ((1, PlaceKind.COMMUNITY), (200, PlaceKind.VILLAGE), (400, PlaceKind.OTHER_VILLAGE))
_COUNTIES = ((1, PlaceKind.DISTRICT), (21, PlaceKind.COUNTY))
_RANGES = {Level.TOWN: _TOWNS, Level.VILLAGE: _VILLAGES, Level.COUNTY: _COUNTIES}


@functools.cache
def regions() -> dict[str, Region]:
    """Province code → belt. Raises ValueError when the file names a province twice."""
    found: dict[str, Region] = {}
    for name, provinces in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        for province in provinces:
            if province in found:
                raise ValueError(f"{FILE.name}：{province} 出现两次")
            found[province] = Region(name)
    return found


def region_of(place: str) -> Region | None:
    """The belt a place lies in; None where the file does not say (Hong Kong, Macao, Taiwan)."""
    return regions().get(place[:2])


def kind_of(place: str) -> PlaceKind | None:
    """What sort of division a code names; None above a county and for grids."""
    level = level_of(place)
    if level not in _RANGES:
        return None
    digits = int(place[LENGTHS[Level(level - 1)] :])
    fitting = [kind for first, kind in _RANGES[level] if digits >= first]
    return fitting[-1] if fitting else None


def applies(place: str, *, level: str, area: tuple[str, ...], region: tuple[str, ...], kinds: tuple[str, ...]) -> bool:
    """Whether a rule for this level, these prefixes, belts and sorts (empty: all) is one for the place."""
    if level_of(place) != LEVELS[level]:
        return False
    if area and not place.startswith(area):
        return False
    if region and region_of(place) not in region:
        return False
    return not kinds or kind_of(place) in kinds

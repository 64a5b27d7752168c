"""The divisions of the whole country as they ship with the package (statistical office, 2023).

Read from `data/divisions.zip`: one small text per city, so that a county costs milliseconds and no
more memory than its own rows. Nothing here touches the database.
"""

from __future__ import annotations

import functools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from qunwen.base.scope.codes import LENGTHS, Level, level_of

# What people leave out when they say a province's or a city's name before a county's.
ENDINGS = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "地区", "省", "市", "盟")


@dataclass(frozen=True, slots=True, order=True)
class Division:
    """One division of the country: short code and name."""

    code: str
    name: str

    @property
    def level(self) -> Level:
        """Province … village, by the length of the code."""
        return level_of(self.code)


def _archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(str(resources.files(__package__) / "data" / "divisions.zip"))


@functools.cache
def upper() -> dict[str, str]:
    """Code → name of all provinces, cities and counties, in order of the code."""
    with _archive() as archive:
        lines = archive.read("upper.csv").decode().splitlines()
    return dict(line.split(",", 1) for line in lines)  # type: ignore[misc]


def _lower(city: str) -> Iterator[Division]:
    with _archive() as archive:
        name = f"{city}.csv"
        text = archive.read(name).decode() if name in archive.namelist() else ""
    town = ""
    for line in text.splitlines():
        digits, name = line.split(",", 1)
        if len(digits) == LENGTHS[Level.TOWN] - LENGTHS[Level.CITY]:
            town = city + digits
            yield Division(town, name)
        else:
            yield Division(town + digits, name)


def below(root: str) -> Iterator[Division]:
    """`root` and everything under it, parents before children. Nothing when there is no such division."""
    names = upper()
    cities = [code for code in names if len(code) == 4 and (code.startswith(root) or root.startswith(code))]
    if len(root) == 2 and root in names:
        yield Division(root, names[root])
    for city in cities:
        yield from (Division(c, n) for c, n in names.items() if c.startswith(city) and c.startswith(root))
        yield from (row for row in _lower(city) if row.code.startswith(root))


def ancestors(code: str) -> list[Division]:
    """The province, city and county above a division, from the top."""
    names = upper()
    parts = [code[: LENGTHS[level]] for level in (Level.PROVINCE, Level.CITY, Level.COUNTY)]
    return [Division(part, names[part]) for part in parts if part != code and len(part) < len(code) and part in names]


def full_name(code: str) -> str:
    """「四川省 成都市 龙泉驿区」, for a province, a city or a county."""
    return " ".join(row.name for row in [*ancestors(code), Division(code, upper()[code])])


def short_code(digits: str, level: Level) -> str | None:
    """The short code at `level` that these digits mean: short already, six or twelve digits; None if none fits."""
    size = LENGTHS[level]
    if len(digits) not in (size, 6, 12) or len(digits) < size or digits[size:].strip("0"):
        return None
    return digits[:size]


def find(text: str, level: Level) -> list[Division]:
    """The provinces, cities or counties that `text` may mean, best reading only, by code.

    A code of 2, 4, 6 or 12 digits; an exact name; else the beginning of a name. The names of the
    province and the city may stand in front (「北京朝阳」, 「四川省成都市龙泉驿区」).
    """
    wanted = "".join(text.split()).replace("/", "")
    if not wanted:
        return []
    names = upper()
    if wanted.isascii() and wanted.isdigit():
        code = short_code(wanted, level)
        return [Division(code, names[code])] if code in names else []  # type: ignore[index]
    rows = [Division(code, name) for code, name in names.items() if len(code) == LENGTHS[level]]
    for matches in (str.__eq__, str.startswith):
        found = [row for row in rows if matches(row.name, wanted)]
        found = found or [row for row in rows if any(matches(row.name, rest) for rest in _rests(row, wanted))]
        if found:
            return found
    return []


def _rests(row: Division, wanted: str) -> list[str]:
    """What remains of the wanted text when the names of the row's ancestors are taken from its front."""
    rests = [wanted]
    for above in ancestors(row.code):
        for rest in list(rests):
            rests += [rest[len(name) :] for name in _spoken(above.name) if rest.startswith(name)]
    return [rest for rest in rests[1:] if rest]


def _spoken(name: str) -> list[str]:
    shorter = [name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending) and len(name) > len(ending) + 1]
    return [name, *shorter[:1]]


def elsewhere(text: str, limit: int = 5) -> list[Division]:
    """Divisions of any level that bear this name or code: for telling what was perhaps meant. Reads everything."""
    wanted = "".join(text.split())
    found: list[Division] = []
    for province in [code for code in upper() if len(code) == 2]:
        for row in below(province):
            hit = row.code.ljust(12, "0") == wanted.ljust(12, "0") if wanted.isdigit() else row.name == wanted
            if hit:
                found.append(row)
                if len(found) == limit:
                    return found
    return found

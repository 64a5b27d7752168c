"""A map of divisions coloured by class: real outlines where they are known, otherwise one tile for each division.

Colours go from light to dark in one hue, so that they are told apart without seeing hues; the legend says each class
in words, a missing value is hatched, and in print every class has a pattern of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from typing import Final

from .charts import Text, text_width
from .tokens import HEAT_COLOURS

CLASSES: Final = 5
# Which shades are used for so many classes: as far apart as there is room.
_SPREAD: Final = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
_DARK: Final = 4
_GAP: Final = 4


@dataclass(frozen=True)
class Shape:
    """The outline of a division: an SVG path in the units of the map's box, and the rectangle around it."""

    path: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Division:
    """One division: its figure, None when missing; `words` is the figure as it is shown, `url` opens it."""

    code: str
    name: str
    value: Fraction | int | None
    words: str = ""
    url: str = ""
    shape: Shape | None = None


@dataclass(frozen=True)
class Shade:
    """A class of figures. `pattern` is the distance of its lines in print, 0 for none."""

    index: int
    words: str
    colour: str
    dark: bool
    pattern: int


@dataclass(frozen=True)
class Drawn:
    """A division as it is drawn; `lines` are its name, cut to fit, and `shade` is None when it is missing."""

    division: Division
    shade: Shade | None
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    type_size: float = 13
    scale: float = 1

    @property
    def middle(self) -> float:
        """Where its words are centred."""
        return self.x + self.width / 2

    @property
    def placed(self) -> list[tuple[float, str]]:
        """Base line and words: the lines of the name, below them the figure."""
        step = self.type_size * 1.25
        texts = [*self.lines, self.division.words or "—"]
        first = self.y + self.height / 2 - step * len(texts) / 2 + self.type_size
        return [(first + step * n, text) for n, text in enumerate(texts)]


@dataclass(frozen=True)
class MapLayout:
    """Everything to be drawn in one size; `type_size` in the units of the drawing."""

    name: str
    width: float
    height: float
    drawn: tuple[Drawn, ...]
    type_size: float = 13


@dataclass(frozen=True)
class DivisionMap:
    """Divisions in the order of their codes. `box` is the size of the drawing that the outlines are made for."""

    title: Text
    divisions: tuple[Division, ...]
    unit: Text = ""
    note: Text = ""
    summary: Text = ""
    box: tuple[float, float] | None = None
    words_of_zero: Text = field(default="0")

    @cached_property
    def key(self) -> str:
        """A short name which is unique on the page."""
        return sha256(f"{self.title}|{'|'.join(d.code for d in self.divisions)}".encode()).hexdigest()[:10]

    @property
    def ordered(self) -> list[Division]:
        """By code, so that a division keeps its tile from one period to the next."""
        return sorted(self.divisions, key=lambda d: d.code)

    @property
    def has_missing(self) -> bool:
        """Whether any figure is missing."""
        return any(d.value is None for d in self.divisions)

    @cached_property
    def _classes(self) -> list[list[Division]]:
        """Divisions of each class from the lowest: about as many in each, equal figures never apart."""
        rows = sorted((d for d in self.divisions if d.value), key=lambda d: (d.value, d.code))
        groups: list[list[Division]] = []
        for row in rows:
            if groups and groups[-1][-1].value == row.value:
                groups[-1].append(row)
            else:
                groups.append([row])
        while len(groups) > CLASSES:
            # Join the two neighbours that are smallest together.
            at = min(range(len(groups) - 1), key=lambda n: (len(groups[n]) + len(groups[n + 1]), n))
            groups[at : at + 2] = [groups[at] + groups[at + 1]]
        return groups

    @cached_property
    def shades(self) -> list[Shade]:
        """The classes that occur, from the lowest; zero is a class of its own."""
        found = []
        if any(d.value == 0 for d in self.divisions):
            found.append(Shade(0, str(self.words_of_zero), HEAT_COLOURS[0], dark=False, pattern=0))
        groups = self._classes
        for group, index in zip(groups, _SPREAD.get(len(groups), ()), strict=True):
            low, high = group[0].words, group[-1].words
            words = low if low == high else f"{low}–{high}"
            found.append(Shade(index, words, HEAT_COLOURS[index], dark=index >= _DARK, pattern=14 - 2 * index))
        return found

    @cached_property
    def _shade_of(self) -> dict[str, Shade]:
        zero = [s for s in self.shades if not s.index]
        found = {d.code: zero[0] for d in self.divisions if d.value == 0}
        for group, shade in zip(self._classes, self.shades[len(zero) :], strict=True):
            found |= {d.code: shade for d in group}
        return found

    @property
    def rows(self) -> list[tuple[Division, Shade | None]]:
        """For the table: each division with its class."""
        return [(d, self._shade_of.get(d.code)) for d in self.ordered]

    @property
    def layouts(self) -> tuple[MapLayout, ...]:
        """The drawing for a wide page and for a phone."""
        if self.box is not None:
            return (self._outlines("wide", 720), self._outlines("phone", 358))
        return (self._page_tiles("wide", 720, 6), self._page_tiles("phone", 358, 3))

    def fitted(self, width: float, height: float, type_size: float) -> MapLayout:
        """The drawing that fills a box: as many columns of tiles as keep the tiles well shaped."""
        if self.box is not None:
            return self._outlines("fitted", width, height, type_size)
        number = max(len(self.divisions), 1)

        def ugliness(columns: int) -> float:
            tall = height / -(-number // columns)
            return abs(width / columns / tall - 1.6)

        columns = min(range(1, number + 1), key=ugliness)
        columns = -(-number // -(-number // columns))
        wide, tall = width / columns, height / -(-number // columns)
        return self._tiles("fitted", columns, (wide, tall), min(type_size, wide / 4.4, tall / 3.4))

    def _page_tiles(self, name: str, width: float, most: int) -> MapLayout:
        number = max(len(self.divisions), 1)
        columns = -(-number // -(-number // most))
        return self._tiles(name, columns, (width / columns if number > 2 else width / most, 64), 13)

    def _tiles(self, name: str, columns: int, size: tuple[float, float], type_size: float) -> MapLayout:
        wide, tall = size
        rows = -(-max(len(self.divisions), 1) // columns)
        drawn = []
        for n, division in enumerate(self.ordered):
            x, y = (n % columns) * wide, (n // columns) * tall
            room = (wide - _GAP - 8) * 13 / type_size
            lines = wrapped(division.name, room, 2 if tall >= type_size * 4.4 else 1)
            shade = self._shade_of.get(division.code)
            drawn.append(Drawn(division, shade, x, y, wide - _GAP, tall - _GAP, lines, type_size))
        return MapLayout(name, columns * wide, rows * tall, tuple(drawn), type_size)

    def _outlines(self, name: str, width: float, height: float | None = None, type_size: float = 13) -> MapLayout:
        across, down = self.box or (1, 1)
        scale = width / across
        if height is not None:
            scale = min(scale, height / down)
        drawn = []
        for division in self.ordered:
            shape = division.shape
            if shape is None:
                continue
            room = shape.width * scale * 13 / type_size - 4
            fits = text_width(division.name) <= room and shape.height * scale > type_size * 2.6
            drawn.append(
                Drawn(
                    division,
                    self._shade_of.get(division.code),
                    shape.x * scale,
                    shape.y * scale,
                    shape.width * scale,
                    shape.height * scale,
                    (division.name,) if fits else (),
                    type_size,
                    scale,
                )
            )
        return MapLayout(name, across * scale, down * scale, tuple(drawn), type_size)

    @property
    def unplaced(self) -> list[Division]:
        """Divisions without an outline on a map that has outlines."""
        return [] if self.box is None else [d for d in self.ordered if d.shape is None]


def wrapped(name: str, room: float, most: int) -> tuple[str, ...]:
    """A name in lines that fit into `room` (units at 13 px), at most so many; the last one ends in … when cut."""
    lines: list[str] = []
    rest = name
    while rest and len(lines) < most:
        take = _fitting(rest, room)
        if take < len(rest) and len(lines) == most - 1:
            return (*lines, rest[: max(take - 1, 1)] + "…")
        lines.append(rest[:take])
        rest = rest[take:]
    return tuple(lines)


def _fitting(text: str, room: float) -> int:
    for size in range(len(text), 1, -1):
        if text_width(text[:size]) <= room:
            return size
    return 1

"""Charts as server-side SVG: the same picture on the page, in print and without scripts.

A chart is data (labels, series, unit); `layouts` turns it into drawing instructions for a wide page and for a phone,
and templates draw them. A missing value is `None`: it is hatched, never blank and never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from django.utils.functional import Promise

from .tokens import SERIES_COLOURS

Value = int | float | None
Text = str | Promise

DASHES: Final = ("", "7 4", "2 4", "10 3 2 3", "4 2", "1 3")


@dataclass(frozen=True)
class Series:
    """One row of figures under one name; as many values as the chart has labels."""

    label: Text
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Tick:
    """A rule of the value axis: its position and its words."""

    at: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A bar, a missing-value area, or a point with its words."""

    x: float
    y: float
    width: float
    height: float
    text: str
    series: int
    missing: bool = False
    value_words: str = ""

    @property
    def end(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def colour(self) -> str:
        """Fill of the mark's series."""
        return SERIES_COLOURS[self.series]


@dataclass(frozen=True)
class Label:
    """Words on the category axis."""

    x: float
    y: float
    text: Text


@dataclass(frozen=True)
class Stroke:
    """An unbroken piece of a line."""

    points: str
    colour: str
    dash: str


@dataclass(frozen=True)
class Layout:
    """Everything to be drawn in one size."""

    name: str
    width: int
    height: int
    plot: tuple[float, float, float, float]
    ticks: tuple[Tick, ...] = ()
    marks: tuple[Mark, ...] = ()
    labels: tuple[Label, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    horizontal: bool = False

    @property
    def tick_end(self) -> float:
        """Where the words of the value axis end."""
        return self.plot[0] - 6


def format_value(value: Value) -> str:
    """Return a figure in words with thousands separators; a missing one as an empty string."""
    return "" if value is None else f"{value:,}"


def nice_ticks(highest: float, count: int = 4) -> list[int | float]:
    """Return evenly spaced round values from 0 that reach at least `highest`."""
    if highest <= 0:
        return [0, 1]
    step: float = 1
    while step * count < highest:
        step *= 10
    for factor in (0.1, 0.2, 0.25, 0.5):
        finer = step * factor
        if finer * count >= highest and (finer >= 1 or highest < 1):
            step = finer
            break
    step = int(step) if step == int(step) else step
    ticks: list[int | float] = [0]
    while ticks[-1] < highest:
        ticks.append(ticks[-1] + step)
    return ticks


@dataclass(frozen=True)
class Chart:
    """What all charts share. `title` says what is counted, `unit` in what, `note` how complete and of which day."""

    title: Text
    labels: tuple[Text, ...]
    series: tuple[Series, ...]
    unit: Text = ""
    note: Text = ""
    summary: Text = ""

    def __post_init__(self) -> None:
        if len(self.series) > len(SERIES_COLOURS):
            raise ValueError(f"a chart shows at most {len(SERIES_COLOURS)} series")
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(f"series {series.label} has {len(series.values)} values for {len(self.labels)} labels")

    @cached_property
    def key(self) -> str:
        """A short name which is unique on the page, for ids inside the SVG."""
        text = f"{self.title}|{'|'.join(map(str, self.labels))}|{'|'.join(str(s.label) for s in self.series)}"
        return sha256(text.encode()).hexdigest()[:10]

    @property
    def highest(self) -> float:
        """The largest value known, 0 if none is."""
        return max((v for s in self.series for v in s.values if v is not None), default=0)

    @property
    def has_missing(self) -> bool:
        """Whether any value is missing."""
        return any(value is None for series in self.series for value in series.values)

    @property
    def legend(self) -> list[tuple[Text, str, str]]:
        """Name, colour and dash of each series."""
        return [(s.label, SERIES_COLOURS[i], DASHES[i]) for i, s in enumerate(self.series)]

    @property
    def rows(self) -> list[tuple[Text, list[str]]]:
        """The figures as table rows; missing ones are empty."""
        return [(label, [format_value(s.values[i]) for s in self.series]) for i, label in enumerate(self.labels)]

    def words(self, series: int, index: int) -> str:
        """What a mark says when pointed at."""
        value = self.series[series].values[index]
        name = f"{self.labels[index]} {self.series[series].label}".strip()
        return f"{name} {format_value(value)}{self.unit}" if value is not None else name


@dataclass(frozen=True)
class BarChart(Chart):
    """Bars beside one another; `horizontal` for long names such as places."""

    horizontal: bool = False

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The drawing for a wide page and for a phone."""
        draw = self._lying if self.horizontal else self._standing
        return (draw("wide", 720), draw("phone", 358))

    def _standing(self, name: str, width: int) -> Layout:
        height, left, top, right, bottom = 300, 52, 16, width - 8, 262
        ticks = nice_ticks(self.highest)
        scale = (bottom - top) / ticks[-1]
        slot = (right - left) / max(len(self.labels), 1)
        bar = min(slot * 0.76 / max(len(self.series), 1), 48)
        every = label_step(self.labels, slot)
        marks = []
        for s, series in enumerate(self.series):
            for i, value in enumerate(series.values):
                x = left + slot * i + slot / 2 + bar * (s - len(self.series) / 2)
                tall = bottom - top if value is None else max(value * scale, 1 if value else 0)
                y = bottom - tall
                marks.append(Mark(x, y, bar - min(1, bar / 4), tall, self.words(s, i), s, missing=value is None))
        return Layout(
            name,
            width,
            height,
            (left, top, right, bottom),
            tuple(Tick(bottom - t * scale, format_value(t)) for t in ticks),
            tuple(marks),
            tuple(Label(left + slot * (i + 0.5), bottom + 20, t) for i, t in enumerate(self.labels) if i % every == 0),
        )

    def _lying(self, name: str, width: int) -> Layout:
        longest = max((text_width(str(label)) for label in self.labels), default=0)
        left = min(longest + 12, width * 0.4)
        slot = 16 * len(self.series) + 14
        top, right = 8, width - 64
        bottom = top + slot * len(self.labels)
        scale = (right - left) / max(nice_ticks(self.highest)[-1], 1)
        marks = []
        for s, series in enumerate(self.series):
            for i, value in enumerate(series.values):
                y = top + slot * i + 7 + 16 * s
                wide = right - left if value is None else max(value * scale, 1 if value else 0)
                words = self.words(s, i)
                marks.append(Mark(left, y, wide, 14, words, s, missing=value is None, value_words=format_value(value)))
        labels = tuple(Label(left - 8, top + slot * (i + 0.5) + 4, t) for i, t in enumerate(self.labels))
        return Layout(
            name, width, bottom + 8, (left, top, right, bottom), marks=tuple(marks), labels=labels, horizontal=True
        )


@dataclass(frozen=True)
class LineChart(Chart):
    """Lines over time; a line breaks where values are missing and the gap is hatched."""

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """The drawing for a wide page and for a phone."""
        return (self._draw("wide", 720), self._draw("phone", 358))

    def fitted(self, width: int, height: int) -> Layout:
        """The drawing for a box of another shape."""
        return self._draw("fitted", width, height)

    def _draw(self, name: str, width: int, height: int = 300) -> Layout:
        left, top, right, bottom = 52, 16, width - 16, height - 38
        ticks = nice_ticks(self.highest)
        scale = (bottom - top) / ticks[-1]
        step = (right - left) / max(len(self.labels) - 1, 1)
        marks, strokes = [], []
        for s, series in enumerate(self.series):
            piece: list[str] = []
            for i, value in enumerate([*series.values, None]):
                if value is not None:
                    x, y = left + step * i, bottom - value * scale
                    piece.append(f"{x:.1f},{y:.1f}")
                    marks.append(Mark(x, y, 0, 0, self.words(s, i), s))
                    continue
                if piece:
                    strokes.append(Stroke(" ".join(piece), SERIES_COLOURS[s], DASHES[s]))
                    piece = []
                if i < len(series.values):
                    x = max(left, left + step * (i - 0.5))
                    wide = min(right, left + step * (i + 0.5)) - x
                    marks.append(Mark(x, top, wide, bottom - top, self.words(s, i), s, missing=True))
        every = label_step(self.labels, step)
        return Layout(
            name,
            width,
            height,
            (left, top, right, bottom),
            tuple(Tick(bottom - t * scale, format_value(t)) for t in ticks),
            tuple(marks),
            tuple(Label(left + step * i, bottom + 20, t) for i, t in enumerate(self.labels) if i % every == 0),
            tuple(strokes),
        )


def text_width(text: str) -> float:
    """Return about how many units a text takes at 13 px: a Chinese character is a full square."""
    return sum(13 if ord(character) > 0x2E7F else 7.5 for character in text)


def label_step(labels: Sequence[Text], slot: float) -> int:
    """Return how many labels to go forward so that neighbours do not touch."""
    widest = max((text_width(str(label)) for label in labels), default=0)
    return max(1, -(-int(widest + 8) // max(int(slot), 1)))

"""A bar or line chart for a paper, drawn with Pillow: no browser and no plotting library needed.

Colours are those of the house (ink, celadon, cinnabar …). A missing value is hatched, never left blank and never
drawn as zero. Without a Chinese font the labels become numbers and `key` says what they stand for.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from PIL import Image, ImageDraw, ImageFont

from .typefaces import find_chinese_font

INK, PAPER, LINE, GREY = "#1f2328", "#ffffff", "#ded7ca", "#6a7280"
SERIES_COLOURS = ("#2b6b66", "#a8321f", "#3a4f8a", "#9a6b1c", "#6b7a3a", "#6a7280")
_SCALE = 2  # drawn twice as large and brought down, for smooth edges
_TICKS = 5

Number = int | Decimal | Fraction | None


@dataclass(frozen=True)
class Series:
    """One row of values, as long as the labels; None is missing."""

    name: str
    values: Sequence[Number]


@dataclass(frozen=True)
class Chart:
    """The drawn picture. `key` is empty, or explains the numbered labels when no Chinese font was found."""

    png: bytes
    width: int
    height: int
    key: str


def draw_chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    kind: str = "bar",
    unit: str = "",
    size: tuple[int, int] = (1200, 640),
    font_path: str = "",
) -> Chart:
    """Draw the series over the labels as grouped bars ("bar") or lines ("line"); `size` is in pixels.

    The value axis always begins at zero (or below it), so that lengths can be compared.
    Raises ValueError for no labels, no or too many series, or a series of another length.
    """
    if kind not in {"bar", "line"}:
        raise ValueError(f"a chart is bar or line, not {kind}")
    if not labels or not 1 <= len(series) <= len(SERIES_COLOURS):
        raise ValueError("a chart needs labels and one to six series")
    if any(len(row.values) != len(labels) for row in series):
        raise ValueError("every series needs one value for each label")
    return _Drawing(list(labels), list(series), unit, size, find_chinese_font(font_path)).draw(kind)


def nice_ceiling(value: float) -> float:
    """The round number (1, 2, 2.5 or 5 times a power of ten) from `value` upwards, for the end of an axis' step."""
    if value <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(value))) - 1)
    while power > value:
        power /= 10
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value * 0.999999)


class _Drawing:
    """The canvas with its axes: turns values and label positions into points."""

    def __init__(
        self, labels: list[str], series: list[Series], unit: str, size: tuple[int, int], font: tuple[str, int] | None
    ) -> None:
        self.has_chinese = font is not None
        self.font_source = font
        self.labels = labels if font else [str(i) for i in range(1, len(labels) + 1)]
        self.names = [row.name for row in series] if font else [chr(65 + i) for i in range(len(series))]
        self.key = "" if font else self._key_text(labels, series, unit)
        self.unit = unit if font else ""
        self.series = series
        self.width, self.height = size[0] * _SCALE, size[1] * _SCALE
        self.image = Image.new("RGB", (self.width, self.height), PAPER)
        self.pen = ImageDraw.Draw(self.image)
        self.font = self._font(22)
        self.small = self._font(18)
        known = [float(value) for row in series for value in row.values if value is not None]
        self.step = nice_ceiling(max([*known, -min([*known, 0.0]), 0.0]) / _TICKS)
        self.low = -self.step * -(-max(0.0, -min([*known, 0.0])) // self.step)
        self.high = max(self.step * -(-max([*known, 0.0]) // self.step), self.low + self.step * _TICKS)
        tick_width = max(self._length(self._tick(i)) for i in range(self._tick_count() + 1))
        self.left, self.right = tick_width + 40 * _SCALE, self.width - 24 * _SCALE
        self.top, self.bottom = 78 * _SCALE, self.height - self._label_room()

    def draw(self, kind: str) -> Chart:
        self._legend()
        self._axes()
        if kind == "bar":
            self._bars()
        else:
            self._lines()
        small = self.image.resize((self.width // _SCALE, self.height // _SCALE), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        small.save(buffer, "PNG", optimize=True)
        return Chart(buffer.getvalue(), *small.size, self.key)

    def _font(self, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if self.font_source:
            return ImageFont.truetype(self.font_source[0], size * _SCALE, index=self.font_source[1])
        return ImageFont.load_default(size * _SCALE)

    @staticmethod
    def _key_text(labels: list[str], series: list[Series], unit: str) -> str:
        numbered = "；".join(f"{i} {label}" for i, label in enumerate(labels, start=1))
        lettered = "；".join(f"{chr(65 + i)} {row.name}" for i, row in enumerate(series))
        return f"{lettered}。{numbered}。" + (f"单位：{unit}。" if unit else "")

    def _length(self, text: str) -> float:
        return self.pen.textlength(text, font=self.small)

    def _slot(self) -> float:
        return (self.right - self.left) / len(self.labels)

    def _tilted(self) -> bool:
        return max(self._length(label) for label in self.labels) > self._slot_guess() - 6 * _SCALE

    def _slot_guess(self) -> float:
        return (self.width - 130 * _SCALE) / len(self.labels)

    def _label_room(self) -> int:
        if not self._tilted():
            return 60 * _SCALE
        longest = max(self._length(label) for label in self.labels)
        return int(min(longest, self.height * 0.3)) + 40 * _SCALE

    def _tick_count(self) -> int:
        return round((self.high - self.low) / self.step)

    def _tick(self, i: int) -> str:
        value = self.low + i * self.step
        return f"{value:,.0f}" if self.step >= 1 else f"{value:g}"

    def _y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def _axes(self) -> None:
        for i in range(self._tick_count() + 1):
            y = self._y(self.low + i * self.step)
            self.pen.line([(self.left, y), (self.right, y)], fill=LINE, width=_SCALE)
            self.pen.text((self.left - 10 * _SCALE, y), self._tick(i), fill=GREY, font=self.small, anchor="rm")
        zero = self._y(0)
        self.pen.line([(self.left, zero), (self.right, zero)], fill=INK, width=2 * _SCALE)
        if self.unit:
            self.pen.text(
                (self.left, self.top - 14 * _SCALE), f"单位：{self.unit}", fill=GREY, font=self.small, anchor="lb"
            )
        tilted = self._tilted()
        for i, label in enumerate(self.labels):
            x = self.left + (i + 0.5) * self._slot()
            if tilted:
                self._upright_label(label, x)
            else:
                self.pen.text((x, self.bottom + 12 * _SCALE), label, fill=INK, font=self.small, anchor="mt")

    def _upright_label(self, label: str, x: float) -> None:
        """Long Chinese labels are set from top to bottom, as on a signboard, rather than at a slant."""
        room = self.height - self.bottom - 20 * _SCALE
        while len(label) > 1 and self._length(label) > room:
            label = label[:-2] + "…" if label.endswith("…") else label[:-1] + "…"
        box = Image.new("L", (int(self._length(label)) + 4, 26 * _SCALE), 0)
        ImageDraw.Draw(box).text((0, 13 * _SCALE), label, fill=255, font=self.small, anchor="lm")
        box = box.rotate(-90, expand=True)
        self.image.paste(INK, (int(x - box.width / 2), self.bottom + 10 * _SCALE), box)

    def _legend(self) -> None:
        x = float(self.width - 24 * _SCALE)
        missing = any(value is None for row in self.series for value in row.values)
        entries = list(zip(self.names, SERIES_COLOURS, strict=False))
        if missing:
            entries.append(("缺数" if self.has_chinese else "n/a", ""))
        for name, colour in reversed(entries):
            x -= self._length(name)
            self.pen.text((x, 28 * _SCALE), name, fill=INK, font=self.small, anchor="lm")
            x -= 30 * _SCALE
            box = (x, 18 * _SCALE, x + 22 * _SCALE, 38 * _SCALE)
            if colour:
                self.pen.rectangle(box, fill=colour)
            else:
                self._hatch(box)
            x -= 26 * _SCALE

    def _bars(self) -> None:
        group = self._slot() * 0.72
        bar = group / len(self.series)
        for s, row in enumerate(self.series):
            for i, value in enumerate(row.values):
                x = self.left + (i + 0.5) * self._slot() - group / 2 + s * bar
                if value is None:
                    self._hatch((x + _SCALE, self._y(self.high * 0.25), x + bar - _SCALE, self._y(0)))
                    continue
                top, foot = sorted((self._y(float(value)), self._y(0)))
                self.pen.rectangle((x + _SCALE, top, x + bar - _SCALE, foot), fill=SERIES_COLOURS[s])
                self._value(value, x + bar / 2, top, bar)

    def _lines(self) -> None:
        for s, row in enumerate(self.series):
            before: tuple[float, float] | None = None
            for i, value in enumerate(row.values):
                x = self.left + (i + 0.5) * self._slot()
                if value is None:
                    # A line is broken at a gap; drawing through it would state a value nobody reported.
                    half = min(self._slot() * 0.3, 14 * _SCALE)
                    self._hatch((x - half, self.top, x + half, self._y(0)))
                    before = None
                    continue
                point = (x, self._y(float(value)))
                if before:
                    self.pen.line([before, point], fill=SERIES_COLOURS[s], width=4 * _SCALE)
                radius = 6 * _SCALE
                box = (x - radius, point[1] - radius, x + radius, point[1] + radius)
                if s % 2:
                    self.pen.rectangle(box, fill=SERIES_COLOURS[s])
                else:
                    self.pen.ellipse(box, fill=SERIES_COLOURS[s])
                self._value(value, x, point[1] - 8 * _SCALE, self._slot() / len(self.series))
                before = point

    def _value(self, value: int | Decimal | Fraction, x: float, top: float, room: float) -> None:
        text = f"{value:,}" if isinstance(value, int) else f"{float(value):g}"
        if self._length(text) <= room * 1.15:
            self.pen.text((x, top - 4 * _SCALE), text, fill=INK, font=self.small, anchor="mb")

    def _hatch(self, box: tuple[float, float, float, float]) -> None:
        left, top, right, bottom = (int(edge) for edge in box)
        width, height = max(right - left, 2), max(bottom - top, 2)
        tile = Image.new("RGB", (width, height), PAPER)
        pen = ImageDraw.Draw(tile)
        for offset in range(-height, width, 8 * _SCALE):
            pen.line([(offset, height), (offset + height, 0)], fill=GREY, width=_SCALE)
        pen.rectangle((0, 0, width - 1, height - 1), outline=GREY, width=_SCALE)
        self.image.paste(tile, (left, top))

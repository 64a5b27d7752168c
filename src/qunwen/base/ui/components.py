"""The data which components take where a few keywords are not enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.functional import Promise

Text = str | Promise

SPRITE: Final = Path(__file__).parent / "static/ui/icons.svg"

# A tone always comes with an icon, so that colour is never the only sign.
TONE_ICONS: Final = {
    "good": "circle-check",
    "attention": "alert-triangle",
    "wrong": "circle-x",
    "info": "info-circle",
    "current": "player-play",
    "quiet": "circle-dashed",
    "plain": "",
}
ALERT_TONES: Final = ("info", "good", "attention", "wrong")
STATUS_TONES: Final = ("good", "attention", "wrong", "current", "quiet", "plain")
BUTTON_TONES: Final = ("primary", "plain", "danger", "quiet")


@cache
def icon_names() -> frozenset[str]:
    """Return the names of the drawings in the sprite."""
    pieces = SPRITE.read_text("utf-8").split('<symbol id="')[1:]
    return frozenset(piece.partition('"')[0] for piece in pieces)


def check_icon(name: str) -> str:
    """Return the name. Raises ValueError if the sprite has no such drawing (add it to the vendor manifest)."""
    if name not in icon_names():
        raise ValueError(f"no icon named {name!r} in the sprite; add it to static/vendor/manifest.toml")
    return name


def check_tone(tone: str, allowed: Sequence[str]) -> str:
    """Return the tone. Raises ValueError if the component does not know it."""
    if tone not in allowed:
        raise ValueError(f"unknown tone {tone!r}; one of {', '.join(allowed)}")
    return tone


@dataclass(frozen=True)
class Crumb:
    """One step of the trail; the last one has no address."""

    label: Text
    url: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a table; figures are set flush right."""

    label: Text
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell; a figure that can be opened has an address. `missing` is shown as words, never as nothing."""

    text: Text
    url: str = ""
    title: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Table:
    """A table with its caption and what must be said under it (source, date, completeness)."""

    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Text, ...], ...]
    note: Text = ""

    @property
    def body(self) -> list[list[tuple[Column, Cell]]]:
        """Each row's cells beside their columns."""
        return [
            [
                (column, cell if isinstance(cell, Cell) else Cell(cell))
                for column, cell in zip(self.columns, row, strict=True)
            ]
            for row in self.rows
        ]

"""Contrast of every pair of tokens that meets on a page (WCAG 2.2: 4.5, ink on paper 7)."""

import re
from pathlib import Path

import pytest

from qunwen.base.ui import tokens

ROOT = Path(__file__).resolve().parents[2]
TOKENS_CSS = (ROOT / "src/qunwen/base/ui/static/ui/tokens.css").read_text("utf-8")
LIGHT = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", TOKENS_CSS.partition("}")[0]))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_ink_on_paper_reaches_seven():
    assert contrast(LIGHT["ink"], LIGHT["paper"]) >= 7
    assert contrast(LIGHT["ink-soft"], LIGHT["paper"]) >= 7


GROUNDS = ("paper", "card", "wash")
WORDS = ("ink", "ink-soft", "cinnabar", "cinnabar-deep", "celadon", "celadon-deep", "gold-deep", "plum")
PAIRS = [(word, ground) for word in WORDS for ground in GROUNDS] + [
    ("card", "cinnabar"),
    ("card", "cinnabar-deep"),
    ("paper", "ink"),
    ("celadon-deep", "celadon-wash"),
    ("celadon", "celadon-wash"),
    ("gold-deep", "gold-wash"),
    ("plum", "plum-wash"),
    ("cinnabar-deep", "cinnabar-wash"),
    ("ink", "celadon-wash"),
    ("ink", "gold-wash"),
    ("ink", "plum-wash"),
    ("ink", "cinnabar-wash"),
]


@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_on_ground_reach_four_and_a_half(word, ground):
    assert contrast(LIGHT[word], LIGHT[ground]) >= 4.5


@pytest.mark.parametrize("edge", ["line-strong", "focus", "gold", "slate", "olive", "indigo"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_of_controls_and_chart_colours_reach_three(edge, ground):
    assert contrast(LIGHT[edge], LIGHT[ground]) >= 3


def test_colours_in_python_are_those_of_the_css():
    names = {
        "INK": "ink",
        "PAPER": "paper",
        "CINNABAR": "cinnabar",
        "CELADON": "celadon",
        "GOLD": "gold",
        "INDIGO": "indigo",
        "OLIVE": "olive",
        "SLATE": "slate",
        "LINE": "line",
    }
    assert {name: getattr(tokens, name) for name in names} == {name: LIGHT[css] for name, css in names.items()}


def test_colours_in_sass_are_those_of_the_css():
    sass = (ROOT / "tools/css/_bootstrap_subset.scss").read_text("utf-8")
    found = dict(re.findall(r"^\$(\w+): (#[0-9a-f]{6});", sass, re.MULTILINE))
    assert found
    assert {name: colour for name, colour in found.items() if LIGHT[name] != colour} == {}


# Viénot, Brettel and Mollon 1999: what red-blind and green-blind eyes see, on linear RGB.
BLINDNESS = {
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def lab(colour: str, matrix=None):
    rgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    rgb = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    if matrix:
        rgb = [sum(k * c for k, c in zip(row, rgb, strict=True)) for row in matrix]
    x, y, z = (
        (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.9505,
        0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2],
        (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.089,
    )
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


@pytest.mark.parametrize("eyes", BLINDNESS)
def test_the_first_three_series_can_be_told_apart_by_colour_blind_eyes(eyes):
    seen = [lab(colour, BLINDNESS[eyes]) for colour in tokens.SERIES_COLOURS[:3]]
    for i, one in enumerate(seen):
        for other in seen[i + 1 :]:
            assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 >= 12

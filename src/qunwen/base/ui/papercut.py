"""Paper-cut 剪纸 patterns: every place has its own, until it has a photograph.

The paper is folded n times and cut, so what is drawn for one wedge is repeated around the middle and mirrored. The
place code alone decides folds, outline and cuts: the same code always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from math import cos, pi, sin
from random import Random
from typing import Final

from .tokens import CINNABAR, PAPER

FOLDS: Final = (6, 8, 8, 10, 12)


def _at(radius: float, angle: float) -> str:
    return f"{radius * cos(angle):.1f} {radius * sin(angle):.1f}"


def _drop(r: float, size: float) -> str:
    """A water drop, its point inwards."""
    w = size * 0.55
    return (
        f"M{r - size:.1f} 0C{r:.1f} {-w:.1f} {r + size:.1f} {-w:.1f} {r + size:.1f} 0S{r:.1f} {w:.1f} {r - size:.1f} 0Z"
    )


def _crescent(r: float, size: float) -> str:
    """The moon cut 月牙纹."""
    return (
        f"M{r:.1f} {-size:.1f}Q{r + size * 1.5:.1f} 0 {r:.1f} {size:.1f}Q{r + size * 0.55:.1f} 0 {r:.1f} {-size:.1f}Z"
    )


def _leaf(r: float, size: float) -> str:
    """A pointed leaf along the fold."""
    w = size * 0.8
    return f"M{r - size:.1f} 0Q{r:.1f} {-w:.1f} {r + size:.1f} 0Q{r:.1f} {w:.1f} {r - size:.1f} 0Z"


def _saw(r: float, size: float) -> str:
    """A row of saw teeth 锯齿纹 across the fold."""
    teeth, depth = 5, size * 0.9
    step = size * 2.2 / teeth
    points = [f"M{r:.1f} {-size * 1.1:.1f}"]
    for k in range(teeth):
        y = -size * 1.1 + step * k
        points.append(f"L{r + depth:.1f} {y + step / 2:.1f}L{r:.1f} {y + step:.1f}")
    bow = r - size * 0.45
    return "".join(points) + f"Q{bow:.1f} 0 {r:.1f} {-size * 1.1:.1f}Z"


def _coin(r: float, size: float) -> str:
    """A coin with a square hole 方孔钱; the hole stays paper-red by the even-odd rule."""
    c, q = size * 0.8, size * 0.3
    ring = f"M{r - c:.1f} 0a{c:.1f} {c:.1f} 0 1 0 {2 * c:.1f} 0a{c:.1f} {c:.1f} 0 1 0 {-2 * c:.1f} 0Z"
    return ring + f"M{r - q:.1f} 0L{r:.1f} {-q:.1f}L{r + q:.1f} 0L{r:.1f} {q:.1f}Z"


def _cloud(r: float, size: float) -> str:
    """A wish cloud 如意: three lobes and a foot."""
    s = size
    return (
        f"M{r - s:.1f} 0C{r - s * 0.6:.1f} {-s * 0.35:.1f} {r - s * 0.3:.1f} {-s * 0.3:.1f} {r - s * 0.1:.1f} {-s * 0.5:.1f}"
        f"C{r - s * 0.1:.1f} {-s * 1.25:.1f} {r + s * 0.75:.1f} {-s * 1.15:.1f} {r + s * 0.65:.1f} {-s * 0.45:.1f}"
        f"C{r + s * 1.25:.1f} {-s * 0.35:.1f} {r + s * 1.25:.1f} {s * 0.35:.1f} {r + s * 0.65:.1f} {s * 0.45:.1f}"
        f"C{r + s * 0.75:.1f} {s * 1.15:.1f} {r - s * 0.1:.1f} {s * 1.25:.1f} {r - s * 0.1:.1f} {s * 0.5:.1f}"
        f"C{r - s * 0.3:.1f} {s * 0.3:.1f} {r - s * 0.6:.1f} {s * 0.35:.1f} {r - s:.1f} 0Z"
    )


def _peach(r: float, size: float) -> str:
    """A heart, or a peach, its point outwards."""
    w = size
    return (
        f"M{r + size:.1f} 0C{r + size * 0.2:.1f} {-w * 0.5:.1f} {r - size * 0.1:.1f} {-w:.1f} {r - size * 0.6:.1f} {-w * 0.75:.1f}"
        f"S{r - size * 0.8:.1f} {-w * 0.1:.1f} {r - size * 0.4:.1f} 0"
        f"C{r - size * 0.8:.1f} {w * 0.1:.1f} {r - size * 1.1:.1f} {w * 0.55:.1f} {r - size * 0.6:.1f} {w * 0.75:.1f}"
        f"S{r + size * 0.2:.1f} {w * 0.5:.1f} {r + size:.1f} 0Z"
    )


CUTS: Final[tuple[Callable[[float, float], str], ...]] = (_drop, _crescent, _leaf, _saw, _coin, _cloud, _peach)


def _outline(folds: int, chance: Random) -> str:
    """The edge of the sheet: petals between the folds, round, pointed or double."""
    out, low = 96.0, chance.uniform(74, 84)
    kind = chance.choice(("round", "pointed", "double"))
    half = pi / folds
    path = [f"M{_at(low, -half)}"]
    for k in range(folds):
        a = 2 * half * k
        if kind == "round":
            path.append(f"C{_at(out * 1.12, a - half * 0.75)} {_at(out * 1.12, a + half * 0.75)} {_at(low, a + half)}")
        elif kind == "pointed":
            path.append(
                f"Q{_at(out * 0.98, a - half * 0.55)} {_at(out, a)}Q{_at(out * 0.98, a + half * 0.55)} {_at(low, a + half)}"
            )
        else:
            inner = (out + low) / 2 + 1
            path.append(f"C{_at(out, a - half * 0.9)} {_at(out * 1.05, a - half * 0.3)} {_at(inner, a)}")
            path.append(f"C{_at(out * 1.05, a + half * 0.3)} {_at(out, a + half * 0.9)} {_at(low, a + half)}")
    return "".join(path) + "Z"


def _ring(radius: float, size: float, turns: int, offset: float, cut: Callable[[float, float], str]) -> str:
    """One cut repeated around the middle; `offset` turns the whole ring (degrees)."""
    shape = cut(radius, size)
    first = f'<path id="NAME" d="{shape}" transform="rotate({offset:.1f})"/>'
    others = "".join(f'<use href="#NAME" transform="rotate({360 / turns * k:.1f})"/>' for k in range(1, turns))
    return first + others


def _branches(radius: float, folds: int, chance: Random) -> str:
    """A pair of mirrored leaves beside each fold, like a sprig."""
    size = min(radius * pi / folds * 0.4, 10)
    angle = 180 / folds * chance.uniform(0.42, 0.56)
    tilt = chance.uniform(18, 40)
    pair = ""
    for side in (1, -1):
        pair += f'<path d="{_leaf(0, size)}" transform="rotate({side * angle:.1f}) translate({radius:.1f} 0) rotate({side * tilt:.1f})"/>'
    group = f'<g id="NAME">{pair}</g>'
    return group + "".join(f'<use href="#NAME" transform="rotate({360 / folds * k:.1f})"/>' for k in range(1, folds))


def _middle(folds: int, chance: Random) -> str:
    """The flower in the middle: a paper disc with red petals, a paper eye and sometimes a red seed."""
    petals = "".join(f'<path d="{_drop(7.5, 5.5)}" transform="rotate({360 / folds * k:.1f})"/>' for k in range(folds))
    seed = f'<circle r="1.8" fill="{CINNABAR}"/>' if chance.random() < 0.6 else ""
    return f'<circle r="15.5"/><g fill="{CINNABAR}">{petals}</g><circle r="4.2"/>{seed}'


def draw_papercut(code: str, title: str = "") -> str:
    """Return the SVG of the place with this code. The same arguments give the same text, byte for byte.

    `title` is spoken by screen readers and must already be free of markup characters or come as plain text; it is
    escaped here.
    """
    chance = Random(sha256(f"papercut:{code}".encode()).digest())  # noqa: S311 - a pattern, not a secret
    folds = chance.choice(FOLDS)
    half = 180 / folds
    cuts = chance.sample(CUTS, 4)
    width = pi / folds
    parts = [
        _ring(79, min(79 * width * 0.42, 10), folds, 0, cuts[0]),
        _ring(67, min(67 * width * 0.44, 12.5), folds, half, cuts[1]),
        _branches(57, folds, chance)
        if chance.random() < 0.7
        else _ring(57, min(57 * width * 0.5, 11), folds, 0, _leaf),
        _ring(42, min(42 * width * 0.62, 10.5), folds, chance.choice((0, half)), cuts[2]),
        _ring(25, min(25 * width * 0.72, 6.2), folds, half, cuts[3]),
    ]
    holes = "".join(part.replace("NAME", f"c{index}") for index, part in enumerate(parts))
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    naming = f"<title>{escaped}</title>" if title else ""
    turn = chance.choice((0, half)) - 90
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-110 -110 220 220" role="img">{naming}'
        f'<rect x="-110" y="-110" width="220" height="220" fill="{PAPER}"/>'
        f'<g transform="rotate({turn:.1f})" fill-rule="evenodd"><path d="{_outline(folds, chance)}" fill="{CINNABAR}"/>'
        f'<g fill="{PAPER}">{holes}{_middle(folds, chance)}</g></g></svg>'
    )

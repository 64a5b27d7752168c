"""Drawings in the manner of paper-cuts that stand for photographs: every place and every turn gives another."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from qunwen.base.places.demo import Chance

WIDTH, HEIGHT = 720, 480
Colour = tuple[int, int, int]
PAPERS: tuple[Colour, ...] = ((250, 245, 235), (247, 238, 222), (243, 246, 240), (238, 243, 248), (252, 240, 236))
REDS: tuple[Colour, ...] = ((178, 34, 34), (193, 53, 40), (160, 28, 48), (205, 72, 50))
GROUNDS: tuple[Colour, ...] = ((196, 170, 132), (150, 168, 128), (176, 158, 150), (132, 150, 160), (204, 186, 150))
CLOTHES: tuple[Colour, ...] = (
    (178, 34, 34), (32, 78, 120), (46, 110, 84), (204, 132, 40), (110, 60, 120), (70, 70, 78), (214, 96, 120),
)  # fmt: skip
WALLS: tuple[Colour, ...] = ((244, 232, 208), (232, 236, 224), (240, 224, 216), (224, 232, 238), (246, 240, 226))
INDOORS = frozenset({"reading", "class", "show"})
SKIN: Colour = (236, 200, 170)

Draw = ImageDraw.ImageDraw


def draw(place: str, scene: str, chance: Chance) -> bytes:
    """A JPEG of 720 × 480: the hills of the place, the scene before them."""
    image = Image.new("RGB", (WIDTH, HEIGHT), chance.choice(PAPERS))
    pen = ImageDraw.Draw(image)
    horizon = chance.randrange(180, 270)
    _hills(pen, horizon, sum(map(int, place)) + int(place[-2:]), chance)
    pen.rectangle((0, horizon, WIDTH, HEIGHT), fill=chance.choice(GROUNDS))
    if scene in INDOORS:
        _walls(pen, horizon, chance)
    _DRAWERS[scene](pen, horizon, chance)
    _frame(pen, chance)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _hills(pen: Draw, horizon: int, shape: int, chance: Chance) -> None:
    red = chance.choice(REDS)
    for layer in range(2):
        tint = tuple(min(255, value + 60 + layer * 35) for value in red)
        points = [(0, horizon)]
        for x in range(0, WIDTH + 1, 24):
            wave = math.sin(x / (60 + shape % 50 + layer * 20) + shape + layer) + 0.5 * math.sin(x / 27 + shape * 2)
            points.append((x, horizon - 40 + layer * 18 - int(30 * wave) - chance.randrange(6)))
        pen.polygon([*points, (WIDTH, horizon)], fill=tint)
    x, y, r = chance.randrange(60, WIDTH - 60), chance.randrange(40, 110), chance.randrange(18, 42)
    pen.ellipse((x - r, y - r, x + r, y + r), fill=red)


def _walls(pen: Draw, horizon: int, chance: Chance) -> None:
    """A room; what was drawn before is seen through its window."""
    wall = chance.choice(WALLS)
    left, right = sorted(chance.sample(range(20, WIDTH - 20, 20), 2))
    top, sill = chance.randrange(10, 40), horizon - chance.randrange(0, 30)
    right = max(right, left + 90)
    for box in ((0, 0, left, horizon), (right, 0, WIDTH, horizon), (left, 0, right, top), (left, sill, right, horizon)):
        if box[2] > box[0] and box[3] > box[1]:
            pen.rectangle(box, fill=wall)
    pen.rectangle((left, top, right, max(sill, top + 1)), outline=(150, 116, 84), width=6)


def _person(pen: Draw, x: int, foot: int, tall: int, chance: Chance) -> None:
    head = tall // 7
    body = chance.choice(CLOTHES)
    lean = chance.randrange(-tall // 10, tall // 10 + 1)
    top = foot - tall + 2 * head
    pen.polygon(((x - head, top), (x + head, top), (x + head + 4, foot), (x - head - 4, foot)), fill=body)
    for side in (-1, 1):
        reach = chance.randrange(-tall // 4, tall // 3)
        pen.line((x + side * head, top + 4, x + side * tall // 3, top + 8 - reach), fill=body, width=max(3, head // 2))
    pen.ellipse((x - head + lean, top - 2 * head, x + head + lean, top), fill=SKIN)
    pen.pieslice((x - head + lean, top - 2 * head, x + head + lean, top), 180, 360, fill=(60, 50, 48))


def _crowd(pen: Draw, top: int, chance: Chance, *, number: int) -> None:
    rows = sorted(chance.randrange(top, HEIGHT + 20) for _one in range(number))
    for foot in rows:
        tall = 50 + (foot - top) // 2
        _person(pen, chance.randrange(10, WIDTH - 10), foot, max(40, tall), chance)


def _stage(pen: Draw, horizon: int, chance: Chance) -> None:
    left, right = chance.randrange(60, 160), WIDTH - chance.randrange(60, 160)
    top = horizon - chance.randrange(110, 150)
    red = chance.choice(REDS)
    pen.rectangle((left, top, right, horizon + 60), fill=red)
    for side, edge in ((1, left), (-1, right)):
        for fold in range(3):
            x = edge + side * fold * 16
            pen.polygon(
                ((x, top), (x + side * 22, top), (x + side * 8, horizon + 60), (x, horizon + 60)), fill=(120, 20, 30)
            )
    pen.rectangle((left + 70, top + 12, right - 70, top + 40), fill=chance.choice(PAPERS))
    pen.rectangle((left - 20, horizon + 56, right + 20, horizon + 84), fill=(110, 80, 60))
    for number in range(chance.randrange(3, 8)):
        _person(pen, left + 60 + number * (right - left - 110) // 7, horizon + 58, chance.randrange(78, 104), chance)
    _crowd(pen, horizon + 140, chance, number=chance.randrange(8, 20))


def _dance(pen: Draw, horizon: int, chance: Chance) -> None:
    rows, columns = chance.randrange(2, 5), chance.randrange(4, 9)
    for row in range(rows):
        for column in range(columns):
            x = 50 + column * (WIDTH - 80) // columns + (row % 2) * 24
            _person(pen, x, horizon + 60 + row * (HEIGHT - horizon - 70) // rows, 74 + row * 14, chance)


def _reading(pen: Draw, horizon: int, chance: Chance) -> None:
    for shelf in range(chance.randrange(2, 5)):
        y = horizon - 130 + shelf * 46
        pen.rectangle((30, y + 36, WIDTH - 30, y + 42), fill=(120, 84, 56))
        x = 36
        while x < WIDTH - 50:
            wide = chance.randrange(7, 20)
            if not chance.happens(0.1):
                pen.rectangle((x, y + chance.randrange(0, 14), x + wide, y + 36), fill=chance.choice(CLOTHES))
            x += wide + 2
    for _table in range(chance.randrange(2, 5)):
        x, y = chance.randrange(40, WIDTH - 220), chance.randrange(horizon + 70, HEIGHT - 30)
        _person(pen, x + 40, y + 6, 80, chance)
        _person(pen, x + 130, y + 6, 80, chance)
        pen.rectangle((x, y, x + 180, y + 16), fill=(150, 108, 70))
        pen.polygon(((x + 60, y - 4), (x + 84, y - 14), (x + 108, y - 4)), fill=(255, 255, 250))


def _class(pen: Draw, horizon: int, chance: Chance) -> None:
    left = chance.randrange(120, 240)
    pen.rectangle((left, horizon - 140, left + 320, horizon - 10), fill=chance.choice(((42, 84, 66), (250, 250, 246))))
    for _line in range(chance.randrange(2, 6)):
        y = horizon - 130 + chance.randrange(110)
        pen.line((left + 20, y, left + chance.randrange(80, 300), y), fill=(214, 120, 90), width=4)
    _person(pen, left - 40, horizon + 20, 120, chance)
    for row in range(2):
        for column in range(chance.randrange(3, 7)):
            x, y = 70 + column * 104 + row * 30, horizon + 96 + row * 86
            _person(pen, x + 30, y + 4, 70, chance)
            pen.rectangle((x, y, x + 64, y + 12), fill=(170, 124, 82))


def _film(pen: Draw, horizon: int, chance: Chance) -> None:
    pen.rectangle((0, 0, WIDTH, HEIGHT), fill=(34, 40, 64))
    left, top = chance.randrange(150, 260), chance.randrange(40, 90)
    pen.rectangle((left - 8, top - 8, left + 328, top + 198), fill=(90, 30, 36))
    pen.rectangle((left, top, left + 320, top + 190), fill=(236, 232, 214))
    for _shape in range(chance.randrange(2, 5)):
        x, y, r = left + chance.randrange(30, 290), top + chance.randrange(30, 160), chance.randrange(14, 46)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=chance.choice(CLOTHES))
    _crowd(pen, max(horizon, 280) + 40, chance, number=chance.randrange(14, 30))


def _lantern(pen: Draw, horizon: int, chance: Chance) -> None:
    for string in range(chance.randrange(1, 4)):
        y = 40 + string * 56
        pen.line((0, y, WIDTH, y + chance.randrange(-20, 20)), fill=(90, 70, 60), width=2)
        for x in range(chance.randrange(20, 60), WIDTH, chance.randrange(64, 110)):
            r = chance.randrange(14, 25)
            pen.ellipse((x - r, y + 6, x + r, y + 6 + 2 * r), fill=chance.choice(REDS))
            pen.line((x, y + 6 + 2 * r, x, y + 2 * r + 24), fill=(220, 170, 60), width=4)
    _crowd(pen, horizon + 60, chance, number=chance.randrange(10, 24))


def _show(pen: Draw, horizon: int, chance: Chance) -> None:
    x = 30
    while x < WIDTH - 110:
        wide, tall = chance.randrange(70, 150), chance.randrange(80, 140)
        y = horizon - 30 - tall
        pen.rectangle((x, y, x + wide, y + tall), fill=(120, 88, 60))
        pen.rectangle((x + 6, y + 6, x + wide - 6, y + tall - 6), fill=chance.choice(PAPERS))
        for _stroke in range(4):
            a, b = x + chance.randrange(10, wide - 10), y + chance.randrange(12, tall - 12)
            pen.ellipse((a - 8, b - 6, a + 8, b + 6), fill=chance.choice(CLOTHES))
        x += wide + chance.randrange(16, 40)
    _crowd(pen, horizon + 80, chance, number=chance.randrange(4, 11))


def _match(pen: Draw, horizon: int, chance: Chance) -> None:
    for _board in range(chance.randrange(2, 6)):
        x, y = chance.randrange(60, WIDTH - 160), chance.randrange(horizon + 60, HEIGHT - 50)
        _person(pen, x - 16, y + 34, 84, chance)
        _person(pen, x + 96, y + 34, 84, chance)
        pen.polygon(((x, y), (x + 80, y), (x + 92, y + 40), (x - 12, y + 40)), fill=(206, 166, 104))
        for _piece in range(9):
            a, b = x + chance.randrange(6, 74), y + chance.randrange(5, 34)
            pen.ellipse((a - 4, b - 3, a + 4, b + 3), fill=chance.choice(((40, 36, 34), (190, 40, 40))))
    _crowd(pen, horizon + 20, chance, number=chance.randrange(3, 9))


def _frame(pen: Draw, chance: Chance) -> None:
    red = chance.choice(REDS)
    for x in range(0, WIDTH, 24):
        pen.polygon(((x, HEIGHT), (x + 12, HEIGHT - 10), (x + 24, HEIGHT)), fill=red)


_DRAWERS: dict[str, Callable[[Draw, int, Chance], None]] = {
    "stage": _stage, "dance": _dance, "reading": _reading, "class": _class, "film": _film, "lantern": _lantern,
    "show": _show, "match": _match,
}  # fmt: skip
SCENES = tuple(_DRAWERS)

"""Units with exact factors and dimensions: 万册 is 10,000 册 exactly; 册 + 人 is a mistake.

A unit is written as people write it: 册, 万册, 册/人, m2, 小时, 元/人, %. Factors are Fractions; nothing here is a float.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

Dimension = tuple[tuple[str, int], ...]

# What each base unit counts: (as written, name of its dimension). One of it is 1 in base units.
_BASE = {
    "册": "book", "人": "person", "元": "yuan", "m2": "area", "小时": "hour", "场": "session", "人次": "visit",
    "户": "household", "个": "item", "天": "day", "次": "time", "分": "point", "项": "line", "支": "team", "篇": "article",
    "台": "machine", "Mbps": "mbps", "册次": "loan", "座": "seat", "辆": "vehicle", "部": "film", "件": "piece",
    "种": "kind", "条": "message", "张": "card", "月": "month", "期": "course", "份": "copy", "GB": "gigabyte",
}  # fmt: skip
# Another word for the same, or a multiple of it.
_ALSO: dict[str, tuple[str, Fraction]] = {
    "名": ("人", Fraction(1)), "场次": ("场", Fraction(1)), "平方米": ("m2", Fraction(1)), "处": ("个", Fraction(1)),
    "家": ("个", Fraction(1)), "村": ("个", Fraction(1)), "乡镇": ("个", Fraction(1)), "馆": ("个", Fraction(1)),
    "站": ("个", Fraction(1)), "本": ("册", Fraction(1)), "分钟": ("小时", Fraction(1, 60)), "角": ("元", Fraction(1, 10)),
    "分钱": ("元", Fraction(1, 100)), "周": ("天", Fraction(7)), "季": ("月", Fraction(3)), "年": ("月", Fraction(12)),
    "TB": ("GB", Fraction(1024)), "Gbps": ("Mbps", Fraction(1000)), "公顷": ("m2", Fraction(10_000)),
    "亩": ("m2", Fraction(2000, 3)),
}  # fmt: skip
_TIMES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_PURE = {"": Fraction(1), "1": Fraction(1), "%": Fraction(1, 100), "‰": Fraction(1, 1000)}
_NAME_OF = {dimension: code for code, dimension in _BASE.items()}


class UnitError(ValueError):
    """The text names no unit, or the units do not go together. The message is for a person."""


@dataclass(frozen=True)
class Unit:
    """`code` as written; `factor`: one of it in base units; `dimension`: what it counts, () for pure numbers and %."""

    code: str
    factor: Fraction
    dimension: Dimension


@functools.cache
def unit(code: str) -> Unit:
    """The unit a text names, also compound (册/人, 元/人/月, 人·天). Raises UnitError."""
    text = unicodedata.normalize("NFKC", code).replace("²", "2").strip()
    factor, powers = Fraction(1), dict[str, int]()
    for place, part in enumerate(text.split("/")):
        sign = -1 if place else 1
        for one in part.split("·"):
            size, dimension = _single(one.strip(), code, alone=text == one)
            factor *= size**sign
            for name in dimension:
                powers[name] = powers.get(name, 0) + sign
    return Unit(code, factor, _tidy(powers))


def _single(text: str, whole: str, *, alone: bool) -> tuple[Fraction, tuple[str, ...]]:
    if text in _PURE and (alone or text):
        return _PURE[text], ()
    if text in _BASE:
        return Fraction(1), (_BASE[text],)
    if text in _ALSO:
        base, factor = _ALSO[text]
        return factor, (_BASE[base],)
    if text and text[0] in _TIMES:
        rest = text[1:]
        if not rest:
            return Fraction(_TIMES[text[0]]), ()
        if rest in _BASE or rest in _ALSO or rest[0] in _TIMES:
            size, dimension = _single(rest, whole, alone=False)
            return _TIMES[text[0]] * size, dimension
    raise UnitError(_("不认识的单位“%(unit)s”。") % {"unit": whole})


def known(code: str) -> bool:
    """Whether the text names a unit."""
    try:
        unit(code)
    except UnitError:
        return False
    return True


def _tidy(powers: dict[str, int]) -> Dimension:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def times(left: Dimension, right: Dimension, *, power: int = 1) -> Dimension:
    """The dimension of a product; with power=-1 of a quotient."""
    powers = dict(left)
    for name, own in right:
        powers[name] = powers.get(name, 0) + own * power
    return _tidy(powers)


def written(dimension: Dimension) -> str:
    """A dimension in base units, as `unit` reads it: 册/人."""
    above = [_NAME_OF[name] for name, power in dimension for _each in range(power)]
    below = [_NAME_OF[name] for name, power in dimension for _each in range(-power)]
    if below and not above:
        return "/".join(["1", *below])
    return "/".join(["·".join(above), *below])


def base_units() -> Iterable[str]:
    """Every base unit as written."""
    return tuple(_BASE)

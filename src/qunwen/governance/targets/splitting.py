"""Dividing a target among those below. Whole steps of its unit, and the parts add up to the whole exactly.

Largest remainder (base/papers/rounding). A ratio cannot be divided: each part carries it unchanged. Parts that are
locked keep what they have; the rest is divided among the others. Pure; integers and Fractions only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.base.papers.rounding import round_balanced

ZERO = Fraction(0)


class SplitError(ValueError):
    """The parts cannot be made or do not add up. The message is for the person; `difference` is whole minus parts."""

    def __init__(self, message: str, difference: Fraction = ZERO) -> None:
        super().__init__(message)
        self.difference = difference


@dataclass(frozen=True)
class Share:
    """One of those who get a part: its code, its weight (people, last year's figure), and what it keeps when locked."""

    code: str
    weight: Fraction | None = Fraction(1)
    locked: Fraction | None = None


def say(value: Fraction) -> str:
    """A value as people write it, at most four places, half up."""
    sign, exact = ("-" if value < 0 else ""), abs(value)
    units, rest = divmod(exact * 10_000, 1)
    whole, tail = divmod(int(units) + (1 if rest * 2 >= 1 else 0), 10_000)
    decimals = f"{tail:04}".rstrip("0")
    return f"{sign}{whole:,}.{decimals}" if decimals else f"{sign}{whole:,}"


def split(total: Fraction, shares: Sequence[Share], *, step: Fraction = Fraction(1)) -> dict[str, Fraction]:
    """Each one's part of an additive target, in the order given; together exactly `total`.

    Raises SplitError: nobody to divide among, one named twice, a weight that is missing (it is not nothing) or
    negative, no weight at all, locked parts above the whole, a total that is no multiple of `step`.
    """
    _checked(total, shares, step)
    kept = {each.code: each.locked for each in shares if each.locked is not None}
    rest = total - sum(kept.values(), ZERO)
    free = [each for each in shares if each.locked is None]
    if rest < 0:
        message = _("锁定的部分合计 %(kept)s，已超过总目标 %(total)s，多出 %(over)s。")
        raise SplitError(message % {"kept": say(total - rest), "total": say(total), "over": say(-rest)}, rest)
    if not free and rest:
        message = _("各部分都已锁定，合计 %(kept)s，与总目标 %(total)s 还差 %(rest)s。")
        raise SplitError(message % {"kept": say(total - rest), "total": say(total), "rest": say(rest)}, rest)
    weights = [each.weight or ZERO for each in free]
    whole = sum(weights, ZERO)
    if free and not whole:
        if rest:
            raise SplitError(_("权数合计是零，没有办法按它分。"))
        whole = Fraction(1)
    parts = round_balanced([rest * weight / whole for weight in weights], step=step, total=rest) if free else None
    found = dict(zip((each.code for each in free), (cell.shown for cell in parts.parts), strict=True)) if parts else {}
    return {each.code: found[each.code] if each.locked is None else each.locked for each in shares}


def _checked(total: Fraction, shares: Sequence[Share], step: Fraction) -> None:
    if not shares:
        raise SplitError(_("没有可以分给的地方或部门。"))
    codes = [each.code for each in shares]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise SplitError(_("“%(who)s”出现了两次。") % {"who": "、".join(twice)})
    if unknown := [each.code for each in shares if each.locked is None and each.weight is None]:
        message = _("有 %(n)d 处没有可以依据的数（例如 %(who)s），请改用别的办法，或先锁定这些地方的目标。")
        raise SplitError(message % {"n": len(unknown), "who": unknown[0]})
    if negative := [each.code for each in shares if each.weight is not None and each.weight < 0]:
        raise SplitError(_("“%(who)s”的权数是负数。") % {"who": negative[0]})
    for value in (total, *(each.locked for each in shares if each.locked is not None)):
        if value % step:
            raise SplitError(_("%(value)s 不是 %(step)s 的整数倍。") % {"value": say(value), "step": say(step)})
    if below := [each for each in shares if each.locked is not None and each.locked < 0]:
        raise SplitError(_("“%(who)s”的目标是负数。") % {"who": below[0].code})


def same(total: Fraction, shares: Sequence[Share]) -> dict[str, Fraction]:
    """A ratio passed on: everyone has the whole's, unless locked at another."""
    if not shares:
        raise SplitError(_("没有可以分给的地方或部门。"))
    return {each.code: total if each.locked is None else each.locked for each in shares}


def check_sum(total: Fraction, parts: Mapping[str, Fraction]) -> None:
    """Parts written by hand add up to the whole. Raises SplitError that names the difference."""
    if not parts:
        raise SplitError(_("没有可以分给的地方或部门。"))
    if any(part < 0 for part in parts.values()):
        raise SplitError(_("目标不能是负数。"))
    difference = total - sum(parts.values(), ZERO)
    if difference > 0:
        message = _("各部分合计 %(sum)s，比总目标 %(total)s 少 %(gap)s。")
    elif difference < 0:
        message = _("各部分合计 %(sum)s，比总目标 %(total)s 多 %(gap)s。")
    else:
        return
    said = {"sum": say(total - difference), "total": say(total), "gap": say(abs(difference))}
    raise SplitError(message % said, difference)

"""A child's bill of a month, computed from the roll and the fee rule alone: the parent can do it again by hand.

Fee (periods × price) − what lies above a cap − exemption − refund for absence. Everything is exact (fractions of a fen
where a share is taken); each line is rounded once, to the whole fen, in the parents' favour.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from .fees.checking import yuan
from .fees.defining import FeeRule, RefundRule, Setting

PRESENT, LEAVE, SICK, ABSENT, CANCELLED = "present", "leave", "sick", "absent", "cancelled"
FEE, CAP, EXEMPTION, ABSENCE = "fee", "cap", "exemption", "absence"
RuleOf = Callable[[dt.date], FeeRule]


class Attended(NamedTuple):
    """One date of one class on a child's roll. `status`: present, leave, sick, absent, or cancelled by the school."""

    record: str
    day: dt.date
    title: str
    periods: int
    price_fen: int
    status: str
    setting: Setting = Setting()


class Relief(NamedTuple):
    """A certified status of the child and the days it holds; no last day: until revoked."""

    group: str
    first: dt.date
    last: dt.date | None = None

    def on(self, day: dt.date) -> bool:
        """Whether it holds on the day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Line:
    """One line: what, how it is computed in words, the clause it rests on, and fen (taken off: below zero)."""

    kind: str
    title: str
    formula: str
    amount_fen: int
    clause: str = ""
    days: tuple[dt.date, ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        """As it is kept with the bill."""
        return {
            "kind": self.kind, "title": self.title, "formula": self.formula, "amount_fen": self.amount_fen,
            "clause": self.clause, "days": [day.isoformat() for day in self.days],
        }  # fmt: skip


@dataclass(frozen=True)
class Statement:
    """The lines of a month; what is due is their sum."""

    lines: tuple[Line, ...]

    def total(self, *kinds: str) -> int:
        """The sum of the lines of these kinds, or of all of them, in fen."""
        return sum(line.amount_fen for line in self.lines if not kinds or line.kind in kinds)

    @property
    def due_fen(self) -> int:
        """What is to be paid."""
        return self.total()


def compute(attended: Sequence[Attended], reliefs: Sequence[Relief], rule_of: RuleOf) -> Statement:
    """The bill of one child and one month.

    `rule_of` gives the rule of a day; that of the first day decides the month's cap and the refund. Classes the school
    cancelled cost nothing. Raises ValueError for two months, a row that is there twice, a price or a number of periods below zero.
    """
    live = sorted(
        (row for row in attended if row.status != CANCELLED), key=lambda row: (row.day, row.title, row.record)
    )
    if any(row.price_fen < 0 or row.periods < 0 for row in live):
        raise ValueError("a fee is never below zero")
    if len({(row.day.year, row.day.month) for row in live}) > 1:
        raise ValueError("a bill is of one month")
    if len(set(live)) < len(live):
        raise ValueError("a date stands on the roll once")
    if not live:
        return Statement(())
    lines = _fees(live)
    cut, kept = _caps(live, rule_of)
    lines += cut
    waived, payable = _exemptions(kept, reliefs, rule_of)
    lines += waived
    left = sum(line.amount_fen for line in lines)
    lines += _absence(live, payable, left, rule_of(live[0].day).refund)
    return Statement(tuple(lines))


def payable(attended: Sequence[Attended], reliefs: Sequence[Relief], rule_of: RuleOf) -> dict[str, Fraction]:
    """What is to be paid for each date, by its record, after caps and exemptions and before refunds, in exact fen."""
    live = sorted(
        (row for row in attended if row.status != CANCELLED), key=lambda row: (row.day, row.title, row.record)
    )
    if not live:
        return {}
    kept = _caps(live, rule_of)[1]
    return {row.record: fen for row, fen in _exemptions(kept, reliefs, rule_of)[1].items()}


def _fees(rows: Sequence[Attended]) -> list[Line]:
    """One line for each class and price."""
    found: dict[tuple[str, int], list[Attended]] = {}
    for row in rows:
        found.setdefault((row.title, row.price_fen), []).append(row)
    lines = []
    for (title, price), these in sorted(found.items()):
        periods = sum(row.periods for row in these)
        formula = _("%(n)d 课时 × %(price)s 元") % {"n": periods, "price": yuan(price)}
        lines.append(Line(FEE, title, formula, periods * price, days=_days(these)))
    return lines


def _days(rows: Iterable[Attended]) -> tuple[dt.date, ...]:
    return tuple(sorted({row.day for row in rows}))


def _caps(rows: Sequence[Attended], rule_of: RuleOf) -> tuple[list[Line], dict[Attended, Fraction]]:
    """What lies above a cap, by clause, and what is kept of each row: by period, then by day, then by month."""
    over: dict[str, tuple[Fraction, list[dt.date]]] = {}

    def cut(clause: str, fen: Fraction | int, days: Iterable[dt.date]) -> None:
        sum_, when = over.get(clause, (Fraction(0), []))
        over[clause] = (sum_ + fen, [*when, *days])

    kept: dict[Attended, Fraction] = {}
    for row in rows:
        cap = rule_of(row.day).cap("period", row.setting)
        price = row.price_fen if cap is None else min(row.price_fen, cap.fen)
        kept[row] = Fraction(row.periods * price)
        if cap is not None and price < row.price_fen and row.periods:
            cut(cap.clause.text, row.periods * (row.price_fen - price), [row.day])
    for per, groups in (("day", _by_day(rows)), ("month", {rows[0].day: list(rows)})):
        for day, these in groups.items():
            caps = [cap for row in these if (cap := rule_of(day).cap(per, row.setting)) is not None]
            # A cap for a richer service covers the plainer one given with it, so of several the highest holds.
            highest = max(caps, key=lambda cap: cap.fen, default=None)
            total = sum((kept[row] for row in these), Fraction(0))
            if highest is not None and total > highest.fen:
                cut(highest.clause.text, total - highest.fen, _days(these))
                for row in these:
                    kept[row] *= Fraction(highest.fen) / total
    lines = [
        Line(
            CAP,
            _("超过上限部分不收"),
            _("超出 %(fen)s 元") % {"fen": yuan(int(fen))},
            -int(fen),
            clause,
            tuple(sorted(set(days))),
        )
        for clause, (fen, days) in over.items()
    ]
    return lines, kept


def _by_day(rows: Sequence[Attended]) -> dict[dt.date, list[Attended]]:
    found: dict[dt.date, list[Attended]] = {}
    for row in rows:
        found.setdefault(row.day, []).append(row)
    return found


def _exemptions(
    kept: Mapping[Attended, Fraction], reliefs: Sequence[Relief], rule_of: RuleOf
) -> tuple[list[Line], dict[Attended, Fraction]]:
    """What certified status takes off, by clause (of several the greatest share), and what is left of each row."""
    bases: dict[tuple[str, Fraction], tuple[Fraction, list[dt.date]]] = {}
    left = dict(kept)
    for row, fen in kept.items():
        held = [rule_of(row.day).exempt(relief.group) for relief in reliefs if relief.on(row.day)]
        best = max((one for one in held if one is not None), key=lambda one: Fraction(*one.share), default=None)
        if best is None or not fen:
            continue
        share = Fraction(*best.share)
        base, days = bases.get((best.clause.text, share), (Fraction(0), []))
        bases[best.clause.text, share] = (base + fen, [*days, row.day])
        left[row] = fen * (1 - share)
    lines = []
    for (clause, share), (base, days) in bases.items():
        part = _("全免") if share == 1 else f"{share.numerator}/{share.denominator}"
        formula = _("%(base)s 元 × %(share)s") % {"base": exact(base), "share": part} if share != 1 else part
        lines.append(Line(EXEMPTION, _("减免"), formula, -math.ceil(base * share), clause, tuple(sorted(set(days)))))
    # Lines are rounded in the parents' favour, each less than a fen: together never more than the fee.
    return _at_most(lines, sum(kept.values(), Fraction(0))), left


def _at_most(lines: list[Line], most: Fraction) -> list[Line]:
    left, found = math.floor(most), []
    for line in lines:
        off = min(-line.amount_fen, left)
        left -= off
        found.append(Line(line.kind, line.title, line.formula, -off, line.clause, line.days))
    return found


def _absence(
    rows: Sequence[Attended], payable: Mapping[Attended, Fraction], left: int, refund: RefundRule
) -> list[Line]:
    """What absence gives back, never more than is left to pay."""
    missed, words = _missed(rows, refund)
    fen = math.ceil(sum((payable[row] * share for row, share in missed.items()), Fraction(0)))
    if not missed or not fen or left <= 0:
        return []
    return [Line(ABSENCE, _("缺勤退费"), words, -min(fen, left), refund.clause.text, _days(missed))]


def _missed(rows: Sequence[Attended], refund: RefundRule) -> tuple[dict[Attended, Fraction], str]:
    """Rows that give something back, with the share, and how that was found."""
    if refund.how == "each":
        found = {row: Fraction(1) for row in rows if row.status in refund.counts and row.periods}
        words = {"n": sum(row.periods for row in found)}
        return found, _("请假等 %(n)d 课时，按每课时实际应交金额退") % words
    days = _by_day(rows)
    away = [all(row.status in refund.counts for row in these) for these in days.values()]
    runs = _runs(away)
    if refund.how == "run":
        in_run = {i for first, length in runs if length >= refund.days for i in range(first, first + length)}
        found = {row: Fraction(1) for i, these in enumerate(days.values()) if i in in_run for row in these}
        return found, _("连续缺勤满 %(n)d 天，共 %(all)d 天") % {"n": refund.days, "all": len(in_run)}
    if refund.how == "half_month":
        longest = max((length for _first, length in runs), default=0)
        words = {"n": longest, "all": len(days)}
        if longest == len(days):
            return {row: Fraction(1) for row in rows}, _("当月 %(all)d 天全部缺勤，退全月") % words
        if 2 * longest >= len(days):
            return {row: Fraction(1, 2) for row in rows}, _(
                "连续缺勤 %(n)d 天，满当月 %(all)d 天的一半，退半月"
            ) % words
    return {}, ""


def _runs(away: Sequence[bool]) -> list[tuple[int, int]]:
    """(first index, length) of each stretch of True."""
    found: list[tuple[int, int]] = []
    for index, one in enumerate(away):
        if not one:
            continue
        if found and sum(found[-1]) == index:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((index, 1))
    return found


def exact(fen: Fraction) -> str:
    """An amount in yuan; a fraction of a fen is written out."""
    whole = math.floor(fen)
    rest = fen - whole
    return yuan(whole) + (_("又 %(part)s 分") % {"part": f"{rest.numerator}/{rest.denominator}"} if rest else "")


# --- what a bill keeps so that it can be computed again ---


def basis_of(attended: Sequence[Attended], reliefs: Sequence[Relief]) -> dict[str, Any]:
    """The inputs as plain data."""
    return {
        "attended": [
            [row.record, row.day.isoformat(), row.title, row.periods, row.price_fen, row.status, *_setting(row.setting)]
            for row in attended
        ],
        "reliefs": [[r.group, r.first.isoformat(), r.last.isoformat() if r.last else None] for r in reliefs],
    }


def _setting(one: Setting) -> list[str]:
    return [one.provider, one.stage, one.locality, one.content]


def inputs_of(basis: Mapping[str, Any]) -> tuple[list[Attended], list[Relief]]:
    """The inputs again from what a bill keeps."""
    attended = [
        Attended(str(r[0]), dt.date.fromisoformat(r[1]), r[2], r[3], r[4], r[5], Setting(*r[6:10]))
        for r in basis["attended"]
    ]
    day = dt.date.fromisoformat
    return attended, [Relief(group, day(first), day(last) if last else None) for group, first, last in basis["reliefs"]]

"""Points of one subject by one sheet: every point is explained by its rows. Pure, exact, blind to the order of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from qunwen.governance.indicators.language.ir import Expr

from .enums import Asks, ItemKind
from .sheets import ONE, ZERO, Award, Item, Reset, Sheet, Veto
from .spans import Span

DONE, NOT_DONE = "done", "not_done"


class Why(str):
    """Why points were added or taken that no single row explains; the words are in `wording.py`."""

    __slots__ = ()


FLOOR, CAP, TOTAL_FLOOR, TOTAL_CAP, VETO, RESET = map(
    Why, ("floor", "cap", "total_floor", "total_cap", "veto", "reset")
)


@dataclass(frozen=True)
class EntryRow:
    """What scoring needs of an entry. `number`: how many (an absence of two persons is 2), or the points judged.

    `confirmed` is False while somebody has still to decide on it. `filed` is the day it was entered.
    """

    id: str
    item: str
    day: dt.date
    number: Fraction = ONE
    category: str = ""
    due: dt.date | None = None
    late_until: dt.date | None = None
    done: dt.date | None = None
    filed: dt.date | None = None
    confirmed: bool = True
    label: str = ""
    url: str = ""

    @property
    def order(self) -> tuple[dt.date, str]:
        """How rows stand in an explanation, whatever order they came in."""
        return self.day, self.id


class Answers(Protocol):
    """What conditions are answered from; None is not known (undecided, never failed)."""

    def truth(self, expr: Expr) -> bool | None:
        """Whether it holds."""

    def value(self, expr: Expr, unit: str) -> Fraction | None:
        """Its value in that unit."""


@dataclass(frozen=True)
class RowPoints:
    """What one row gave or took. `share` of it counted (late), `waiting` gives nothing yet."""

    row: EntryRow
    points: Fraction
    share: Fraction = ONE
    waiting: bool = False


@dataclass(frozen=True)
class Adjustment:
    """Points added or taken that no row of the item gave: a bound, a veto (`about` is its code), a reset with its rows."""

    why: Why
    points: Fraction
    about: str = ""
    rows: tuple[EntryRow, ...] = ()


@dataclass(frozen=True)
class Line:
    """One item: `start` + rows + adjustments = `points`; `counted` = points × weight.

    `low` and `high`: what it may still come to while something is undecided; both equal `points` when decided.
    """

    item: Item
    start: Fraction
    rows: tuple[RowPoints, ...]
    adjustments: tuple[Adjustment, ...]
    points: Fraction
    low: Fraction
    high: Fraction | None
    met: bool | None = None
    value: Fraction | None = None

    @property
    def counted(self) -> Fraction:
        """What it brings to the total."""
        return self.points * self.item.weight

    @property
    def undecided(self) -> bool:
        """Whether it may still come out otherwise by what is already there."""
        return self.low != self.points or self.high != self.points


@dataclass(frozen=True)
class VetoLine:
    """A veto that stands, with its rows; `undecided` when that is not known yet."""

    veto: Veto
    rows: tuple[EntryRow, ...]
    undecided: bool = False


@dataclass(frozen=True)
class ScoreResult:
    """The total of a subject, and everything that explains it: sum of `counted` + adjustments = `total`."""

    sheet: Sheet
    subject: str
    span: Span
    on: dt.date
    lines: tuple[Line, ...]
    adjustments: tuple[Adjustment, ...]
    vetoes: tuple[VetoLine, ...]
    total: Fraction
    parts: tuple[ScoreResult, ...] = ()

    @property
    def barred(self) -> tuple[Award, ...]:
        """The awards it may not get."""
        codes = {code for each in self.vetoes if not each.undecided for code in each.veto.bars}
        return tuple(award for award in self.sheet.awards if award.code in codes)

    @property
    def undecided(self) -> tuple[Line, ...]:
        """Items that may still come out otherwise."""
        return tuple(line for line in self.lines if line.undecided)

    @property
    def is_final(self) -> bool:
        """Whether nothing is open: no item, no veto."""
        return not self.undecided and not any(each.undecided for each in self.vetoes)

    def points_of(self, code: str) -> Fraction:
        """What an item brought."""
        return next(line.counted for line in self.lines if line.item.code == code)


def share_of(item: Item, row: EntryRow, span: Span) -> Fraction:
    """How much of a row counts by the item's window: all, the late share, or nothing."""
    late = item.late
    if late is None:
        return ONE
    if late.days is not None:
        over = ((row.filed or row.day) - span.end).days
        closes = late.closes if late.closes is not None else late.days
        return ONE if over < late.days else late.share if over < closes else ZERO
    if row.due is None:
        return ONE
    came = row.done or row.filed or row.day
    return ONE if came <= row.due else late.share if row.late_until and came <= row.late_until else ZERO


def score(
    sheet: Sheet,
    subject: str,
    span: Span,
    rows: Iterable[EntryRow],
    *,
    on: dt.date,
    answers: Answers | None = None,
    parts: Mapping[str, tuple[ScoreResult, ...]] | None = None,
) -> ScoreResult:
    """The score of a subject in a span, as known on a day. Rows of other spans and items are left out.

    `parts` has the results of the sheets that this one refers to, in order of time.
    """
    mine = sorted((row for row in rows if span.holds(row.day) and row.item in sheet.by_code), key=lambda r: r.order)
    resets = {code: held for reset in sheet.resets if (held := overdue(reset, mine, on)) for code in reset.items}
    lines = tuple(
        _reset(_LINES[item.kind](item, _Seen(mine, span, on, answers, parts or {})), resets.get(item.code))
        for item in sheet.items
    )
    vetoes = tuple(
        found for veto in sheet.vetoes if (found := _veto(veto, mine, answers, over=on >= span.end)) is not None
    )
    total = sum((line.counted for line in lines), ZERO)
    adjustments: list[Adjustment] = []
    for bound, why, choose in ((sheet.floor, TOTAL_FLOOR, max), (sheet.cap, TOTAL_CAP, min)):
        if bound is not None and (kept := choose(total, bound)) != total:
            adjustments.append(Adjustment(why, kept - total))
            total = kept
    for found in vetoes:
        # A total that is below nothing already is not lifted by a veto.
        if found.veto.total_to_zero and not found.undecided and total > 0:
            adjustments.append(Adjustment(VETO, -total, found.veto.code))
            total = ZERO
    used = tuple(result for item in sheet.items if item.of for result in (parts or {}).get(item.code, ()))
    return ScoreResult(sheet, subject, span, on, lines, tuple(adjustments), vetoes, total, used)


def overdue(reset: Reset, rows: Iterable[EntryRow], on: dt.date) -> tuple[EntryRow, ...]:
    """The rows by which a reset stands on a day: due, and not put right by then."""
    return tuple(
        row
        for row in rows
        if row.item == reset.code
        and row.confirmed
        and row.due is not None
        and row.due < on
        and (row.done is None or row.done > on)
    )


@dataclass(frozen=True)
class _Seen:
    rows: list[EntryRow]
    span: Span
    on: dt.date
    answers: Answers | None
    parts: Mapping[str, tuple[ScoreResult, ...]]

    def of(self, item: Item) -> list[EntryRow]:
        return [row for row in self.rows if row.item == item.code]


def _bounded(item: Item, points: Fraction) -> tuple[Fraction, tuple[Adjustment, ...]]:
    found: list[Adjustment] = []
    if item.cap is not None and points > item.cap:
        found.append(Adjustment(CAP, item.cap - points))
        points = item.cap
    if points < item.floor:
        found.append(Adjustment(FLOOR, item.floor - points))
        points = item.floor
    return points, tuple(found)


def _settled(item: Item, start: Fraction, rows: Iterable[RowPoints], **more: object) -> Line:
    each = tuple(rows)
    points, found = _bounded(item, start + sum((row.points for row in each), ZERO))
    waiting = sum((_worth(item, row) for row in each if row.waiting), ZERO)
    other, _ = _bounded(item, points + waiting) if waiting else (points, ())
    return Line(item, start, each, found, points, min(points, other), max(points, other), **more)  # type: ignore[arg-type]


def _worth(item: Item, row: RowPoints) -> Fraction:
    category = item.category(row.row.category) or (item.categories[0] if item.categories else None)
    worth = (category.points if category else ZERO) * row.row.number * row.share
    return -worth if item.kind == ItemKind.MINUS else worth


def _each(item: Item, seen: _Seen) -> list[RowPoints]:
    found = []
    for row in seen.of(item):
        share = share_of(item, row, seen.span)
        whole = RowPoints(row, ZERO, share, waiting=not row.confirmed)
        found.append(whole if whole.waiting else RowPoints(row, _worth(item, whole), share))
    return found


def _minus(item: Item, seen: _Seen) -> Line:
    return _settled(item, item.base, _each(item, seen))


def _plus(item: Item, seen: _Seen) -> Line:
    return _settled(item, ZERO, _each(item, seen))


def _base(item: Item, seen: _Seen) -> Line:
    rows = seen.of(item)
    judged = [_duty(item, row, seen) if item.asks == Asks.DUTIES else _said(row) for row in rows]
    shares = [share for share in judged if share is not None]
    missed = any(share == 0 for share in shares)
    if missed or (shares and None not in judged):
        share = min(shares)
        points, found = _bounded(item, item.base + item.if_not if missed else item.base * share)
        start, explained = _missed(item, rows, judged, points, found)
        return Line(item, start, explained, found, points, points, points, met=not missed)
    # Nothing is entered, or something is still open: what it may come to is said, nothing is taken away for silence.
    worst, _ = _bounded(item, item.base + item.if_not)
    hoped = item.base if rows and item.asks == Asks.DUTIES else ZERO
    so_far = item.base * min(shares) if shares else hoped
    explained = tuple(RowPoints(row, ZERO, waiting=share is None) for row, share in zip(rows, judged, strict=True))
    return Line(item, so_far, explained, (), so_far, min(worst, so_far), max(item.base, so_far))


def _missed(
    item: Item, rows: list[EntryRow], judged: list[Fraction | None], points: Fraction, found: tuple[Adjustment, ...]
) -> tuple[Fraction, tuple[RowPoints, ...]]:
    """What was there at first, and the row by which it changed: the earliest of the worst."""
    change = points - sum((each.points for each in found), ZERO) - item.base
    worst = min((share for share in judged if share is not None), default=ONE)
    first = next((n for n, share in enumerate(judged) if share == worst), None) if change else None
    explained = tuple(
        RowPoints(row, change if n == first else ZERO, ONE if share is None else share, waiting=share is None)
        for n, (row, share) in enumerate(zip(rows, judged, strict=True))
    )
    return item.base, explained


def _duty(item: Item, row: EntryRow, seen: _Seen) -> Fraction | None:
    if not row.confirmed:
        return None
    if row.done is not None and row.done <= seen.on:
        share = item.late.share if item.late else ZERO
        if row.due is None or row.done <= row.due:
            return ONE
        return share if row.late_until is not None and row.done <= row.late_until else ZERO
    closes = max((day for day in (row.due, row.late_until) if day is not None), default=None)
    if item.late is None or not item.late.share:
        closes = row.due or closes
    return ZERO if closes is not None and closes < seen.on else None


def _said(row: EntryRow) -> Fraction | None:
    if not row.confirmed:
        return None
    return ZERO if row.category == NOT_DONE and row.done is None else ONE


def _condition(item: Item, seen: _Seen) -> Line:
    met = seen.answers.truth(item.expr) if seen.answers is not None and item.expr is not None else None
    low, high = sorted((item.base, item.otherwise))
    if met is None:
        points = min(max(ZERO, low), high)
        return Line(item, points, (), (), points, low, high)
    points, found = _bounded(item, item.base if met else item.otherwise)
    start = points - sum((each.points for each in found), ZERO)
    return Line(item, start, (), found, points, points, points, met=met)


def _steps(item: Item, seen: _Seen) -> Line:
    value = None
    if seen.answers is not None and item.expr is not None:
        value = seen.answers.value(item.expr, item.unit)
    if value is None:
        every = [ZERO, *(step.points for step in item.steps)]
        return Line(item, ZERO, (), (), ZERO, min(every), max(every))
    reached = [step for step in item.steps if value >= step.at]
    start = max(reached, key=lambda step: step.at).points if reached else ZERO
    points, found = _bounded(item, start)
    return Line(item, start, (), found, points, points, points, met=bool(reached), value=value)


def _judged(item: Item, seen: _Seen) -> Line:
    rows = seen.of(item)
    sure = [row for row in rows if row.confirmed]
    if not sure:
        waiting = tuple(RowPoints(row, ZERO, waiting=True) for row in rows)
        return Line(item, ZERO, waiting, (), ZERO, item.floor, item.base)
    # Several judges: each has the same part in the mean.
    explained = tuple(
        RowPoints(row, row.number / len(sure) if row.confirmed else ZERO, waiting=not row.confirmed) for row in rows
    )
    points, found = _bounded(item, sum((each.points for each in explained), ZERO))
    return Line(item, ZERO, explained, found, points, points, points)


def _of_sheet(item: Item, seen: _Seen) -> Line:
    results = seen.parts.get(item.code, ())
    if not results:
        return Line(item, ZERO, (), (), ZERO, min(item.floor, ZERO), item.cap)
    start = sum((each.total for each in results), ZERO)
    start = start / len(results) if item.over == "average" else start
    points, found = _bounded(item, start)
    high = points if all(each.is_final for each in results) else item.cap
    return Line(item, start, (), found, points, points, high)


_LINES: Mapping[ItemKind, Callable[[Item, _Seen], Line]] = {
    ItemKind.BASE: _base,
    ItemKind.MINUS: _minus,
    ItemKind.PLUS: _plus,
    ItemKind.CONDITION: _condition,
    ItemKind.STEPS: _steps,
    ItemKind.JUDGED: _judged,
    ItemKind.SHEET: _of_sheet,
}


def _reset(line: Line, rows: tuple[EntryRow, ...] | None) -> Line:
    """All its points gone until what was found is put right; a penalty already below nothing stays."""
    if rows is None:
        return line
    taken = (Adjustment(RESET, -line.points, rows=rows),) if line.points > 0 else ()
    points = min(line.points, ZERO)
    return Line(
        line.item, line.start, line.rows, (*line.adjustments, *taken), points, min(line.low, ZERO), points,
        met=line.met, value=line.value,
    )  # fmt: skip


def _veto(veto: Veto, rows: list[EntryRow], answers: Answers | None, *, over: bool) -> VetoLine | None:
    if veto.expr is not None:
        held = answers.truth(veto.expr) if answers is not None else None
        return None if held is False else VetoLine(veto, (), undecided=held is None)
    mine = tuple(row for row in rows if row.item == veto.code)
    sure = tuple(row for row in mine if row.confirmed and not (veto.lifts and row.done is not None))
    if veto.unless:
        # While the span runs, what is not there yet may still come.
        open_yet = not over or any(not row.confirmed for row in mine)
        return None if sure else VetoLine(veto, mine, undecided=open_yet)
    if sure:
        return VetoLine(veto, sure)
    waiting = tuple(row for row in mine if not row.confirmed)
    return VetoLine(veto, waiting, undecided=True) if waiting else None

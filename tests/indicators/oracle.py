"""Formulas worked out the slow way: every row, every edge, every place looked at one by one. What evaluation must equal.

Shares no code with the evaluation but the tree of the formula. An end of a range is a pair: (-1, 0) below everything,
(0, number), (1, 0) above everything; pairs compare as Python compares them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

from qunwen.governance.indicators.language import ir

LOW, HIGH = (-1, Fraction(0)), (1, Fraction(0))
LEVEL = {"county": 6, "town": 9, "village": 12}
NOT_THERE = "not there"


def month(year, number):
    return dt.date(year + (number - 1) // 12, (number - 1) % 12 + 1, 1)


@dataclass
class Thing:
    """An element: what is one stored integer worth, how it is read, who reports it."""

    kind: str
    over: str = "sum"
    worth: Fraction = Fraction(1)
    measure: str = ""
    fixed: dict = field(default_factory=dict)
    vintage: int | None = None
    people: object = None  # which group of people
    least: int = 0
    greatest: int | None = None
    by: int = 12


@dataclass
class World:
    """rows: (measure, place, day, value, grade, dims). edges: (above, below, since, until). people: {(place, year, group): n}."""

    things: dict
    rows: list
    edges: list
    people: dict
    excused: dict = field(default_factory=dict)
    now: dt.date | None = None  # map of this day, else of each day

    # --- places

    def there(self, place, first, after):
        if self.now:
            first, after = self.now, self.now + dt.timedelta(days=1)
        return {
            d for a, d, s, u in self.edges if a == place and (s is None or s < after) and (u is None or u > first)
        }  # fmt: skip

    def counts(self, place, leaf, day):
        return sum(
            a == place and d == leaf and (s is None or s <= day) and (u is None or day < u) for a, d, s, u in self.edges
        )

    def reporters(self, place, first, after, length):
        near = {p for p in self.there(place, first, after) if len(p) <= length}
        lowest = {p for p in near if not any(q != p and q in self.there(p, first, after) for q in near)}
        return lowest or ({place} & self.there(place, first, after))

    # --- a cell

    def cell(self, ref, place, when):
        thing = self.things[ref.code]
        if thing.people is not None:
            return self.crowd(thing, place, when)
        first, after = when.days()
        read = after_month_before(after) if thing.kind == "stock" else first
        owed = self.reporters(place, read, after, thing.by)
        silent = {p for p in owed if not self.found(thing, p, read, after, None)}
        let_off = {p for p in silent if self.excused.get((thing.measure, p)) == "n/a"}
        owed, silent = owed - let_off, silent - let_off
        mine = self.found(thing, place, read, after, ref.filters)
        any_row = self.found(thing, place, read, after, None)
        if not owed and not any_row:
            return None, None, None, (0, 0)
        value = merge(thing.over, mine) if any_row or owed - silent else NOT_THERE
        lows, highs = [], []
        for each in silent:
            low, high = self.before(thing, ref, each, when)
            lows.append(low)
            highs.append(high)
        own = [] if value == NOT_THERE else [value]
        low = merge(thing.over, own + lows)
        if None in highs:
            high = HIGH if thing.over != "min" or not own else (0, Fraction(own[0]) * thing.worth)
        else:
            high = (0, Fraction(merge(thing.over, own + highs)) * thing.worth)
        known = None if value == NOT_THERE else value * thing.worth
        return known, (0, Fraction(low) * thing.worth), high, (len(owed) - len(silent), len(owed))

    def found(self, thing, place, first, after, filters):
        picked = []
        for measure, leaf, day, value, grade, dims in self.rows:
            if measure != thing.measure or not first <= day < after:
                continue
            wanted = [] if filters is None else [*thing.fixed.items(), *filters]
            if all((grade if n == "grade" else dims[n]) in codes for n, codes in wanted):
                picked += [value] * self.counts(place, leaf, day)
        return picked

    def before(self, thing, ref, place, when):
        said = []
        for n in range(1, max(1, min(12, 24 // when.length())) + 1):
            first, after = when.days(back=n * when.length())
            read = after_month_before(after) if thing.kind == "stock" else first
            if self.found(thing, place, read, after, None):
                said.append(merge(thing.over, self.found(thing, place, read, after, ref.filters)))
        return (min(said), max(said)) if said else (thing.least, thing.greatest)

    def crowd(self, thing, place, when):
        year = thing.vintage if thing.vintage > 1000 else when.last_year() + thing.vintage
        heads = self.heads(place, year, thing.people)
        told = [n for _p, n in heads if n is not None]
        low = high = sum(told)
        for each, n in heads:
            if n is None:
                then = [(each, year - k, thing.people) for k in range(1, 13)]
                earlier = [self.people[key] for key in then if key in self.people]
                low += min(earlier) if earlier else 0
                high = None if high is None or not earlier else high + max(earlier)
        ends = (0, Fraction(low)), HIGH if high is None else (0, Fraction(high))
        return (Fraction(sum(told)) if told else None), *ends, (len(told), len(heads))

    def heads(self, place, year, group):
        if (place, year, group) in self.people:
            return [(place, self.people[place, year, group])]
        day = dt.date(year, 12, 31)
        below = {
            d for a, d, s, u in self.edges if a == place and d != place and (not s or s <= day) and (not u or day < u)
        }
        direct = [d for d in sorted(below) if not any(self.counts(e, d, day) for e in below if e != d)]
        return [each for d in direct for each in self.heads(d, year, group)] or [(place, None)]

    # --- formulas: (value or None, low, high), or None where nothing applies

    def amount(self, expr, place, when):
        kind = type(expr).__name__
        return getattr(self, f"_{kind.lower()}")(expr, place, when)

    def _number(self, expr, _place, _when):
        return expr.base, (0, expr.base), (0, expr.base)

    def _ref(self, expr, place, when):
        value, low, high, _n = self.cell(expr, place, when)
        return None if low is None else (value, low, high)

    def _reported(self, expr, place, when):
        done, owed = self.cell(expr.inner, place, when)[3]
        return exactly(Fraction(done, owed)) if owed else None

    def _add(self, expr, place, when):
        return plus([self.amount(x, place, when) for x in (expr.left, expr.right)])

    def _total(self, expr, place, when):
        first, after = when.days()
        here = [p for p in self.there(place, first, after) if len(p) == LEVEL[expr.level]]
        return plus([self.amount(expr.inner, p, when) for p in here])

    def _neg(self, expr, place, when):
        return minus(self.amount(expr.inner, place, when))

    def _sub(self, expr, place, when):
        left, right = self.amount(expr.left, place, when), self.amount(expr.right, place, when)
        if left is None or right is None:
            return left if right is None else minus(right)
        _value, low, high = plus([left, minus(right)])
        return (None if None in (left[0], right[0]) else left[0] - right[0]), low, high

    def _mul(self, expr, place, when):
        left, right = self.amount(expr.left, place, when), self.amount(expr.right, place, when)
        if left is None or right is None:
            return None
        ends = [by(a, b) for a in left[1:] for b in right[1:]]
        return (None if None in (left[0], right[0]) else left[0] * right[0]), min(ends), max(ends)

    def _div(self, expr, place, when):
        left, right = self.amount(expr.left, place, when), self.amount(expr.right, place, when)
        if left is None or right is None or right == exactly(Fraction(0)):
            return None
        value = None if None in (left[0], right[0]) or right[0] == 0 else left[0] / right[0]
        if right[1] < (0, Fraction(0)) < right[2]:
            return value, LOW, HIGH
        positive = right[1] >= (0, Fraction(0))
        under = [one_over(b, positive=positive) for b in right[1:]]
        if (
            right[1] == right[2] == (0, Fraction(0))
        ):  # not known, and zero whenever it was: anything that is not negative
            under = [(0, Fraction(0)), HIGH]
        ends = [by(a, b) for a in left[1:] for b in under]
        return value, min(ends), max(ends)

    def _least(self, expr, place, when):
        found = [q for q in (self.amount(x, place, when) for x in expr.items) if q is not None]
        if not found:
            return None
        values = [q[0] for q in found]
        return (None if None in values else min(values)), min(q[1] for q in found), min(q[2] for q in found)

    def _most(self, expr, place, when):
        found = [q for q in (self.amount(x, place, when) for x in expr.items) if q is not None]
        if not found:
            return None
        values = [q[0] for q in found]
        return (None if None in values else max(values)), max(q[1] for q in found), max(q[2] for q in found)

    def _when(self, expr, place, when):
        held = self.holds(expr.cond, place, when)
        if held is NOT_THERE:
            return None
        if held is not None:
            return self.amount(expr.yes if held else expr.no, place, when)
        found = [q for q in (self.amount(x, place, when) for x in (expr.yes, expr.no)) if q is not None]
        if not found:
            return None
        same = found[0][0] if len(found) == 2 and found[0][0] == found[1][0] else None
        return same, min(q[1] for q in found), max(q[2] for q in found)

    def _share(self, expr, place, when):
        sure, maybe = self.votes(expr, expr.among, place, when)
        if not sure and not maybe:
            return None
        decided = [v for v in sure if v is not None]
        value = Fraction(sum(v is True for v in sure), len(sure)) if decided else None
        # Every way in which the open ones may come out, worst and best first.
        met, no = sum(v is True for v in sure), sum(v is False for v in sure)
        rest = [v for v in sure if v is None] + [v for v in maybe if v is not True]
        low = Fraction(met, met + no + len(rest)) if met + no + len(rest) else Fraction(1)
        up = met + len([v for v in sure if v is None]) + len([v for v in maybe if v is not False])
        high = Fraction(up, up + no) if up + no else Fraction(0)
        return value, (0, low), (0, high)

    def _count(self, expr, place, when):
        sure, _maybe = self.votes(expr, None, place, when)
        if not sure:
            return exactly(Fraction(0))
        met, still = sum(v is True for v in sure), sum(v is None for v in sure)
        return (Fraction(met) if still < len(sure) else None), (0, Fraction(met)), (0, Fraction(met + still))

    def votes(self, expr, among, place, when):
        last = when.days()[1] - dt.timedelta(days=1)
        last = when.base_end() - dt.timedelta(days=1)
        here = [p for p in self.there(place, last, last + dt.timedelta(days=1)) if len(p) == LEVEL[expr.level]]
        sure, maybe = [], []
        for each in here:
            counted = True if among is None else self.holds(among, each, when)
            vote = self.holds(expr.cond, each, when)
            if counted is not False and counted is not NOT_THERE and vote is not NOT_THERE:
                (sure if counted else maybe).append(vote)
        return sure, maybe

    def _banded(self, expr, place, when):
        amount = self.amount(expr.by, place, when)
        if amount is None:
            return None
        value = None if amount[0] is None else band(expr, amount[0])
        if amount[1] == amount[2] == (0, amount[0]):
            return exactly(value)
        low, high = amount[1:]
        ends = [(0, band(expr, end[1])) for end in (low, high) if end[0] == 0]
        for n, (limit, _rate) in enumerate(expr.steps[:-1]):
            edge = limit.base
            if low <= (0, edge) <= high:
                ends.append((0, band(expr, edge)))
            if low <= (0, edge) < high:  # a hair above the edge
                ends.append((0, bracket(expr, n + 1, edge)))
        if high == HIGH:
            rate = expr.steps[-1][1].base
            ends += (
                [HIGH] if rate > 0 else [LOW] if rate < 0 else [(0, bracket(expr, len(expr.steps) - 1, Fraction(0)))]
            )
        return value, min(ends), max(ends)

    def _before(self, expr, place, when):
        return self.amount(expr.inner, place, when.earlier(expr.n * when.base[1]))

    def _lastyear(self, expr, place, when):
        return self.amount(expr.inner, place, when.earlier(12 * expr.n))

    def _yeartodate(self, expr, place, when):
        return self.amount(expr.inner, place, When(when.base, "year"))

    def _lastmonths(self, expr, place, when):
        return self.amount(expr.inner, place, When(when.base, expr.n))

    def _inyear(self, expr, place, when):
        year = expr.year if expr.year > 1000 else when.last_year() + expr.year
        return self.amount(expr.inner, place, When((year * 12, 12), ""))

    # --- conditions: True, False, None (open), NOT_THERE

    def holds(self, expr, place, when):
        if isinstance(expr, ir.Compare):
            return self.compared(expr, self.amount(expr.left, place, when), self.amount(expr.right, place, when))
        if isinstance(expr, ir.Not):
            held = self.holds(expr.inner, place, when)
            return held if held in (None, NOT_THERE) else not held
        votes = [v for v in (self.holds(x, place, when) for x in expr.items) if v is not NOT_THERE]
        if not votes:
            return True if isinstance(expr, ir.And) and not expr.items else NOT_THERE
        stop = isinstance(expr, ir.Or)
        return stop if stop in votes else None if None in votes else not stop

    def compared(self, expr, left, right):
        if left is None or right is None:
            return NOT_THERE
        if left[0] is None or right[0] is None:
            return None
        if expr.op == "==":
            if left[1] == left[2] == (0, left[0]) and right[1] == right[2] == (0, right[0]):
                return left[0] == right[0]
            return False if left[1] > right[2] or right[1] > left[2] else None
        if expr.op in ("<", "<="):
            left, right = right, left
        finite = left[1][0] == 0 and right[2][0] == 0
        if finite and (left[1] > right[2] if expr.op in ("<", ">") else left[1] >= right[2]):
            return True
        finite = left[2][0] == 0 and right[1][0] == 0
        if finite and (left[2] <= right[1] if expr.op in ("<", ">") else left[2] < right[1]):
            return False
        return None


@dataclass(frozen=True)
class When:
    """base: (first month counted from year 0, months); how: "" its own months, "year" to date, or the last n months."""

    base: tuple
    how: object = ""

    def months(self):
        first, length = self.base
        end = first + length
        if self.how == "year":
            return (end - 1) // 12 * 12, end
        return (end - self.how, end) if self.how else (first, end)

    def length(self):
        first, end = self.months()
        return end - first

    def days(self, back=0):
        first, end = (n - back for n in self.months())
        return dt.date(first // 12, first % 12 + 1, 1), dt.date(end // 12, end % 12 + 1, 1)

    def base_end(self):
        end = sum(self.base)
        return dt.date(end // 12, end % 12 + 1, 1)

    def last_year(self):
        return (sum(self.base) - 1) // 12

    def earlier(self, months):
        return When((self.base[0] - months, self.base[1]), self.how)


def after_month_before(day):
    return (day - dt.timedelta(days=1)).replace(day=1)


def merge(over, numbers):
    if not numbers:
        return 0
    return {"sum": sum, "max": max, "min": min}[over](numbers)


def exactly(number):
    return number, (0, number), (0, number)


def plus(parts):
    parts = [p for p in parts if p is not None]
    if not parts:
        return None
    values = [p[0] for p in parts if p[0] is not None]
    low = LOW if any(p[1] == LOW for p in parts) else (0, sum((p[1][1] for p in parts), Fraction(0)))
    high = HIGH if any(p[2] == HIGH for p in parts) else (0, sum((p[2][1] for p in parts), Fraction(0)))
    return (sum(values, Fraction(0)) if values else None), low, high


def minus(part):
    return None if part is None else (None if part[0] is None else -part[0], flip(part[2]), flip(part[1]))


def flip(end):
    return (-end[0], -end[1])


def by(one, other):
    """Ends multiplied; zero times anything is zero."""
    if one[0] == other[0] == 0:
        return 0, one[1] * other[1]
    sign = lean(one) * lean(other)
    return (sign, Fraction(0)) if sign else (0, Fraction(0))


def lean(end):
    return end[0] or (end[1] > 0) - (end[1] < 0)


def one_over(end, *, positive):
    if end[0]:
        return 0, Fraction(0)
    if end[1]:
        return 0, 1 / end[1]
    return HIGH if positive else LOW


def bracket(expr, number, amount):
    """What the bracket of that number gives, carried over from the one before it."""
    own = expr.steps[number][1].base * amount
    if not expr.carry or number == 0:
        return own
    return max(own, bracket(expr, number - 1, expr.steps[number - 1][0].base))


def band(expr, amount):
    number = next(n for n, (limit, _r) in enumerate(expr.steps) if limit is None or amount <= limit.base)
    return bracket(expr, number, amount)

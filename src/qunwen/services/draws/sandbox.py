"""Policy sandbox: the applications of draws that were held, replayed under five rules, and who would have gained.

Nothing is changed and nobody is told. Where chance decides, many replays with fixed seeds are averaged, so that the same
question has the same answer; averages are exact fractions until they are shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import kernel, published
from .models import Draw, Member

REPLAYS = 60
WORK = 30_000  # applications times replays
FEWEST = 5  # cells with fewer applications are withheld
VILLAGE, TOWN = 12, 9


class Policy(models.TextChoices):
    """The five rules that are compared."""

    FIRST_COME = "first_come", _("先到先得")
    PLAIN = "plain", _("纯摇号")
    FIRST_TIMERS = "first_timers", _("首次参加者优先")
    FLOOR = "floor", _("每村保底")
    LUCK = "luck", _("未中签累积")


@dataclass(slots=True)
class Line:
    """One group: how many applied, and how many of them would have got a place under each rule, on average."""

    key: str
    applied: int = 0
    won: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    @property
    def is_withheld(self) -> bool:
        """Too few to be shown."""
        return self.applied < FEWEST

    def gain(self, policy: str) -> Fraction:
        """Places more (or fewer) than under the plain draw."""
        return self.won[policy] - self.won[Policy.PLAIN]


@dataclass(slots=True)
class Replayed:
    """What the replays gave: everybody, by age group, by town, by whether somebody had won before."""

    draws: int
    applications: int
    seats: int
    replays: int
    ages: list[Line]
    towns: list[Line]
    past: list[Line]


def replays_for(number: int) -> int:
    """How many replays a pool of this size gets."""
    return max(5, min(REPLAYS, WORK // max(1, number)))


def replay(draws: Sequence[Draw]) -> Replayed:
    """Replay draws whose list was frozen under every rule."""
    ages: dict[str, Line] = {}
    towns: dict[str, Line] = {}
    past: dict[str, Line] = {}
    applications = seats = 0
    times = replays_for(
        sum(draw.applications.model.unscoped.filter(county=draw.county, draw=draw).count() for draw in draws)
    )
    for draw in draws:
        pool = _Pool(draw)
        applications += len(pool.entries)
        seats += sum(option["seats"] for option in pool.options)
        for entry in pool.entries:
            for lines, key in _cells(entry, ages, towns, past):
                lines.setdefault(key, Line(key)).applied += 1
        for policy in Policy.values:
            for key, won in pool.winners(policy, times).items():
                for lines, cell in _cells(pool.by_id[key], ages, towns, past):
                    lines[cell].won[policy] += won
    return Replayed(
        draws=len(draws), applications=applications, seats=seats, replays=times, ages=_sorted(ages), towns=_sorted(towns),
        past=_sorted(past),
    )  # fmt: skip


def _cells(entry: dict[str, Any], *tables: dict[str, Line]) -> Iterable[tuple[dict[str, Line], str]]:
    """Where an application is counted."""
    return zip(tables, (entry["age"], entry["village"][:TOWN], str(entry["won"])), strict=True)


def _sorted(lines: dict[str, Line]) -> list[Line]:
    return sorted(lines.values(), key=lambda line: line.key)


class _Pool:
    """The pool of one draw as the kernel takes it, with ages and moments beside."""

    def __init__(self, draw: Draw) -> None:
        wishes = published.wishes_of(draw)
        rows = published.pool_of(draw)
        groups = _ages(draw)
        self.entries: list[dict[str, Any]] = [
            {
                "id": str(row.pk), "won": row.won, "credit": row.credit, "n": 1, "groups": [], "village": row.home_id[:VILLAGE],
                "wishes": wishes[row.pk], "age": groups.get(row.pk, "unknown"),
            }
            for row in rows
        ]  # fmt: skip
        self.by_id = {entry["id"]: entry for entry in self.entries}
        self.arrival = [str(row.pk) for row in sorted(rows, key=lambda row: (row.applied_at, row.pk))]
        self.options: list[dict[str, Any]] = [
            {"id": str(o.pk), "seats": o.seats, "kept": [], "floors": []} for o in published.options_of(draw)
        ]

    def winners(self, policy: str, times: int) -> dict[str, Fraction]:
        """How often each application gets a place under a rule, as a part of all replays."""
        options = self._with_floors() if policy == Policy.FLOOR else self.options
        if policy == Policy.FIRST_COME:
            return dict.fromkeys(kernel.Allocation(self.entries, options, self.arrival).places(), Fraction(1))
        rules = {"luck": int(policy == Policy.LUCK), "share": 0, "first_timers": int(policy == Policy.FIRST_TIMERS)}
        won: Counter[str] = Counter()
        for number in range(times):
            order = kernel.order_of(self.entries, rules, f"{number:06}", "0" * 64)
            won.update(kernel.Allocation(self.entries, options, order).places().keys())
        return {key: Fraction(number, times) for key, number in won.items()}

    def _with_floors(self) -> list[dict[str, Any]]:
        """A place for each village that asks, those with most applications first, up to half of the places."""
        found = []
        for option in self.options:
            asking = Counter(e["village"] for e in self.entries if option["id"] in e["wishes"])
            villages = sorted(asking, key=lambda code: (-asking[code], code))[: option["seats"] // 2]
            found.append({**option, "floors": [[code, 1] for code in sorted(villages)]})
        return found


def _ages(draw: Draw) -> dict[Any, str]:
    """The age group of the first person of every application: one query."""
    rows = Member.unscoped.filter(county=draw.county, application__draw=draw).order_by("-pk")
    return dict(rows.values_list("application_id", "group"))

"""The demonstration county: what every area's demo.py is handed, and the people of its places."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import Any

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, bulk
from qunwen.base.scope.clock import SHANGHAI
from qunwen.base.scope.codes import Level

from .enums import Entry, Grade, PopulationBasis, PopulationGroup
from .models import Place, Population

BATCH = 1000
SEED = 20260601
SOURCE = "示范数据（程序生成，不是统计数字）"
# Shares of the groups of the last census, rounded; a village differs from them by its own chance.
SHARES = {
    PopulationGroup.CHILD: 0.13,
    PopulationGroup.YOUTH: 0.04,
    PopulationGroup.ADULT: 0.66,
    PopulationGroup.ELDER: 0.17,
}


@dataclass(slots=True)
class Making:
    """One making of a demonstration county: where, until which day, by whom, how much of it.

    The same seed, day and share give the same county. Every area draws from a chance of its own (`draw`), so that
    one area's changes leave the others as they were.
    """

    county: str
    now: dt.datetime
    by: Actor
    share: float = 1.0
    seed: int = SEED
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """The county's day on which it is made."""
        return self.now.astimezone(SHANGHAI).date()

    @property
    def first_day(self) -> dt.date:
        """The first day of the life that is made: the first of a month, two years ago."""
        return self.today.replace(day=1, year=self.today.year - 2)

    @property
    def towns(self) -> list[Place]:
        """Towns and streets, by code."""
        return [place for place in self.places.values() if place.level == Level.TOWN]

    @property
    def villages(self) -> list[Place]:
        """Villages and communities, by code."""
        return [place for place in self.places.values() if place.level == Level.VILLAGE]

    def some(self, number: int, least: int = 1) -> int:
        """How many of `number` this making wants."""
        return max(least, round(number * self.share))

    def draw(self, what: str) -> Chance:
        """The chance of one area or thing."""
        return Chance(hashlib.sha256(f"{self.seed}:{self.county}:{what}".encode()).digest())

    def silent(self) -> list[Place]:
        """Villages that never entered anything: missing on purpose, so that missing is seen to be missing."""
        return self.draw("silent").sample(self.villages, min(2, len(self.villages) // 20))


class Chance(Random):
    """A seeded chance with what the areas ask of it."""

    def id(self, at: dt.datetime) -> uuid.UUID:
        """A UUIDv7 of that moment whose other bits are drawn."""
        bits = self.getrandbits(74)
        high = bits >> 62
        low = bits & ((1 << 62) - 1)
        milliseconds = int(at.timestamp() * 1000)
        return uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (high << 64) | (2 << 62) | low)

    def happens(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.random() < share

    def pick(self, weighted: dict[Any, float]) -> Any:
        """One of the keys by its weight."""
        return self.choices(list(weighted), weights=list(weighted.values()))[0]

    def about(self, middle: float, spread: float = 0.35) -> int:
        """A number around the middle, skewed as crowds are, never below 1."""
        return max(1, round(middle * self.lognormvariate(0, spread)))


def short_name(place: Place) -> str:
    """How people call a village: 五星社区 for 五星社区居委会, 柏杨村 for 柏杨村村委会."""
    for ending, keep in (("社区居委会", "社区"), ("居委会", "社区"), ("村村委会", "村"), ("村委会", "村")):
        if place.name.endswith(ending):
            return place.name.removesuffix(ending) + keep
    return place.name


@action
def load_populations(*, making: Making, by: Actor, at: dt.datetime) -> int:
    """Population figures of three years for the county, its towns and villages: parts that add up. Returns the rows."""
    chance = making.draw("populations")
    base = {
        village.code: chance.about(9000 if short_name(village).endswith("社区") else 3200)
        for village in making.villages
    }
    rows: list[Population] = []
    for back in (3, 2, 1):
        year = making.today.year - back
        growth = 1 - 0.012 * (back - 1)
        sums: dict[tuple[str, str], int] = {}
        for code, number in base.items():
            for group, people in _groups(round(number * growth), chance).items():
                for above in (code, code[:9], code[:6]):
                    sums[above, group] = sums.get((above, group), 0) + people
        rows += [
            Population(
                id=chance.id(at), place_id=code, year=year, group=group, basis=PopulationBasis.RESIDENT, number=number,
                source=SOURCE, grade=Grade.C,
            )
            for (code, group), number in sums.items()
        ]  # fmt: skip
    Population.unscoped.bulk_create(rows, batch_size=BATCH)
    bulk(
        code=Entry.POPULATION_RECORDED, by=by, at=at, model=Population, place=making.county,
        counts={"populations": len(rows)},
    )  # fmt: skip
    return len(rows)


def _groups(total: int, chance: Chance) -> dict[str, int]:
    found = {group: round(total * share * chance.uniform(0.8, 1.2)) for group, share in SHARES.items()}
    found[PopulationGroup.ADULT] = total - sum(n for group, n in found.items() if group != PopulationGroup.ADULT)
    return {PopulationGroup.TOTAL: total, **found}

"""Time machine (时光回看): a period judged by the rule and map of then and of today, side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.enums import PlaceMap
from qunwen.base.measures.periods import Period

from .judging import Judgement, judge


class Age(TextChoices):
    """Whose rule and whose map."""

    AS_THEN = "as_then", _("当时的标准、当时的区划")
    RULE_TODAY = "rule_today", _("现行标准、当时的区划")
    MAP_TODAY = "map_today", _("当时的标准、现行区划")
    AS_TODAY = "as_today", _("现行标准、现行区划")


@dataclass(frozen=True)
class Row:
    """One family of rules: its judgement in each age; None where no rule of the family held."""

    family: str
    by_age: dict[str, Judgement | None]

    @property
    def any(self) -> Judgement:
        """One of them, for the title."""
        return next(j for j in self.by_age.values() if j is not None)

    @property
    def differs(self) -> bool:
        """Whether it matters whose rule or map it is judged by."""
        return len({j.verdict if j else None for j in self.by_age.values()}) > 1


def look_back(place: str, period: Period, *, today: dt.date) -> list[Row]:
    """The norms of a place in a period under every pair of rule and map. Eight engine queries or so in all."""
    then = period.last_day
    asked = {
        Age.AS_THEN: (then, PlaceMap.THEN, None),
        Age.RULE_TODAY: (today, PlaceMap.THEN, None),
        Age.MAP_TODAY: (then, PlaceMap.NOW, today),
        Age.AS_TODAY: (today, PlaceMap.NOW, today),
    }
    judged = {
        age: {
            j.norm.family: j
            for j in judge(place, period, rules_on=rules, place_map=map_, as_of=as_of)
            if not j.prevails
        }
        for age, (rules, map_, as_of) in asked.items()
    }
    families = dict.fromkeys(family for each in judged.values() for family in each)
    return [Row(family, {str(age): found.get(family) for age, found in judged.items()}) for family in families]

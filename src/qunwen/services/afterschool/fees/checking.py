"""Whether a class keeps the caps; one that does not cannot be published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .defining import Cap, FeeRule, NoFeeRule, Setting, rule_for

PER_LABELS = {
    "period": gettext_lazy("每课时"),
    "day": gettext_lazy("每天"),
    "month": gettext_lazy("每月"),
}


@dataclass(frozen=True)
class Offer:
    """What a class or activity would cost a child: fen a period, periods on a day, days in its fullest month."""

    county: str
    day: dt.date
    price_fen: int
    periods: int
    days_in_month: int = 0
    setting: Setting = field(default_factory=Setting)


@dataclass(frozen=True)
class Broken:
    """A cap the offer would break."""

    rule: FeeRule
    cap: Cap
    fen: int

    def __str__(self) -> str:
        words = {
            "per": PER_LABELS[self.cap.per],
            "fee": yuan(self.fen),
            "cap": yuan(self.cap.fen),
            "title": self.rule.title,
            "clause": self.cap.clause.text,
            "doc": self.rule.doc,
        }
        return _(
            "%(per)s收费 %(fee)s 元，超过上限 %(cap)s 元：《%(title)s》“%(clause)s”（依据：%(doc)s）。"
        ) % words  # fmt: skip


class CapBroken(ValidationError):
    """The class costs more than a clause allows; the message names the clause."""

    def __init__(self, broken: Sequence[Broken]) -> None:
        super().__init__({"price_fen": [str(one) for one in broken]})
        self.broken = tuple(broken)


def yuan(fen: int) -> str:
    """An amount in yuan with two places: 230 → 2.30, -5 → -0.05."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def check(offer: Offer, rules: Sequence[FeeRule] | None = None) -> list[Broken]:
    """The caps the offer would break, in the order period, day, month. Raises NoFeeRule, ValueError below zero."""
    if min(offer.price_fen, offer.periods, offer.days_in_month) < 0:
        raise ValueError("a fee is never below zero")
    rule = rule_for(offer.county, offer.day, rules)
    day = offer.price_fen * offer.periods
    amounts = {"period": offer.price_fen, "day": day, "month": day * offer.days_in_month}
    found = []
    for per, fen in amounts.items():
        cap = rule.cap(per, offer.setting)
        if cap is not None and fen > cap.fen:
            found.append(Broken(rule, cap, fen))
    return found


def demand(offer: Offer, rules: Sequence[FeeRule] | None = None) -> FeeRule:
    """The rule that holds, once the offer keeps every cap of it. Raises CapBroken, or ValidationError without a rule."""
    try:
        broken = check(offer, rules)
        if broken:
            raise CapBroken(broken)
        return rule_for(offer.county, offer.day, rules)
    except NoFeeRule as missing:
        raise ValidationError({"price_fen": str(missing)}) from missing

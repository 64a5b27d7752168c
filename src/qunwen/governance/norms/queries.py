"""Norms as they stand in a county, and whether they count there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from . import own
from .defining import Grade, Norm, shipped
from .enums import Standing
from .models import NormConfirmation, NormFloor


def norms(*, county: str = "", on: dt.date | None = None) -> list[Norm]:
    """Every norm, in the order of the files; with a day those in force that day. The county's own versions replace the
    shipped ones."""
    known = [*shipped().norms, *own.versions(floors(county), shipped().by_code)]
    return [n for n in known if on is None or n.where.on(on)]


def floors(county: str) -> list[NormFloor]:
    """The county's own floors that were not withdrawn, by norm and version."""
    if not county:
        return []
    return list(NormFloor.unscoped.filter(county=county, withdrawn_at=None).order_by("code", "valid_from", "pk"))


def shipped_codes() -> frozenset[str]:
    """The codes of the norms that the package ships."""
    return frozenset(shipped().by_code)


def norm(code: str, *, county: str = "") -> Norm:
    """One norm. Raises KeyError."""
    return {n.code: n for n in norms(county=county)}[code]


def grades(*, on: dt.date | None = None) -> list[Grade]:
    """Every grade; with a day those in force."""
    return [g for g in shipped().grades if on is None or g.where.on(on)]


def confirmations(county: str) -> QuerySet[NormConfirmation]:
    """Who confirmed which norm of the county, the newest first, withdrawn ones among them."""
    return NormConfirmation.objects.filter(county=county).order_by("-confirmed_at", "-pk")


def confirmed(county: str) -> frozenset[tuple[str, str]]:
    """(code, hash) of the norms that a person of the county vouches for. Only the exact text counts."""
    if not county:
        return frozenset()
    rows = NormConfirmation.unscoped.filter(county=county, withdrawn_at=None).order_by("pk")
    return frozenset(rows.values_list("code", "sha256"))


def standings(rules: Iterable[Norm | Grade], *, county: str) -> dict[str, Standing]:
    """Whether each counts in the county; "" is above a county, where nobody has confirmed anything."""
    vouched = confirmed(county)
    return {rule.code: standing(rule, vouched) for rule in rules}


def standing(rule: Norm | Grade, vouched: frozenset[tuple[str, str]] = frozenset()) -> Standing:
    """Whether a rule counts. One that ships disabled stays so; a doubtful one waits for a person."""
    if not rule.enabled:
        return Standing.DISABLED
    if rule.doubtful and (rule.code, rule.sha256) not in vouched:
        return Standing.WAITING
    return Standing.IN_FORCE

"""Splitting a target: first how, then a preview whose parts may be changed by hand and locked; sums are checked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qunwen.base.measures.periods import Period
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show
from qunwen.governance.targets import actions, actuals, queries, wording
from qunwen.governance.targets.access import Permission
from qunwen.governance.targets.actions import Part
from qunwen.governance.targets.enums import SplitBy
from qunwen.governance.targets.models import Target
from qunwen.governance.targets.splitting import Share, SplitError, same
from qunwen.governance.targets.splitting import split as divide

from .asked import ICON, page_of, steps, target_or_404
from .forms import plain

DEPARTMENTS = "department"
MOST_DEPARTMENTS = 40


@dataclass(frozen=True)
class Holder:
    """Who may get a part."""

    place: Place
    department: str = ""

    @property
    def key(self) -> str:
        """Its name among the fields."""
        return f"{self.place.pk}|{self.department}"

    @property
    def name(self) -> str:
        """As it is shown."""
        return self.department or self.place.name


@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, county: str, pk: uuid.UUID) -> HttpResponse:
    """How, preview, and given out."""
    target = target_or_404(county, pk)
    asking.require(Permission.SPLIT, on=target)
    sent = request.method == "POST"
    asked = request.POST if sent else request.GET
    ways = _ways(target)
    to = asked.get("to", "") if asked.get("to", "") in dict(ways) else ways[0][0]
    old = {f"{part.place_id}|{part.department}": part for part in queries.parts_of(target)}
    names = asked.get("names", "\n".join(part.department for part in old.values() if part.department))
    holders = _holders(target, to, names)
    rules = _rules(target, to)
    rule = asked.get("by", "") if asked.get("by", "") in dict(rules) else rules[0][0]
    problem, values, locks = "", {}, {key for key, part in old.items() if part.locked}
    if sent:
        values, locks, problem = _typed(request, holders)
        if not problem:
            problem = _given_out(request, target, holders, values, locks=locks, rule=rule)
            if not problem:
                messages.success(request, _("目标已分解。"))
                return redirect(page_of(target))
    elif holders:
        values, problem = _proposed(target, holders, rule, old, locks)
    return show(
        request, "targets/split.html", title=f"{target.holder} · {wording.title_of(target)}", icon=ICON,
        steps=steps(target, _("分解目标")), target=target, goal=wording.goal(target), ways=ways, to=to, rules=rules, by=rule,
        names=names, rows=[_row(holder, values, locks, old) for holder in holders], problem=problem, back=page_of(target),
        departments=to == DEPARTMENTS, total=_total(target, values), step=wording.amount(_step(target), target.unit_code),
        reason=asked.get("reason", ""), again=bool(old), status=422 if sent and problem else 200,
    )  # fmt: skip


def _ways(target: Target) -> list[tuple[str, str]]:
    found = []
    if target.place.level == Level.COUNTY:
        found.append(("town", _("乡镇（街道）")))
    if target.place.level == Level.TOWN:
        found.append(("village", _("村（社区）")))
    return [*found, (DEPARTMENTS, _("部门"))]


def _rules(target: Target, to: str) -> list[tuple[str, Any]]:
    if not target.additive:
        return [(SplitBy.SAME.value, SplitBy.SAME.label)]
    rules = [SplitBy.EQUAL, SplitBy.HAND] if to == DEPARTMENTS else [
        SplitBy.POPULATION, SplitBy.LAST_YEAR, SplitBy.EQUAL, SplitBy.HAND,
    ]  # fmt: skip
    return [(rule.value, rule.label) for rule in rules]


def _holders(target: Target, to: str, names: str) -> list[Holder]:
    if to == DEPARTMENTS:
        found = list(dict.fromkeys(name.strip()[:60] for name in names.splitlines() if name.strip()))
        return [Holder(target.place, name) for name in found[:MOST_DEPARTMENTS]]
    rows = places.towns_of if to == "town" else places.villages_of
    return [Holder(row) for row in rows(target.place_id, on=Period.of(target.period).start)]


def _step(target: Target) -> Fraction:
    """Whole units; where the target itself is finer, as fine as it is."""
    return Fraction(1, target.value.denominator)


def _proposed(
    target: Target, holders: Sequence[Holder], rule: str, old: dict[str, Target], locks: set[str]
) -> tuple[dict[str, str], str]:
    if rule == SplitBy.HAND:
        return {h.key: plain(old[h.key].value) if h.key in old else "" for h in holders}, ""
    weights = _weights(target, holders, rule)
    shares = [Share(h.key, weights.get(h.key), old[h.key].value if h.key in locks else None) for h in holders]
    try:
        parts = divide(target.value, shares, step=_step(target)) if target.additive else same(target.value, shares)
    except SplitError as refusal:
        return {h.key: plain(old[h.key].value) if h.key in old else "" for h in holders}, str(refusal)
    return {key: plain(value) for key, value in parts.items()}, ""


def _weights(target: Target, holders: Sequence[Holder], rule: str) -> dict[str, Fraction | None]:
    codes, period = [h.place.pk for h in holders], Period.of(target.period)
    if rule == SplitBy.POPULATION:
        people = queries.populations(codes, year=period.year - 1)
        return {h.key: people.get(h.place.pk) for h in holders}
    if rule == SplitBy.LAST_YEAR:
        found = actuals.weights(target.code, county=target.county, places=codes, period=period)
        return {h.key: found[h.place.pk] for h in holders}
    return {h.key: Fraction(1) for h in holders}


def _typed(request: HttpRequest, holders: Sequence[Holder]) -> tuple[dict[str, str], set[str], str]:
    values = {h.key: request.POST.get(f"value:{h.key}", "").strip().replace(",", "") for h in holders}
    locks = {h.key for h in holders if request.POST.get(f"lock:{h.key}")}
    wrong = [h.name for h in holders if values[h.key] and not _is_number(values[h.key])]
    return values, locks, _("“%(who)s”的目标要写不小于零的数。") % {"who": wrong[0]} if wrong else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 18


def _given_out(
    request: HttpRequest,
    target: Target,
    holders: Sequence[Holder],
    values: dict[str, str],
    *,
    locks: set[str],
    rule: str,
) -> str:
    parts = [
        Part(h.place, Fraction(values[h.key]), h.department, locked=h.key in locks) for h in holders if values[h.key]
    ]
    try:
        actions.split_target(
            target=target, parts=parts, by_rule=rule, reason=request.POST.get("reason", ""),
            by=request.actor, at=clock.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


def _row(holder: Holder, values: dict[str, str], locks: set[str], old: dict[str, Target]) -> dict[str, Any]:
    there = old.get(holder.key)
    return {
        "key": holder.key, "name": holder.name, "value": values.get(holder.key, ""), "locked": holder.key in locks,
        "before": wording.amount(there.value, there.unit_code) if there else "",
    }  # fmt: skip


def _total(target: Target, values: dict[str, str]) -> str:
    if not target.additive:
        return ""
    whole = sum((Fraction(text) for text in values.values() if text and _is_number(text)), Fraction(0))
    return wording.amount(whole, target.unit_code)

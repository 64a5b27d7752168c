"""Everything that changes targets. Every change is a version with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.measures.periods import Period, PeriodError
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import county_of

from . import meaning, splitting
from .access import Permission
from .enums import Behaviour, Entry, TargetState
from .models import Target, TargetVersion
from .path import Point, check_points

CHANGEABLE = ("value", "baseline", "nature", "comparison", "behaviour", "points", "department")
LARGEST = 10**15
FINEST = 10**6


@dataclass(frozen=True)
class Part:
    """One part of a split: whose, how much, and whether it stays at the next split."""

    place: Place
    value: Fraction
    department: str = ""
    locked: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same part as before."""
        return self.place.pk, self.department


@action
def set_target(
    *,
    place: Place,
    code: str,
    period: str,
    value: Fraction,
    nature: str,
    by: Actor,
    at: dt.datetime,
    comparison: str = "",
    behaviour: str = "",
    baseline: Fraction | None = None,
    points: Sequence[Point] = (),
    department: str = "",
) -> Target:
    """Set a target that has none above it. What is left empty follows from what the figure is.

    Raises ValidationError at the fields, Forbidden.
    """
    asking.require(Permission.SET, place=place.pk)
    target = _new(
        place, code, period, by=by, at=at, department=department, value=value, nature=nature, comparison=comparison,
        behaviour=behaviour, baseline=baseline, points=points,
    )  # fmt: skip
    target.save(force_insert=True)
    _version(target, by=by, at=at)
    record(code=Entry.SET, by=by, at=at, subject=target, place=place.pk, after=_after(target))
    return target


@action
def change_target(*, target: Target, new: Mapping[str, Any], reason: str, by: Actor, at: dt.datetime) -> Target:
    """Change a target (CHANGEABLE), with the reason; what it was before stays to be read.

    A part of a split that adds up is changed by splitting anew. Raises ValidationError, Forbidden.
    """
    _may_change(target)
    if strange := set(new) - set(CHANGEABLE):
        raise TypeError(f"not changeable: {', '.join(sorted(strange))}")
    if not reason.strip():
        raise ValidationError({"reason": _("请写明调整的原因。")})
    if target.parent_id and target.additive and new.get("value", target.value) != target.value:
        raise ValidationError({"value": _("这是分解来的目标，各部分合计要与上级相符，请在上级目标里重新分解。")})
    before = target.told
    _assign(target, new)
    _checked(target)
    if target.told == before:
        nothing_changed("same values")
        return target
    target.version += 1
    target.changed_at = at
    _saved(target, expecting=target.version - 1)
    _version(target, by=by, at=at, reason=reason)
    after = {key: value for key, value in target.told.items() if before[key] != value}
    record(
        code=Entry.CHANGED, by=by, at=at, subject=target, place=target.place_id,
        before={key: before[key] for key in after}, after={**after, "version": target.version, "reason": reason.strip()},
    )  # fmt: skip
    return target


@action
def split_target(
    *, target: Target, parts: Sequence[Part], by_rule: str, by: Actor, at: dt.datetime, reason: str = ""
) -> list[Target]:
    """Give a target's parts out: new ones are set, old ones changed, those not named any more withdrawn.

    Parts of an additive target add up to it exactly, locked ones keep their value; a ratio is the same for all unless
    locked. Raises ValidationError (with the difference named), Forbidden.
    """
    asking.require(Permission.SPLIT, on=target)
    if target.state != TargetState.SET:
        raise ValidationError(_("已撤销的目标不能再分解。"))
    old = {(each.place_id, each.department): each for each in _parts(target)}
    _check_parts(target, parts, old)
    found = []
    for part in parts:
        there = old.pop(part.key, None)
        found.append(_given(target, part, by, at) if there is None else _regiven(there, part, by, at, reason))
    for left in old.values():
        _withdraw(left, reason or str(_("上级重新分解，不再单列")), by, at)
    total = sum((part.value for part in parts), Fraction(0)) if target.additive else target.value
    after = {"by": by_rule, "parts": len(parts), "total": str(total), "reason": reason.strip()}
    record(code=Entry.SPLIT, by=by, at=at, subject=target, place=target.place_id, after=after)
    return found


@action
def withdraw_target(*, target: Target, reason: str, by: Actor, at: dt.datetime) -> Target:
    """Take a target back with all its parts. Raises ValidationError, Forbidden."""
    _may_change(target)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明撤销的原因。")})
    if target.parent_id and target.additive:
        raise ValidationError({"reason": _("这是分解来的目标，请在上级目标里重新分解。")})
    _withdraw(target, reason, by, at)
    return target


def _may_change(target: Target) -> None:
    if target.parent is None:
        asking.require(Permission.SET, on=target)
    else:
        asking.require(Permission.SPLIT, on=target.parent)


def _new(place: Place, code: str, period: str, *, by: Actor, at: dt.datetime, **about: Any) -> Target:
    try:
        figure = meaning.of(code, county=county_of(place.pk))
    except KeyError:
        raise ValidationError({"code": _("没有这个指标。")}) from None
    try:
        named = Period.of(period)
    except PeriodError as problem:
        raise ValidationError({"period": str(problem)}) from None
    about["comparison"] = about.get("comparison") or figure.comparison
    about["behaviour"] = about.get("behaviour") or figure.behaviour
    target = Target(
        county=county_of(place.pk), place=place, code=code, title=figure.title, period=named.code,
        unit_code=figure.unit, additive=figure.additive, set_at=at, changed_at=at,
    )  # fmt: skip
    _assign(target, about)
    _checked(target)
    same = Target.unscoped.filter(
        county=target.county, place=place, department=target.department, code=code, period=target.period,
        state=TargetState.SET,
    )  # fmt: skip
    if same.exists():
        raise ValidationError(
            {"code": _("%(who)s %(when)s 已有这项目标。") % {"who": target.holder, "when": named.label}}
        )
    return target


def _assign(target: Target, new: Mapping[str, Any]) -> None:
    for name in ("nature", "comparison", "behaviour", "department"):
        if name in new:
            setattr(target, name, str(new[name]).strip())
    if "value" in new:
        target.number, target.whole = _exact("value", new["value"])
    if "baseline" in new:
        given = new["baseline"]
        target.baseline_number, target.baseline_whole = (None, 1) if given is None else _exact("baseline", given)
    if "points" in new:
        target.path = [
            [point.day.isoformat(), str(point.value)] for point in sorted(new["points"], key=lambda p: p.day)
        ]


def _exact(field: str, value: Fraction) -> tuple[int, int]:
    if value < 0 or value > LARGEST or value.denominator > FINEST:
        raise ValidationError({field: _("请写不小于零的数，最多六位小数。")})
    return value.numerator, value.denominator


def _checked(target: Target) -> None:
    target.full_clean(validate_unique=False, validate_constraints=False)
    words = {
        "day twice": _("进度安排里同一天写了两次。"), "day outside": _("进度安排的日期要在时期以内。"),
        "goes back": _("逐步累计的目标，进度不能倒退，也不能超过目标值。"),
    }  # fmt: skip
    try:
        check_points(target.course)
    except ValueError as problem:
        raise ValidationError({"points": words[str(problem)]}) from None


def _saved(target: Target, *, expecting: int) -> None:
    """Write a version of a target unless somebody else has written the next one already."""
    rows = Target.unscoped.filter(county=target.county, pk=target.pk, version=expecting, state=TargetState.SET)
    names = [
        "number", "whole", "baseline_number", "baseline_whole", "nature", "comparison", "behaviour", "path", "department",
        "locked", "state", "version", "changed_at",
    ]  # fmt: skip
    if not rows.update(**{name: getattr(target, name) for name in names}):
        raise ValidationError(_("这项目标刚刚被别人改过，请刷新后再办。"))


def _version(target: Target, *, by: Actor, at: dt.datetime, reason: str = "") -> None:
    TargetVersion.unscoped.create(
        county=target.county, target=target, place_id=target.place_id, version=target.version, told=target.told,
        reason=reason.strip()[:200], changed_by=by.name, changed_at=at,
    )  # fmt: skip


def _after(target: Target) -> dict[str, Any]:
    return {
        "code": target.code, "period": target.period, "value": str(target.value), "unit_code": target.unit_code,
        "nature": target.nature, "department": target.department,
    }  # fmt: skip


def _parts(target: Target) -> list[Target]:
    rows = Target.unscoped.filter(county=target.county, parent=target, state=TargetState.SET)
    return list(rows.select_related("place").order_by("place_id", "department", "pk"))


def _check_parts(target: Target, parts: Sequence[Part], old: Mapping[tuple[str, str], Target]) -> None:
    for part in parts:
        below = part.place.pk.startswith(target.place_id) and part.place.pk != target.place_id
        if not (below or (part.place.pk == target.place_id and part.department and not target.department)):
            raise ValidationError(_("“%(name)s”不在这项目标之下。") % {"name": part.place.name})
        _exact("parts", part.value)
    if len({part.key for part in parts}) != len(parts):
        raise ValidationError(_("同一处分了两次。"))
    kept = {part.key: part.value for part in parts}
    for key, each in old.items():
        if each.locked and kept.get(key) != each.value and not any(p.key == key and not p.locked for p in parts):
            raise ValidationError(_("“%(who)s”的目标已锁定，不能改。") % {"who": each.holder})
    if not target.additive:
        for part in parts:
            if part.value != target.value and not part.locked:
                raise ValidationError(_("比率不能分解，各处与上级相同；要不同的请先锁定。"))
    try:
        if target.additive:
            splitting.check_sum(target.value, {"|".join(part.key): part.value for part in parts})
        elif not parts:
            splitting.check_sum(target.value, {})
    except splitting.SplitError as problem:
        raise ValidationError(str(problem)) from None


def _given(target: Target, part: Part, by: Actor, at: dt.datetime) -> Target:
    new = _new(
        part.place, target.code, target.period, by=by, at=at, department=part.department or "", value=part.value,
        nature=target.nature, comparison=target.comparison, behaviour=target.behaviour,
        baseline=None, points=_scaled(target, part.value),
    )  # fmt: skip
    new.parent, new.locked = target, part.locked
    new.save(force_insert=True)
    _version(new, by=by, at=at, reason=str(_("由上级目标分解")))
    return new


def _scaled(target: Target, value: Fraction) -> list[Point]:
    """The path of a part of a flow: the whole's path in the same proportion."""
    if target.behaviour != Behaviour.FLOW or not target.value:
        return []
    return [Point(point.day, point.value * value / target.value) for point in target.course.points]


def _regiven(there: Target, part: Part, by: Actor, at: dt.datetime, reason: str) -> Target:
    if there.value == part.value and there.locked == part.locked:
        return there
    changed = there.value != part.value
    there.number, there.whole = _exact("parts", part.value)
    there.locked = part.locked
    if changed:
        there.path = []
    there.version += 1
    there.changed_at = at
    _saved(there, expecting=there.version - 1)
    _version(there, by=by, at=at, reason=reason or str(_("上级重新分解")))
    return there


def _withdraw(target: Target, reason: str, by: Actor, at: dt.datetime) -> None:
    for part in _parts(target):
        _withdraw(part, reason, by, at)
    target.state = TargetState.WITHDRAWN
    target.version += 1
    target.changed_at = at
    _saved(target, expecting=target.version - 1)
    _version(target, by=by, at=at, reason=reason)
    record(
        code=Entry.WITHDRAWN, by=by, at=at, subject=target, place=target.place_id,
        after={"value": str(target.value), "reason": reason.strip()},
    )  # fmt: skip

"""Targets and their progress in words with numbers."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.governance.indicators.language.words import said

from . import meaning
from .enums import Comparison, Standing
from .models import Target
from .path import Progress
from .splitting import say

TONES = {
    Standing.MET: "good", Standing.ON_TRACK: "current", Standing.BEHIND: "attention", Standing.AT_RISK: "wrong",
    Standing.NOT_MET: "wrong", Standing.UNDECIDED: "quiet",
}  # fmt: skip


def title_of(target: Target) -> str:
    """What is to be reached, in the reader's language; as it was set when the catalogue no longer has it."""
    try:
        known = meaning.of(target.code, county=target.county)
    except KeyError:
        return said(target.title, "")
    return known.said


def amount(value: Fraction | None, unit: str) -> str:
    """A value with its unit; what is missing is said, never shown as nothing."""
    return (
        _("缺数")
        if value is None
        else f"{say(value)}{'' if unit in ('%', '‰') else ' '}{unit.replace('m2', 'm²')}".strip()
    )


def goal(target: Target) -> str:
    """不低于 1,200 场."""
    return f"{Comparison(target.comparison).label} {amount(target.value, target.unit_code)}"


def per_cent(share: Fraction | None) -> str:
    """A share with one decimal, half up."""
    return _("缺数") if share is None else f"{say(_tenth(share * 100))}%"


def _tenth(value: Fraction) -> Fraction:
    units, rest = divmod(abs(value) * 10, 1)
    found = Fraction(int(units) + (1 if rest * 2 >= 1 else 0), 10)
    return found if value >= 0 else -found


def rounded(value: Fraction, target: Target) -> Fraction:
    """For sentences, half up: whole numbers of what is counted in whole, four decimals below one, else two.

    The exact value is what is judged.
    """
    whole = target.additive and target.value.denominator == 1
    fine = 1 if whole else 10_000 if abs(value) < 1 else 100
    units, rest = divmod(abs(value) * fine, 1)
    found = Fraction(int(units) + (1 if rest * 2 >= 1 else 0), fine)
    return found if value >= 0 else -found


def told(target: Target, progress: Progress) -> str:
    """Where it stands, in one or two sentences that state only what the figures say."""
    unit = target.unit_code
    if progress.actual is None:
        return _("还没有数，不能判断。")
    actual = amount(rounded(progress.actual, target), unit)
    if progress.standing == Standing.MET:
        return _("已达到 %(actual)s，目标%(goal)s。") % {"actual": actual, "goal": goal(target)}
    if progress.standing == Standing.NOT_MET:
        gap = amount(abs(rounded(progress.actual - progress.value, target)), unit)
        return _("实际 %(actual)s，与目标相差 %(gap)s。") % {"actual": actual, "gap": gap}
    if progress.standing == Standing.UNDECIDED:
        return _("现有 %(actual)s，还有缺报，补报后才能判断。") % {"actual": actual}
    parts = [_("现有 %(actual)s") % {"actual": actual}]
    if progress.expected is not None:
        parts.append(_("按进度此时应为 %(should)s") % {"should": amount(rounded(progress.expected, target), unit)})
    if progress.standing == Standing.AT_RISK:
        projected, way = progress.by_last_year, _("照去年同期的节奏")
        if projected is None:
            projected, way = progress.by_pace, _("照目前的速度")
        if projected is not None:
            parts.append(_("%(way)s期末约 %(end)s") % {"way": way, "end": amount(rounded(projected, target), unit)})
    return "，".join(parts) + "。"

"""Sentences in plain words that state what the figures say, and no more: no cause, no judgement, no guess.

Every number in a sentence is a figure, a difference of two figures as they are shown, a percentage of two complete
figures, a rank, or a count of who has reported. Where something is missing the sentence says so instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from qunwen.base.scope.codes import LENGTHS, Level

from .comparing import Comparison, Progress, Turn
from .readings import Reading, say

TENTH = Fraction(1, 10)


@dataclass(frozen=True)
class Sentence:
    """One sentence and the figures it rests on."""

    text: str
    sources: tuple[Reading, ...]


def percent(value: Fraction) -> str:
    """A percentage with one decimal, without the sign for per cent."""
    return say(value, 1)


def amount(value: Fraction | int, reading: Reading) -> str:
    """A number in the unit of a figure."""
    return _("%(number)s %(unit)s") % {"number": say(value, reading.subject.places), "unit": reading.subject.unit}


def lacking(reading: Reading) -> str:
    """「缺 3 个村（社区）」: how many have not reported."""
    villages = bool(reading.missing) and all(len(code) == LENGTHS[Level.VILLAGE] for code in reading.missing)
    text = _("缺 %(n)s 个村（社区）") if villages else _("缺 %(n)s 个单位")
    return text % {"n": say(reading.lacking)}


def coverage(reading: Reading) -> str:
    """「已报 65，应报 124」."""
    return _("已报 %(n)s，应报 %(m)s") % {"n": say(reading.reported), "m": say(reading.expected)}


def of_value(reading: Reading, name: str) -> Sentence:
    """What the figure is, of how many."""
    words = {
        "period": reading.period.label,
        "place": name,
        "title": reading.subject.title,
        "value": amount(reading.value or 0, reading),
        "state": reading.state_words,
        "coverage": coverage(reading),
        "lacking": lacking(reading),
    }
    if reading.value is None:
        text = _("%(period)s，%(place)s“%(title)s”：%(state)s，不是零。%(coverage)s。")
        if not reading.expected:
            text = _("%(period)s，%(place)s“%(title)s”：%(state)s。")
    elif reading.complete:
        text = _("%(period)s，%(place)s“%(title)s”为 %(value)s，应报的都已报来。")
    else:
        text = _("%(period)s，%(place)s“%(title)s”为 %(value)s；%(coverage)s，%(lacking)s。")
    return Sentence(text % words, (reading,))


def of_last_year(change: Comparison) -> Sentence | None:
    """The figure against the same period a year before (同比)."""
    return _of_change(change, _("上年同期"))


def of_previous(change: Comparison) -> Sentence | None:
    """The figure against the period just before (环比)."""
    return _of_change(change, _("上期"))


def _of_change(change: Comparison, base: str) -> Sentence | None:
    if change.turn == Turn.NO_VALUE:
        return None  # of_value has said it
    words = {"base": base, "title": change.now.subject.title, "then": _value(change.then)}
    text = _said(change, words) if change.said else _obstacle(change, words)
    return Sentence(text, (change.now, change.then))


def _value(reading: Reading) -> str:
    return reading.state_words if reading.value is None else amount(reading.value, reading)


def _said(change: Comparison, words: dict[str, str]) -> str:
    difference = abs(change.difference or Fraction(0))
    words["difference"] = amount(difference, change.now)
    if change.turn == Turn.FLAT:
        return _("“%(title)s”与%(base)s持平（%(base)s %(then)s）。") % words
    if not difference:
        # Too small to be seen in what is shown: neither growth nor decline is claimed.
        return _("“%(title)s”与%(base)s（%(then)s）相比，按所示位数看不出变化。") % words
    up = change.turn == Turn.UP
    if change.now.subject.per_cent:
        words["points"] = say(difference, change.now.subject.places)
        text = (
            _("“%(title)s”比%(base)s提高 %(points)s 个百分点（%(base)s %(then)s）。")
            if up
            else _("“%(title)s”比%(base)s降低 %(points)s 个百分点（%(base)s %(then)s）。")
        )
        return text % words
    if change.per_cent is None:
        text = (
            _("“%(title)s”比%(base)s多 %(difference)s（%(base)s %(then)s，不计算增长率）。")
            if up
            else _("“%(title)s”比%(base)s少 %(difference)s（%(base)s %(then)s，不计算增长率）。")
        )
        return text % words
    words["percent"] = percent(change.per_cent)
    if change.per_cent < TENTH / 2:
        text = (
            _("“%(title)s”比%(base)s多 %(difference)s，增长不到 0.1%%（%(base)s %(then)s）。")
            if up
            else _("“%(title)s”比%(base)s少 %(difference)s，下降不到 0.1%%（%(base)s %(then)s）。")
        )
        return text % words
    text = (
        _("“%(title)s”比%(base)s增长 %(percent)s%%，多 %(difference)s（%(base)s %(then)s）。")
        if up
        else _("“%(title)s”比%(base)s下降 %(percent)s%%，少 %(difference)s（%(base)s %(then)s）。")
    )
    return text % words


def _obstacle(change: Comparison, words: dict[str, str]) -> str:
    words |= {"now_lacks": lacking(change.now), "then_lacks": lacking(change.then)}
    text = {
        Turn.UNFINISHED: _("“%(title)s”：本期还没有结束，暂不与%(base)s比较。"),
        Turn.NO_BASE: _("“%(title)s”：%(base)s%(then)s，不能比较。"),
        Turn.LACKING_NOW: _("“%(title)s”：本期%(now_lacks)s，暂不能与%(base)s比较。"),
        Turn.LACKING_THEN: _("“%(title)s”：%(base)s%(then_lacks)s，暂不能比较。"),
        Turn.LACKING_BOTH: _("“%(title)s”：本期%(now_lacks)s，%(base)s%(then_lacks)s，暂不能比较。"),
    }[change.turn]
    return text % words


def of_unfinished(reading: Reading) -> Sentence:
    """Said once in place of both comparisons while the period is not over."""
    text = _("“%(title)s”：本期还没有结束，暂不与上年同期和上期比较。") % {"title": reading.subject.title}
    return Sentence(text, (reading,))


def short(change: Comparison) -> str:
    """The comparison in a few words for a card or a cell of a table: 「+25.0%」, 「持平」, 「数据不全」."""
    if change.said:
        return _short_said(change)
    return {
        Turn.UNFINISHED: _("本期未结束"),
        Turn.NO_VALUE: change.now.state_words,
        Turn.NO_BASE: _("无对比数"),
    }.get(change.turn, _("数据不全"))


def _short_said(change: Comparison) -> str:
    sign = {Turn.UP: "+", Turn.DOWN: "-"}.get(change.turn, "")
    difference = abs(change.difference or Fraction(0))
    if change.turn == Turn.FLAT:
        return _("持平")
    if change.now.subject.per_cent:
        return _("%(points)s 个百分点") % {"points": f"{sign}{say(difference, change.now.subject.places)}"}
    if change.per_cent is None:
        return f"{sign}{amount(difference, change.now)}"
    if change.per_cent < TENTH / 2:
        return _("不到 0.1%")
    return f"{sign}{percent(change.per_cent)}%"


def of_goal(found: Progress) -> Sentence | None:
    """How far the figure is on the way to the target."""
    reading, goal = found.reading, found.goal
    if found.per_cent is None or reading.value is None:
        return None
    words = {
        "title": reading.subject.title,
        "kind": _("约束性目标") if goal.binding else _("预期性目标"),
        "goal": amount(goal.value, reading),
        "value": amount(reading.value, reading),
        "percent": percent(found.per_cent),
        "lacking": lacking(reading),
    }
    text = (
        _("“%(title)s”的%(kind)s是 %(goal)s，现为 %(value)s，是目标的 %(percent)s%%。")
        if reading.complete
        else _("“%(title)s”的%(kind)s是 %(goal)s，按已报数为 %(value)s，是目标的 %(percent)s%%；%(lacking)s。")
    )
    return Sentence(text % words, (reading,))


def of_months(months: Sequence[Reading]) -> Sentence | None:
    """The month with most of a period's months; only when all months are complete."""
    if len(months) < 2 or not all(month.complete for month in months):
        return None
    top = max(month.value or Fraction(0) for month in months)
    best = [month for month in months if month.value == top]
    if len(best) > 2 or not top:
        return None
    words = {
        "title": best[0].subject.title,
        "months": _("、").join(month.period.label for month in best),
        "value": amount(top, best[0]),
    }
    text = (
        _("各月中“%(title)s”最多的是%(months)s，都是 %(value)s。")
        if len(best) > 1
        else _("各月中“%(title)s”最多的是%(months)s，%(value)s。")
    )
    return Sentence(text % words, tuple(best))


def of_grades(reading: Reading) -> Sentence | None:
    """What stands behind the records, by grade."""
    if not any(reading.grades.values()):
        return None
    listed = _("、").join(
        _("%(grade)s 级 %(n)s 条") % {"grade": grade, "n": say(n)} for grade, n in sorted(reading.grades.items()) if n
    )
    words = {"title": reading.subject.title, "total": say(sum(reading.grades.values())), "listed": listed}
    return Sentence(_("“%(title)s”由 %(total)s 条记录算出，按佐证等级：%(listed)s。") % words, (reading,))

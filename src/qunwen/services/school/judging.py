"""Whether a pupil has completed a class: whole numbers and fractions, three answers."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from .definitions import Rule
from .enums import Result


class Judgement(NamedTuple):
    """The answer and the sentence that says by which numbers."""

    result: Result
    why: str


def judge(rule: Rule | None, *, came: int, held: int, mark: int | None) -> Judgement:
    """Apply a completion rule: `came` of the `held` lessons, `mark` of 100.

    Open while no rule is in force, no lesson was held, or a mark is asked for and missing (unless the share alone decides).
    """
    if rule is None:
        return Judgement(Result.OPEN, _("这个学期没有适用的结业办法。"))
    if held < 1:
        return Judgement(Result.OPEN, _("还没有上过课。"))
    share = _("到课 %(came)s/%(held)s 次，要求不少于 %(least)s") % {
        "came": came, "held": held, "least": rule.attendance,
    }  # fmt: skip
    if Fraction(came, held) < rule.attendance:
        return Judgement(Result.FAILED, share)
    if not rule.mark:
        return Judgement(Result.PASSED, share)
    if mark is None:
        return Judgement(Result.OPEN, _("%(share)s；还没有考核成绩") % {"share": share})
    why = _("%(share)s；成绩 %(mark)s 分，要求不少于 %(least)s 分") % {
        "share": share, "mark": mark, "least": rule.mark,
    }  # fmt: skip
    return Judgement(Result.PASSED if mark >= rule.mark else Result.FAILED, why)

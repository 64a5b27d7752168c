"""Rules in the reader's language."""

from __future__ import annotations

import functools

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .defining import FeeRule, shipped

# How sure a figure is, told to parents in plain words.
SURE = {
    "S": _("已对照原文"),
    "S2": _("据转载件，未对照原文"),
    "K-hi": _("把握较大，未对照原文"),
    "K-med": _("未见原文，以本县正式文件为准"),
    "K-lo": _("把握不大，以本县正式文件为准"),
    "house": _("系统默认，县里可以改"),
}


@functools.cache
def _english() -> dict[str, str]:
    clauses = (c.clause for rule in shipped() for c in (*rule.caps, *rule.exempts, rule.refund))
    return {clause.text: clause.en for clause in clauses}


def said(clause: str) -> str:
    """A clause as the reader reads it: Chinese as written, English for English readers where there is one."""
    if not (get_language() or "").startswith("en"):
        return clause
    return _english().get(clause, clause)


def title(rule: FeeRule) -> str:
    """The rule's title as the reader reads it."""
    return rule.en if (get_language() or "").startswith("en") else rule.title


def known(code: str, sha256: str) -> FeeRule | None:
    """The rule a bill was computed by; None when the house ships another one under that code by now."""
    return next((rule for rule in shipped() if rule.code == code and rule.sha256 == sha256), None)

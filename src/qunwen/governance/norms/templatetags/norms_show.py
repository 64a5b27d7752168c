"""Money and gaps in the words of norms' pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from qunwen.governance.indicators.language.wording import unit_in_words
from qunwen.governance.norms import words
from qunwen.governance.norms.judging import Judgement

register = template.Library()

FEN = 100
WAN = 10_000 * FEN


@register.filter
def yuan_plain(fen: int) -> str:
    """Fen as yuan: 3,500 or 3,500.50."""
    whole, rest = divmod(fen, FEN)
    return f"{whole:,}.{rest:02}" if rest else f"{whole:,}"


@register.filter
def yuan(fen: int) -> str:
    """Fen in words: 3,500 元; from 10,000 yuan on also in 万元, exact in brackets."""
    exact = _("%(n)s 元") % {"n": yuan_plain(fen)}
    if fen < WAN:
        return exact
    hundredths = (fen * 100 * 2 + WAN) // (WAN * 2)  # of 万元, half up
    short = _("%(n)s 万元") % {"n": f"{hundredths // 100:,}.{hundredths % 100:02}"}
    return _("%(short)s（%(exact)s）") % {"short": short, "exact": exact}


@register.filter
def unit_words(unit: str) -> str:
    """A unit as it is printed."""
    return unit_in_words(unit)


@register.filter
def gap_words(judgement: Judgement) -> str:
    """What would meet the norm: 还差 12,345 册."""
    return words.closing(judgement)

"""Sheets written in a few words, and rows for them."""

import datetime as dt
from fractions import Fraction

from qunwen.governance.indicators.language.parsing import Names
from qunwen.governance.scores import known
from qunwen.governance.scores.definitions import load
from qunwen.governance.scores.scoring import EntryRow
from qunwen.governance.scores.spans import Span

SOURCE = 'source = {doc="试验", certainty="house"}'
HALF = Span.of("2026H1")
YEAR = Span.of("2026")
AFTER = dt.date(2027, 1, 1)
DAY = dt.date(2026, 3, 14)


def written(*below, head=""):
    """The text of one sheet `s` with what stands below it."""
    lines = (
        head
        or 'subjects = "village"\nevery = "year"\nfloor = 0\ncap = "none"\nawards = [{code="annual", title="评优", en="Award"}]'
    )
    text = f'[[sheet]]\ncode = "s"\ntitle = "表"\nen = "Sheet"\n{lines}\n{SOURCE}\n'
    for kind, code, about in below:
        text += f'[[{kind}]]\nsheet = "s"\ncode = "{code}"\ntitle = "{code}"\nen = "{code}"\n{about}\n{SOURCE}\n'
    return text


def sheet(*below, head="", names=None):
    """One sheet, read."""
    return load(written(*below, head=head), name="s.toml", names=names or Names())[0]


def shipped(code):
    """A sheet that the house ships."""
    return known.shipped()[code]


def row(item, n=1, *, day=DAY, number=1, **about):
    """An entry about an item."""
    return EntryRow(f"{n:04}", item, day, Fraction(number), **about)

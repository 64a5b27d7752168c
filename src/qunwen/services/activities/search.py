"""Chinese search without an extension: single characters, pairs, pinyin and its initials.

One- and two-character words are found because every pair of neighbouring characters stands in the
index text as a word of its own; `lqy` finds 龙泉驿 through the initials.
"""

from __future__ import annotations

import functools
import re

from pypinyin import Style, lazy_pinyin

_HAN = re.compile(r"[一-鿿]+")
_LATIN = re.compile(r"[a-z0-9]+")


def index_text(*parts: str) -> str:
    """The words under which a record is found, separated and closed by spaces."""
    words: dict[str, None] = {}
    for part in parts:
        low = part.lower()
        for run in _HAN.findall(low):
            initials, full = _pinyin(run)
            words.update(dict.fromkeys((run, initials, full)))
        for run in _LATIN.findall(low):
            words[run] = None
    return " " + " ".join(words) + " "


@functools.lru_cache(maxsize=20_000)
def _pinyin(run: str) -> tuple[str, str]:
    initials = "".join(lazy_pinyin(run, style=Style.FIRST_LETTER))
    return initials, "".join(lazy_pinyin(run))


def terms(query: str) -> list[str]:
    """The stretches that all have to stand in the index text: Han runs as they are, Latin also as pinyin."""
    found: list[str] = []
    for word in query.lower().split():
        found += _HAN.findall(word)
        found += _LATIN.findall(word)
    return found[:8]

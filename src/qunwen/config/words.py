"""Translations remembered: one look-up a word instead of one a catalogue.

The source language is Chinese, so in zh-hans a text is found in no catalogue, and gettext asks all of them in
turn each time (nine, some 18 µs a text). A page has hundreds of texts and always the same ones.
"""

from __future__ import annotations

import functools
from typing import Any

from django.conf import settings
from django.utils.translation import trans_real

KEPT = 20_000  # texts a language; the whole house has fewer


def remember() -> None:
    """Let every language of the installation remember its answers. For long-lived processes, once, after set-up."""
    for code, _name in settings.LANGUAGES:
        catalogue: Any = trans_real.translation(code)
        catalogue.gettext = functools.lru_cache(maxsize=KEPT)(catalogue.gettext)

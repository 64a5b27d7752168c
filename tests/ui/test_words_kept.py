"""The server's memory of translations answers as the catalogues do."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext, override, trans_real

from qunwen.config import words

TEXTS = ("活动", "没有这样的词", "名额", "Log out", "周一")


def _said() -> list[str]:
    said = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            said += [gettext(text) for text in TEXTS]
    return said


def test_remembered_words_are_those_of_the_catalogues():
    before = _said()
    words.remember()
    try:
        assert [_said(), _said()] == [before, before]
        for code, _name in settings.LANGUAGES:
            kept = trans_real.translation(code).gettext
            asked = kept.cache_info().misses
            kept("活动")
            assert kept.cache_info().misses == asked
    finally:
        for code, _name in settings.LANGUAGES:
            del trans_real.translation(code).gettext

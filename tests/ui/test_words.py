"""The catalogues of this area: complete, with the same placeholders, and compiled from what is written."""

import datetime as dt
import re
from pathlib import Path

import polib
import pytest
from django.utils import translation

from qunwen.base.ui import wording

AREA = Path(__file__).resolve().parents[2] / "src/qunwen/base/ui"
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_catalogue_is_complete(language):
    catalogue = polib.pofile(str(AREA / f"locale/{language}/LC_MESSAGES/django.po"))
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []
    for entry in catalogue:
        assert sorted(PLACEHOLDER.findall(entry.msgid)) == sorted(PLACEHOLDER.findall(entry.msgstr)), entry.msgid


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_compiled_catalogue_is_that_of_the_text(language):
    folder = AREA / f"locale/{language}/LC_MESSAGES"
    text = {entry.msgid: entry.msgstr for entry in polib.pofile(str(folder / "django.po"))}
    assert {entry.msgid: entry.msgstr for entry in polib.mofile(str(folder / "django.mo"))} == text


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_every_phrase_of_the_templates_is_in_the_catalogue(language):
    known = {entry.msgid for entry in polib.pofile(str(AREA / f"locale/{language}/LC_MESSAGES/django.po"))}
    phrase = re.compile(r"""\{% translate (["'])(.+?)\1|[=\s]_\((["'])(.+?)\3\)""")
    used = {
        first or second
        for path in AREA.rglob("*.html")
        for _, first, _, second in phrase.findall(path.read_text("utf-8"))
    }
    assert used - known == set()


def test_moments_are_said_in_the_readers_language():
    at = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)
    saturday = dt.datetime(2026, 11, 28, 6, 30, tzinfo=dt.UTC)
    said = {}
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            said[language] = wording.say_moment(saturday, at=at)
    assert said == {"zh-hans": "本周六 14:30", "zh-hant": "本週六 14:30", "en": "This Sat 14:30"}

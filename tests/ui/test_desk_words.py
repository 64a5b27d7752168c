"""What the desk says in words of Wagtail's: Chinese where Wagtail itself has none."""

import json
import re
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext

FOLDER = Path(__file__).resolve().parents[2] / "src/qunwen/config/locale"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+")
CATALOGUES = sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_catalogue_keeps_placeholders_and_is_compiled(path):
    catalogue = polib.pofile(str(path))
    wrong = {
        e.msgid
        for e in catalogue
        for said in said_by(e)
        if sorted(PLACEHOLDER.findall(e.msgid)) != sorted(PLACEHOLDER.findall(said))
    }
    assert wrong == set()
    compiled = polib.mofile(str(path.with_suffix(".mo")))
    assert {e.msgid: said_by(e) for e in compiled} == {e.msgid: said_by(e) for e in catalogue}


def said_by(entry):
    """Its translations: one, or one for each number (Chinese has one for all)."""
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "送审期间锁定"), ("zh-hant", "送審期間鎖定")])
def test_the_lock_of_a_page_is_told_in_chinese(language, said):
    with translation.override(language):
        assert gettext("Locked by workflow") == said


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "在这里写正文"), ("zh-hant", "在這裡寫正文")])
def test_the_rich_text_field_asks_in_chinese(client, language, said):
    catalogue = client.get("/desk/jsi18n/", {"lang": language}).content.decode()
    assert json.dumps(said)[1:-1] in catalogue

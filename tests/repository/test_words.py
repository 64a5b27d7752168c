"""The words of every area: collected, complete in both other languages, compiled from what is written, nothing bare."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import polib
import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import messages as tool  # noqa: E402

CHINESE = re.compile("[\u3400-\u9fff]")
AREAS = [area for area in tool.areas() if tool.collect(area)]
# Templates whose words stand as they are, with the reason; may only shrink.
BARE: dict[str, str] = {}


@pytest.fixture(scope="module")
def traditional():
    return tool.Traditional()


@pytest.mark.parametrize("language", list(tool.LANGUAGES))
@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_every_message_is_translated_with_its_placeholders(area, language):
    held = tool.read(area, language)
    collected = tool.collect(area)
    assert set(held) == set(collected)
    for key, message in collected.items():
        forms = tool.forms_of(held[key])
        assert (key, held[key].fuzzy, all(forms)) == (key, False, True)
        assert held[key].msgid_plural == (message.plural or "")
        for form in forms:
            assert tool.fits(key.msgid, form), (key, form)


@pytest.mark.parametrize("language", list(tool.LANGUAGES))
@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_compiled_catalogue_is_that_of_the_text(area, language):
    path = tool.catalogue_path(area, language)
    assert path.with_suffix(".mo").read_bytes() == polib.pofile(str(path)).to_binary()


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_traditional_chinese_is_that_of_opencc_and_the_table(area, traditional):
    for key, entry in tool.read(area, "zh_Hant").items():
        assert set(tool.forms_of(entry)) == {traditional(key.msgid)}


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_english_has_no_chinese_but_what_is_typed_or_quoted(area):
    quoted = re.compile(r"“[^”]*”|\d{4}年\d+月\d+日")
    held = tool.held_english(area).items()
    assert [form for _, forms in held for form in forms if CHINESE.search(quoted.sub("", form))] == []


def test_a_sentence_has_one_english_in_all_areas():
    said = defaultdict(set)
    for area in AREAS:
        for key, forms in tool.held_english(area).items():
            if len(forms) == 1:
                said[key].add(forms[0])
    assert {key: forms for key, forms in said.items() if len(forms) > 1} == {}


def bare_words(text: str) -> list[str]:
    """Chinese that stands in a template outside what is translated: in text, in attributes, in tags' arguments."""
    for outside in (
        r"\{% comment.*?%\}.*?\{% endcomment %\}|\{#.*?#\}|<!--.*?-->",
        r"\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}",
        r"\{% trans(?:late)? .*?%\}",
        r"""_\((?:"[^"]*"|'[^']*')\)""",
    ):
        text = re.sub(outside, "", text, flags=re.DOTALL)
    return [line.strip() for line in text.splitlines() if CHINESE.search(line)]


def test_bare_words_are_found():
    assert bare_words('<a title="活动">{% translate "活动" %}</a>') == ['<a title="活动"></a>']
    assert bare_words("{% empty text='没有' %}{# 注 #}") == ["{% empty text='没有' %}"]
    assert bare_words('{{ day|date:_("n月j日") }}{% blocktranslate %}共 {{ n }} 场{% endblocktranslate %}') == []


def test_templates_hold_no_bare_words():
    found = {}
    for path in sorted(tool.SOURCE.rglob("templates/**/*")):
        if path.suffix in {".html", ".txt", ".xml", ".svg"}:
            lines = bare_words(path.read_text("utf-8"))
            if lines:
                found[path.relative_to(ROOT).as_posix()] = lines
    assert {path: lines for path, lines in found.items() if path not in BARE} == {}
    assert set(BARE) - set(found) == set()


def test_python_messages_are_found_under_their_aliases():
    code = (
        "from django.utils.translation import gettext as _, ngettext, pgettext as p\n"
        "_('一' '二')\nngettext('%(n)d 场', '%(n)d 场', 2)\np('起始', '起')\nother('三')\n"
    )
    assert list(tool.in_python(code)) == [
        (tool.Key("一二"), None),
        (tool.Key("%(n)d 场"), "%(n)d 场"),
        (tool.Key("起", "起始"), None),
    ]


def test_template_messages_are_found_by_djangos_rules():
    text = (
        '{% load i18n %}{% translate "甲（乙）" %}{% translate "起" context "起始" %}{{ x|default:_("无") }}'
        "{% blocktranslate count n=2 %}还有 {{ n }} 场{% plural %}还有 {{ n }} 场{% endblocktranslate %}"
    )
    assert set(tool.in_template(text, "x.html")) == {
        (tool.Key("甲（乙）"), None),
        (tool.Key("起", "起始"), None),
        (tool.Key("无"), None),
        (tool.Key("还有 %(n)s 场"), "还有 %(n)s 场"),
    }


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "还没有活动"), ("zh-hant", "還沒有活動"), ("en", "No activities yet")]
)
def test_readers_are_answered_in_their_language(language, said):
    with translation.override(language):
        assert translation.gettext("还没有活动") == said


def test_the_tool_finds_nothing_to_do():
    done = subprocess.run([sys.executable, str(ROOT / "tools/messages.py"), "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "0 messages without English\n"), done.stderr

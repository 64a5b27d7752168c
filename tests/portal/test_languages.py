"""Every page of the portal in English: whatever is still Chinese is what somebody entered, not a word of ours."""

import html
import re

import pytest
from django.apps import apps
from django.db.models import CharField, TextField

from .conftest import logged_in
from .pages import addresses

CHINESE = re.compile(r"[\u3400-\u9fff]+")
# The names of languages are written in the language itself.
OWN_NAMES = {"简体中文", "繁體中文"}
MORE = {
    "log in": "/me/login/",
    "me": "/me/",
    "add family": "/me/family/add/",
    "own details": "/me/edit/",
    "notices": "/me/notices/",
    "no network": "/ui/offline/",
    "nowhere": "/activities/510112/00000000-0000-7000-8000-000000000000/",
}
SCRIPTS = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)


def entered():
    """All texts that stand in the database with Chinese in them, the longest first."""
    found = set()
    for model in (one for one in apps.get_models() if one.__module__.startswith("qunwen.")):
        names = [f.attname for f in model._meta.concrete_fields if isinstance(f, CharField | TextField)]
        rows = getattr(model, "unscoped", model._default_manager)
        for row in rows.values_list(*names) if names else ():
            found |= {str(text) for text in row if text and CHINESE.search(str(text))}
    return sorted(found, key=len, reverse=True)


CUT = re.compile(r"([^<>\"]{6,})…")


def words_of_ours(page, data):
    text = html.unescape(SCRIPTS.sub("", page))
    for cut in set(CUT.findall(text)):  # a long name, shortened in the trail
        if any(known.startswith(cut.strip()) for known in data):
            text = text.replace(f"{cut}…", "")
    for known in data:
        text = text.replace(known, "")
        for line in known.splitlines():
            text = text.replace(line, "") if line.strip() else text
    return set(CHINESE.findall(re.sub(r"<p>|</p>|<br>", "", text))) - OWN_NAMES


@pytest.fixture
def data(town, page):
    return page("关于龙泉街道综合文化站闭站检修的公告", body="<p>三天</p>")


def left_over(client, pages, language):
    client.cookies["django_language"] = language
    known = [*entered(), "书"]  # the word that is searched for
    found = {name: words_of_ours(client.get(address).content.decode(), known) for name, address in pages.items()}
    return {name: words for name, words in found.items() if words}


def test_no_word_of_ours_is_chinese_on_a_page_in_english(town, data):
    pages = addresses(town, data) | MORE
    assert left_over(logged_in(town.lin), pages, "en") == {}


def test_every_page_without_a_log_in_is_english_too(town, data, reader):
    pages = addresses(town, data, signed_in=False) | MORE
    assert left_over(reader, pages, "en") == {}


def test_the_walk_finds_words_of_ours(town, reader):
    found = left_over(reader, {"home": "/"}, "zh-hans")["home"]
    assert {"跳到正文", "今天", "这个周末"} - found == set()

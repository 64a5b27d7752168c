"""The interface speaks the reader's language: its description, its page for people, its problems."""

import json
import re

import pytest

CHINESE = re.compile(r"[\u3400-\u9fff][^\"<]*")
ABOUT_PLACES = {
    "zh-hans": "全国区划代码，按代码排序；撤销的也在内（valid_to）。",
    "zh-hant": "全國區劃代碼，按代碼排序；撤銷的也在內（valid_to）。",
    "en": "Divisions of the whole country by code, those abolished included (valid_to).",
}


def described(client, language):
    return client.get("/api/v1/openapi.json", {"lang": language}).json()


def said(document):
    return document["paths"]["/places"]["get"]["description"]


def test_each_reader_gets_the_description_in_the_own_language(client, db):
    assert {language: said(described(client, language)) for language in ABOUT_PLACES} == ABOUT_PLACES


def test_the_description_in_english_leaves_nothing_in_chinese(client, db):
    assert CHINESE.findall(json.dumps(described(client, "en"), ensure_ascii=False)) == []


def test_only_words_differ_between_languages(client, db):
    def shape(part):
        if isinstance(part, list):
            return [shape(one) for one in part]
        if isinstance(part, dict):
            words = ("summary", "description", "title", "tags")
            return {key: shape(one) for key, one in part.items() if key not in words or isinstance(one, dict)}
        return part

    assert shape(described(client, "en")) == shape(described(client, "zh-hans"))


def test_the_page_for_people_in_english_leaves_nothing_in_chinese(client, db):
    page = client.get("/api/v1/docs/", {"lang": "en"}).content.decode()
    assert (CHINESE.findall(page), '<html lang="en">' in page) == ([], True)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/places/99", 404),
        ("/api/v1/places?limit=x", 422),
        ("/api/v1/places?strange=1", 422),
        ("/api/v1/staff/units", 401),
        ("/api/v1/me", 401),
        ("/api/v1/nowhere", 404),
    ],
)
def test_problems_are_told_in_english_to_who_asks_for_it(client, db, address, status):
    client.cookies["django_language"] = "en"
    answer = client.get(address)
    assert (answer.status_code, CHINESE.findall(answer.content.decode())) == (status, [])

"""Pages drawn once: for whom, for how long, and never for somebody who acts."""

import gzip

import pytest
from django.test import override_settings

from qunwen.faces.portal import caching

from .conftest import logged_in


@pytest.fixture(autouse=True)
def _kept():
    with override_settings(QUNWEN_PAGE_SECONDS=60):
        yield


def test_a_kept_page_asks_the_database_nothing(town, reader, django_assert_num_queries):
    first = reader.get("/")
    with django_assert_num_queries(0):
        again = reader.get("/")
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])


def test_a_reader_who_has_the_page_gets_304(town, reader):
    etag = reader.get("/").headers["ETag"]
    response = reader.get("/", headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")


def test_packed_and_plain_are_the_same_page(town, reader):
    packed = reader.get("/", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == reader.get("/").content


@pytest.mark.parametrize(("name", "value"), [("elder", "22"), ("django_language", "en"), ("town", "510112002")])
def test_choices_of_the_reader_have_pages_of_their_own(town, reader, name, value):
    plain = reader.get("/").content
    reader.cookies[name] = value
    assert reader.get("/").content != plain


def test_who_is_logged_in_sees_the_present(town, reader):
    url = f"/activities/510112/{town.course.activity_id}/"
    client = logged_in(town.third)
    assert "还剩 10 个名额" in reader.get(url).content.decode()
    town.world.book(town.course, town.third)
    assert "还剩 9 个名额" in client.get(url).content.decode()
    assert "还剩 10 个名额" in reader.get(url).content.decode()
    assert client.get(url).headers["Cache-Control"] == "private, no-cache"


def test_a_page_gets_old(town, reader):
    url = f"/activities/510112/{town.course.activity_id}/"
    with override_settings(QUNWEN_PAGE_SECONDS=0.001):
        reader.get(url)
        town.world.book(town.course, town.third)
        assert "还剩 9 个名额" in reader.get(url).content.decode()


def test_errors_and_pages_with_cookies_are_not_kept(town, reader):
    reader.get("/activities/510112/00000000-0000-7000-8000-000000000000/")
    reader.get("/near/?place=510112002")
    assert list(caching.SHELF.pages) == []


def test_the_shelf_drops_the_oldest_when_full():
    shelf = caching.Shelf()
    heavy = caching.LARGEST_BYTES // 3
    for number in range(5):
        shelf.put(number, caching.Drawn(b"x" * heavy, b"", "", "", float(number)))
    assert (list(shelf.pages), shelf.size <= caching.LARGEST_BYTES) == ([2, 3, 4], True)


def test_while_one_draws_others_get_the_old_page_but_not_a_very_old_one():
    shelf = caching.Shelf()
    shelf.put("k", caching.Drawn(b"x", b"x", "", "", 100.0))
    assert shelf.take("k", 101.0, 3) is not None
    assert shelf.take("k", 104.0, 3) is None
    assert shelf.take("k", 104.0, 3) is not None
    assert shelf.take("k", 105.1, 3) is None

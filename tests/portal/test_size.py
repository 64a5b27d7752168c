"""Every page of the portal with all its styles and scripts fits into 60 KB on the wire."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from qunwen.faces.portal import caching

from .pages import addresses

MOST = 60 * 1024


def weigh(page):
    """Bytes packed: the page and every style and script it names (drawings and photographs come later, lazily)."""
    files = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page.decode()))
    assert files
    parts = [page, *(Path(finders.find(name)).read_bytes() for name in sorted(files))]
    return sum(len(gzip.compress(part, 6)) for part in parts)


@pytest.mark.parametrize("elder", ["", "30"])
def test_every_page_fits_the_budget(town, page, lin, elder):
    for number in range(30):
        session = town.world.bookable(f"很长很长的课程名称之文艺骨干培训班第{number}期", 9, days=7 + number, hour=8)
        session.activity.title += "（春季）"
    notice = page("关于闭馆的公告", intro="检修" * 40)
    lin.cookies["elder"] = elder
    for name, address in addresses(town, notice).items():
        caching.SHELF.clear()
        response = lin.get(address)
        assert response.status_code == 200, name
        assert weigh(response.content) <= MOST, name


def test_pages_leave_packed_when_the_reader_can_unpack(town, lin):
    response = lin.get("/me/bookings/", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"


def test_photographs_and_files_are_not_packed_again(db):
    from django.http import HttpResponse

    from qunwen.faces.portal.middleware import TextGZipMiddleware

    def answer(kind):
        middleware = TextGZipMiddleware(lambda request: HttpResponse(b"x" * 5000, content_type=kind))
        request = Client().get("/", headers={"accept-encoding": "gzip"}).wsgi_request
        return middleware(request).headers.get("Content-Encoding")

    assert [answer(kind) for kind in ("text/html", "image/jpeg", "application/zip")] == ["gzip", None, None]


def test_pages_name_no_other_server(town, page, reader):
    notice = page("公告")
    for name, address in addresses(town, notice, signed_in=False).items():
        found = reader.get(address).content.decode()
        assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+', found) == [], name
        assert not re.search(r"""\s(style|on[a-z]+)=["']""", found), name

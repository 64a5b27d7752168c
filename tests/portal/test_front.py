"""The county's front page and announcements."""

from wagtail.models import Page

from qunwen.base.places.models import Place
from qunwen.faces.portal.front import ensure_county_home

from . import world as worlds


def test_the_front_page_is_made_once_and_speaks_in_the_frame(bare, reader):
    place = Place.unscoped.get(pk="510112")
    first = ensure_county_home(place, responsible_unit="龙泉驿区文化馆", phone="028-84850000")
    assert ensure_county_home(place, phone="1").pk == first.pk
    page = reader.get("/").content.decode()
    assert "tel:028-84850000" in page
    assert "本页由龙泉驿区文化馆负责。" in page


def test_announcements_are_read_once_published(db, page, reader):
    shown = page("春节开放安排", body="<p>初一至初三闭馆</p><script>alert(1)</script>")
    draft = page("还在三审的公告", live=False)
    assert "初一至初三闭馆" in reader.get(shown.portal_url()).content.decode()
    assert reader.get(draft.portal_url()).status_code == 404
    listed = reader.get("/news/").content.decode()
    assert ("春节开放安排" in listed, "还在三审" in listed) == (True, False)
    assert shown.get_url() is None or shown.get_url().endswith(shown.portal_url())


def test_announcements_of_another_county_are_not_listed(places, page, reader):
    page("陇县公告", place_id="610327")
    assert "陇县公告" not in reader.get("/news/?county=510112").content.decode()


def test_every_page_of_the_portal_hangs_in_its_place(db, page):
    worlds.ensure_places()
    assert page("公告").get_parent().specific == page.home
    assert Page.objects.filter(pk=page.home.pk).exists()

"""The portal of 龙泉驿区 with something in every state, and readers who are logged in or not."""

from __future__ import annotations

import pytest
from django.test import Client

from qunwen.base.scope import clock, writing
from qunwen.faces.portal.caching import SHELF

from . import world as worlds


@pytest.fixture(autouse=True)
def _nothing_kept():
    """No page drawn for one test is shown to the next."""
    SHELF.clear()
    yield
    SHELF.clear()


@pytest.fixture
def town(db):
    """The county with every state in it, now."""
    return worlds.full(clock.now())


@pytest.fixture
def bare(db):
    """The county with venues and nobody's activities."""
    return worlds.World(clock.now())


@pytest.fixture
def reader(db):
    """Somebody without an account."""
    return Client()


def logged_in(resident):
    """A client whose session is that of a resident whose phone was verified."""
    client = Client()
    session = client.session
    session["resident"] = {"id": str(resident.pk), "county": resident.county, "at": clock.now().isoformat()}
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


@pytest.fixture
def lin(town):
    """林秀英, logged in."""
    return logged_in(town.lin)


@pytest.fixture
def page(db):
    """announce(title, **fields): a published announcement of the county."""
    from wagtail.models import Locale, Page

    from qunwen.faces.portal.models import Announcement, CountyHome

    worlds.ensure_places()
    Locale.objects.get_or_create(language_code="zh-hans")  # a test with real transactions leaves nothing behind
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="根", slug="root"))
    with writing.allowed("test"):
        home = CountyHome.objects.first() or root.add_child(
            instance=CountyHome(
                title="龙泉驿区",
                slug="county-510112",
                place_id="510112",
                phone="028-84850000",
                responsible_unit="龙泉驿区文化馆",
                live=True,
            )
        )

    def announce(title, **fields):
        details = {
            "kind": "notice",
            "place_id": "510112",
            "unit_name": "区文化馆",
            "body": "<p>各位街坊：</p>",
            **fields,
        }
        made = home.add_child(instance=Announcement(title=title, **details))
        if details.get("live", True):
            made.save_revision().publish()
        return made

    announce.home = home
    return announce

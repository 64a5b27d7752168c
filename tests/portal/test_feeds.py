"""Calendars to subscribe to."""

import pytest
from icalendar import Calendar

from qunwen.base.scope import context
from qunwen.faces.portal.models import CalendarFeed
from qunwen.services.bookings import actions as bookings

from .conftest import logged_in


def events(response):
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(e["summary"]): e for e in Calendar.from_ical(response.content).walk("VEVENT")}


def test_the_county_calendar_holds_what_is_public(town, reader):
    found = events(reader.get("/calendar.ics"))
    assert "还没有审核的活动" not in found
    assert {str(found[t]["status"]) for t in ("露天合唱",)} == {"CANCELLED"}
    assert len(found) == 8


@pytest.mark.parametrize(("query", "names"), [
    ("place=510112002", {"坝坝电影：我和我的家乡"}), ("kind=exhibition", {"龙泉山水墨画展"}), ("q=书法", {"成人书法课"}),
])  # fmt: skip
def test_the_county_calendar_is_narrowed(town, reader, query, names):
    assert set(events(reader.get(f"/calendar.ics?{query}"))) == names


def test_the_calendar_of_a_venue(town, reader):
    assert events(reader.get(f"/calendar.ics?venue={town.world.station.pk}")) == {}
    assert "成人书法课" in events(reader.get(f"/calendar.ics?venue={town.world.venue.pk}"))
    assert reader.get("/calendar.ics?venue=x").status_code == 404


def test_a_reader_who_has_it_gets_nothing_again(town, reader):
    first = reader.get("/calendar.ics")
    assert reader.get("/calendar.ics", headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    since = {"if-modified-since": first.headers["Last-Modified"]}
    assert reader.get("/calendar.ics", headers=since).status_code == 304
    with context.everything(reason="test"):
        from qunwen.base.scope import clock
        from qunwen.services.activities import actions

        actions.cancel_session(session=town.course, reason="停电", by=town.world.clerk, at=clock.now())
    again = reader.get("/calendar.ics", headers={"if-none-match": first.headers["ETag"]})
    assert str(events(again)["成人书法课"]["status"]) == "CANCELLED"


def test_an_activity_is_kept_as_a_file(town, reader):
    base = f"/activities/510112/{town.film.pk}/event.ics"
    assert len(Calendar.from_ical(reader.get(base).content).walk("VEVENT")) == 3
    assert reader.get(f"{base}?session={town.course.pk}").status_code == 404


def my_address(client):
    page = client.post("/me/calendar/", {"feed": "renew"}, follow=True)
    return page.context["feed_url"].removeprefix("http://testserver")


def test_my_calendar_is_read_without_a_session_by_its_secret_address(town, lin, reader):
    address = my_address(lin)
    assert set(events(reader.get(address))) == {"成人书法课"}
    assert "private" in reader.get(address).headers["Cache-Control"]


def test_my_calendar_forgets_what_was_cancelled(town, lin, reader):
    address = my_address(lin)
    etag = reader.get(address).headers["ETag"]
    with context.everything(reason="test"):
        bookings.cancel(booking=town.ticket, by=town.world.clerk, at=town.world.at)
    assert events(reader.get(address, headers={"if-none-match": etag})) == {}


def test_a_renewed_or_stopped_address_is_dead(town, lin, reader):
    first = my_address(lin)
    second = my_address(lin)
    assert [reader.get(a).status_code for a in (first, second)] == [404, 200]
    lin.post("/me/calendar/", {"feed": "stop"})
    assert reader.get(second).status_code == 404
    assert CalendarFeed.unscoped.filter(closed_at=None).count() == 0


@pytest.mark.parametrize("token", ["x", "510112.abc", "510112" + "0" * 32 + ".forged"])
def test_a_forged_address_is_dead(town, reader, token):
    assert reader.get(f"/me/calendar/{token}.ics").status_code == 404


def test_nobody_renews_the_calendar_of_another(town, db):
    mine = my_address(logged_in(town.lin))
    my_address(logged_in(town.third))
    assert set(events(logged_in(town.third).get(mine))) == {"成人书法课"}
    assert CalendarFeed.unscoped.filter(closed_at=None).count() == 2

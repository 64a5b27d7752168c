"""The register of venues on the desk."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.scope import clock, writing
from qunwen.services.venues.models import Closure, Room, SpecialDay, Venue, WeeklyHours

from .people import TOWN, VILLAGE, photo


def of(name, venue, *more):
    return reverse(f"venues:{name}", args=[venue.pk, *more])


@pytest.fixture
def station(desk):
    return desk("town_station", TOWN)


def test_the_list_is_filtered_by_the_address(station, county):
    listing = reverse("venues:list")
    assert "东街社区综合文化服务中心" in station.get(listing, {"kind": "village_room", "place": TOWN}).content.decode()
    assert "没有符合条件的阵地" in station.get(listing, {"q": "没有"}).content.decode()
    assert "东关" not in station.get(listing, {"place": "610327"}).content.decode()


def test_a_venue_is_registered_and_changed(station, county):
    sent = {
        "name": "龙泉书院", "kind": "library", "place": TOWN, "unit": str(county.units[TOWN].pk), "area": "820.5",
        "latitude": "30.556507", "longitude": "104.274632", "accessibility": ["ramp", "lift"], "free_open": "on",
    }  # fmt: skip
    station.post(reverse("venues:add"), sent)
    venue = Venue.unscoped.get(name="龙泉书院")
    assert (str(venue.area), venue.accessibility, str(venue.latitude)) == ("820.50", ["ramp", "lift"], "30.556507")
    half = station.post(reverse("venues:add"), {**sent, "name": "另一个", "longitude": ""})
    assert (half.status_code, list(half.context["form"].errors)) == (422, ["latitude"])
    doubled = station.post(reverse("venues:add"), sent)
    assert (doubled.status_code, list(doubled.context["form"].errors)) == (422, ["name"])
    station.post(of("edit", venue), {**sent, "name": "龙泉书院（新馆）"})
    assert Venue.unscoped.get(pk=venue.pk).name == "龙泉书院（新馆）"


def test_the_week_is_set_and_its_mistakes_are_named(station, county):
    good = {"d0_0_opens": "09:00", "d0_0_closes": "12:00", "d0_1_opens": "14:00", "d0_1_closes": "17:30"}
    station.post(of("hours", county.venue), good)
    assert sorted((h.weekday, h.opens, h.closes) for h in WeeklyHours.unscoped.all()) == [
        (0, dt.time(9), dt.time(12)),
        (0, dt.time(14), dt.time(17, 30)),
    ]
    form = station.get(of("hours", county.venue)).context["form"]
    assert form["d0_1_closes"].value() == dt.time(17, 30)
    for wrong in ({"d1_0_opens": "09:00"}, {"d1_0_opens": "12:00", "d1_0_closes": "09:00"}):
        assert station.post(of("hours", county.venue), wrong).status_code == 422
    assert WeeklyHours.unscoped.count() == 2
    station.post(of("hours", county.venue), {})
    assert WeeklyHours.unscoped.count() == 0


def test_rooms_special_days_closures(station, county):
    venue = county.venue
    station.post(of("room_add", venue), {"name": "舞蹈室", "kind": "dance", "area": "60", "capacity": "30"})
    room = Room.unscoped.get()
    station.post(of("room", venue, room.pk), {"name": "舞蹈室", "kind": "dance", "capacity": "40"})
    room.refresh_from_db()
    assert (room.capacity, room.active) == (40, False)
    station.post(of("special_day", venue), {"day": "2030-10-01", "note": "国庆"})
    assert (SpecialDay.unscoped.get().opens, SpecialDay.unscoped.get().note) == (None, "国庆")
    assert station.post(of("special_day", venue), {"day": "2030-10-02", "opens": "09:00"}).status_code == 422
    start = clock.local(clock.now()) + dt.timedelta(days=1)
    sent = {"starts_at": f"{start:%Y-%m-%dT%H:%M}", "ends_at": f"{start + dt.timedelta(days=2):%Y-%m-%dT%H:%M}"}
    assert station.post(of("close", venue), sent).status_code == 422
    station.post(of("close", venue), {**sent, "reason": "消防改造"})
    closure = Closure.unscoped.get()
    assert "消防改造" in station.get(of("page", venue)).content.decode()
    station.post(of("withdraw", venue, closure.pk))
    assert Closure.unscoped.get().withdrawn_at is not None


def test_photos_come_and_go(station, county):
    station.post(of("photos", county.venue), {"photos": [photo()]})
    link = EvidenceLink.unscoped.get()
    assert link.subject_type == "venues.venue"
    station.post(of("photo_remove", county.venue, link.pk))
    assert EvidenceLink.unscoped.get().removed_at is not None


def test_retired_venues_leave_the_list(station, county):
    station.post(of("retire", county.venue), {"on": "2026-01-01"})
    listing = reverse("venues:list")
    assert "东街社区综合文化服务中心" not in station.get(listing).content.decode()
    assert "已停用" in station.get(listing, {"retired": "1"}).content.decode()


def test_export_is_what_the_list_shows(station, county):
    body = b"".join(station.get(reverse("venues:export"), {"place": TOWN}).streaming_content)
    names = [row[0] for row in openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)]
    assert names == ["阵地名册", "名称", "东街社区综合文化服务中心"]


def test_queries_do_not_grow_with_the_list(station, county, at):
    counts = []
    for number in (0, 2):
        with writing.allowed("test"):
            for n in range(number):
                Venue.unscoped.create(
                    name=f"书屋{n}", kind="farm_bookroom", place=county.places[VILLAGE], unit=county.units[VILLAGE],
                    changed_at=at,
                )  # fmt: skip
        station.get(reverse("venues:list"))
        with CaptureQueriesContext(connection) as seen:
            station.get(reverse("venues:list"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["page", "edit", "retire", "room_add", "hours", "special_day", "close", "photos"])
def test_another_countys_venue_is_404(desk, county, name):
    client = desk("county_officer", "510112")
    answers = [client.get(of(name, county.away))]
    if name != "page":
        answers.append(client.post(of(name, county.away), {"name": "x"}))
    assert [(a.status_code, "东关" in a.content.decode()) for a in answers] == [(404, False)] * len(answers)


def test_who_may_only_look_finds_no_buttons_and_is_refused(desk, county):
    client = desk("auditor_readonly", "510112")
    assert of("edit", county.venue) not in client.get(of("page", county.venue)).content.decode()
    assert [client.get(of(n, county.venue)).status_code for n in ("edit", "hours", "close")] == [403, 403, 403]

"""Rooms in the portal without a script: free hours by day, reserve, my rooms, offered hours; the door; the calendar; the API."""

import datetime as dt
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from qunwen.base.people.models import Unit
from qunwen.base.scope import clock, context, writing
from qunwen.base.scope.clock import start_of
from qunwen.faces.portal.caching import SHELF
from qunwen.services.rooms import actions, addresses
from qunwen.services.rooms.models import OfferedHours, Reservation
from qunwen.services.venues.models import Room, Venue, WeeklyHours

from .conftest import BY, COUNTY, TOWN, VILLAGE

SOON = clock.today() + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def _nothing_kept():
    """No page drawn for one test is shown to the next."""
    SHELF.clear()
    yield
    SHELF.clear()


@pytest.fixture
def room(places):
    """A dance room that is open from 9 to 21 every day, now."""

    def add(name="排练厅", **details):
        with writing.allowed("test"), context.everything(reason="test"):
            unit, _new = Unit.unscoped.get_or_create(name="文化站", defaults={"kind": "station", "place": places[TOWN]})
            venue = Venue.unscoped.create(
                name=f"{name}站", kind="station", place=places[TOWN], unit=unit, changed_at=clock.now()
            )
            for day in range(7):
                WeeklyHours.unscoped.create(venue=venue, weekday=day, opens=dt.time(9), closes=dt.time(21))
            inner = Room.unscoped.create(venue=venue, name=name, kind="activity", capacity=30)
            return actions.add_resource(
                place=venue.place, unit=unit, kind="room", title=name, room=inner, by=BY, at=clock.now(),
                **{"open_to": "residents", "capacity": 30, **details},
            )  # fmt: skip

    return add


@pytest.fixture
def guest(person):
    """A browser of a resident."""

    def enter(who=None):
        who = who or person(phone="13800000001")
        client = Client()
        session = client.session
        session["resident"] = {"id": str(who.pk), "county": who.county, "at": clock.now().isoformat()}
        session.save()
        client.cookies["sessionid"] = session.session_key
        client.who = who
        return client

    return enter


def text(response):
    return response.content.decode()


def page(row, day=SOON):
    return reverse("portal:room", args=[row.county, row.pk], query={"day": f"{day}"})


def sent(client, row, **more):
    key = re.search(r'name="key" value="([^"]+)"', text(client.get(page(row))))[1]
    return {"key": key, "starts": "09:00", "minutes": "60", "title": "排练国庆节目", "use": "rehearsal", **more}


def taken(row, first, last, day=SOON, **more):
    with context.everything(reason="test"):
        return actions.reserve(
            resource=row, starts_at=start_of(day) + dt.timedelta(hours=first),
            ends_at=start_of(day) + dt.timedelta(hours=last), title="春晚彩排", key=f"{first}{day}", by=BY, at=clock.now(),
            **more,
        )  # fmt: skip


def test_a_resident_sees_free_hours_reserves_and_releases_in_one_tap(client, room, guest):
    row = room()
    taken(row, 10, 12)
    listed = text(client.get(reverse("portal:rooms"), {"county": COUNTY, "day": f"{SOON}", "place": TOWN}))
    assert ("排练厅" in listed, "09:00–10:00" in listed, "12:00–21:00" in listed) == (True,) * 3
    assert "可以预约的场地" in text(client.get(reverse("portal:venue", args=[row.room.venue_id])))
    mother = guest()
    about = sent(mother, row)
    wrong = mother.post(page(row), {**about, "starts": "09:00", "minutes": "120"})
    assert (wrong.status_code, "已被预约" in text(wrong), "排练国庆节目" in text(wrong)) == (422, True, True)
    done = mother.post(page(row), about, follow=True)
    made = Reservation.unscoped.get(county=COUNTY, resident=mother.who)
    assert (made.code in text(done), "约好了" in text(done)) == (True, True)
    mother.post(page(row), about)
    assert Reservation.unscoped.filter(county=COUNTY, resident=mother.who).count() == 1
    gone = mother.post(reverse("portal:room_release", args=[made.pk]), follow=True)
    made.refresh_from_db()
    assert ("让给别人了" in text(gone), made.state) == (True, "released")
    assert guest(mother.who).post(reverse("portal:room_release", args=[row.pk])).status_code == 404


def test_who_is_not_known_is_asked_for_the_phone_and_comes_back(client, room):
    row = room(needs_approval=True)
    answer = client.post(page(row), sent(client, row))
    assert answer.status_code == 302
    assert (reverse("people:login") in answer.url, f"day%3D{SOON}" in answer.url) == (True, True)
    assert "申请这段时间" in text(client.get(page(row)))


def test_a_troupe_takes_offered_hours_and_others_are_told_how(client, room, guest, places):
    row = room(open_to="teams")
    leader, stranger = guest(), None
    with context.everything(reason="test"):
        team = actions.register_team(place=places[VILLAGE], name="东街舞蹈队", leader=leader.who, by=BY, at=clock.now())
        offer = actions.offer_hours(
            resource=row, starts_at=start_of(SOON) + dt.timedelta(hours=9),
            ends_at=start_of(SOON) + dt.timedelta(hours=11), by=BY, at=clock.now(),
        )  # fmt: skip
    address = reverse("portal:room_offers")
    assert "请先用手机号登录" in text(client.get(address, {"county": COUNTY}))
    assert "只对登记的文艺团队" in text(client.get(page(row)))
    key = re.search(r'name="key" value="([^"]+)"', text(leader.get(address)))[1]
    take = reverse("portal:room_take", args=[COUNTY, offer.pk])
    told = text(leader.post(take, {"key": key, "team": str(team.pk)}, follow=True))
    assert "归“东街舞蹈队”用" in told
    offer = OfferedHours.unscoped.get(county=COUNTY)
    assert (offer.state, offer.reservation.team) == ("taken", team)
    assert "别的团队领走" in text(leader.post(take, {"key": key, "team": str(team.pk)}, follow=True))
    assert stranger is None


def test_the_door_shows_now_and_next_and_takes_a_code(client, room):
    row = room(open_to="staff", door_check=True)
    now = clock.now()
    with context.everything(reason="test"), writing.allowed("test"):
        running = Reservation.unscoped.create(
            county=COUNTY, resource=row, place_id=row.place_id, starts_at=now - dt.timedelta(minutes=5),
            ends_at=now + dt.timedelta(minutes=30), held_from=now - dt.timedelta(minutes=5),
            held_until=now + dt.timedelta(minutes=30), title="合唱排练", state="confirmed", key="now", code="123456",
            reserved_at=now, reserved_by="张三",
        )  # fmt: skip
    address = addresses.door(row)
    shown = text(client.get(address))
    assert ("合唱排练" in shown, "还没有签到" in shown, "张三" in shown) == (True, True, False)
    assert '<noscript><meta http-equiv="refresh"' in shown
    wrong = client.post(address, {"code": "654321"})
    assert (wrong.status_code, "没有对上" in text(wrong)) == (422, True)
    assert "签到好了" in text(client.post(address, {"code": "123 456"}, follow=True))
    running.refresh_from_db()
    assert running.state == "used"
    for _try in range(20):
        last = client.post(address, {"code": "000000"})
    assert "试得太多了" in text(last)


def test_a_renewed_door_makes_the_old_address_void(client, room):
    row = room()
    old, feed = addresses.door(row), addresses.feed(row)
    with context.everything(reason="test"):
        actions.renew_door(resource=row, by=BY, at=clock.now())
    row.refresh_from_db()
    assert [client.get(one).status_code for one in (old, feed, addresses.door(row))] == [404, 404, 200]


def test_the_calendar_names_what_is_on_only_under_its_secret_address(client, room):
    row, hidden = room(), room("内部教室", open_to="staff")
    kept, gone = taken(row, 10, 12), taken(row, 14, 15)
    with context.everything(reason="test"):
        actions.release(reservation=gone, by=BY, at=clock.now())
    public = client.get(reverse("portal:room_calendar", args=[COUNTY, row.pk]))
    secret = client.get(addresses.feed(row))
    assert ("春晚彩排" in text(public), "春晚彩排" in text(secret), "已预约" in text(public)) == (False, True, True)
    assert (f"UID:{kept.pk}@" in text(public), text(public).count("STATUS:CANCELLED")) == (True, 1)
    again = client.get(addresses.feed(row), headers={"if-none-match": secret.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(reverse("portal:room_calendar", args=[COUNTY, hidden.pk])).status_code == 404


def test_the_interface_tells_free_hours_and_reserves_once_a_key(client, room, guest):
    row = room()
    taken(row, 9, 20)
    base = f"/api/v1/counties/{COUNTY}"
    listed = client.get(f"{base}/rooms").json()
    assert [(one["title"], one["open_to"]) for one in listed["items"]] == [("排练厅", "residents")]
    free = client.get(f"{base}/rooms/{row.pk}/free", {"day": f"{SOON}"}).json()
    assert free["free"] == [{"starts_at": f"{SOON}T20:00:00+08:00", "ends_at": f"{SOON}T21:00:00+08:00"}]
    assert client.get(f"{base}/room-offers").json() == {"items": [], "next": None}
    mother = guest()
    mother.get("/")
    csrf = {"x-csrftoken": mother.cookies["csrftoken"].value} if "csrftoken" in mother.cookies else {}
    body = {"county": COUNTY, "room": str(row.pk), **free["free"][0], "title": "练舞"}

    def post(address, key, given=None):
        return mother.post(
            address, json.dumps(given or {}), content_type="application/json",
            headers={"idempotency-key": key, **csrf},
        )  # fmt: skip

    first = post("/api/v1/me/rooms", "first-key", body)
    assert (first.status_code, post("/api/v1/me/rooms", "first-key", body).json()) == (201, first.json())
    clash = post("/api/v1/me/rooms", "second-key", body)
    assert (clash.status_code, clash.json()["type"]) == (409, "urn:qunwen:problem:taken")
    made = first.json()
    assert mother.get("/api/v1/me/rooms").json()["items"] == [made]
    gone = post(f"/api/v1/me/rooms/{COUNTY}/{made['id']}/release", "third-key")
    assert gone.json()["state"] == "released"

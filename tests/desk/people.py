"""Fixtures of the desk's tests, shared with the areas' own desk tests."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace

import pytest
from PIL import Image

from qunwen.base.journal.actors import Actor
from qunwen.base.people import actions as people
from qunwen.base.people.models import Grant, Role, Staff, Unit, User
from qunwen.base.scope import clock, context, writing
from qunwen.services.activities import actions
from qunwen.services.venues.models import Venue

LOGIN = "qunwen.base.people.web.backends.LockoutBackend"
COMMAND = Actor(kind="command", id=None, name="命令行")
VILLAGE, TOWN, FOREIGN = "510112001001", "510112001", "610327100001"


def photo(shade=90, name="p.jpg"):
    """A small photograph as a phone would send it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    buffer = io.BytesIO()
    Image.effect_noise((320, 240), shade).convert("RGB").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


@pytest.fixture
def roles(places, at):
    """The shipped roles."""
    with context.everything(reason="test"):
        people.sync_roles(by=COMMAND, at=at)
    return {role.code: role for role in Role.unscoped.all()}


@pytest.fixture
def county(places, roles, at):
    """Units and a venue of 东街社区, and the same in a foreign county."""
    with writing.allowed("test"):
        bureau = Unit.unscoped.create(name="龙泉驿区文旅局", kind="bureau", place=places["510112"])
        station = Unit.unscoped.create(name="龙泉街道综合文化站", kind="station", place=places[TOWN], parent=bureau)
        room = Unit.unscoped.create(name="东街社区文化室", kind="village_room", place=places[VILLAGE], parent=station)
        other = Unit.unscoped.create(name="东关社区文化室", kind="village_room", place=places[FOREIGN])
        venue = Venue.unscoped.create(
            name="东街社区综合文化服务中心", kind="village_room", place=places[VILLAGE], unit=room, changed_at=at
        )
        away = Venue.unscoped.create(name="东关文化礼堂", kind="hall", place=places[FOREIGN], unit=other, changed_at=at)
    units = {"510112": bureau, TOWN: station, VILLAGE: room, FOREIGN: other, "610327": other}
    return SimpleNamespace(places=places, units=units, venue=venue, away=away)


@pytest.fixture
def desk(client, county, roles):
    """Log in somebody with a shipped role at a place; gives the browser."""

    def enter(role="village_worker", place=VILLAGE, name="王敏"):
        with writing.allowed("test"):
            unit = county.units[place]
            staff = Staff.unscoped.create(name=name, unit=unit, place=unit.place)
            since = clock.now() - dt.timedelta(days=400)
            Grant.unscoped.create(staff=staff, role=roles[role], place=county.places[place], granted_at=since)
        client.force_login(User.objects.create_user(f"u{staff.pk.hex}", staff=staff), backend=LOGIN)
        client.staff = staff
        return client

    return enter


@pytest.fixture
def make(county):
    """Plan an activity as the command line would."""

    def run(title="清明诗会", place=VILLAGE, **more):
        at = more.pop("at", None) or clock.now()
        day = clock.day_of(at)
        values = {"kind": "reading", "plan_year": day.year, "plan_month": day.month, **more}
        with context.everything(reason="test"):
            return actions.plan_activity(
                title=title, place=county.places[place], unit=county.units[place], by=COMMAND, at=at, **values
            )

    return run


@pytest.fixture
def held(county):
    """Activities that have been held, noted without photographs."""

    def run(number=1, place=VILLAGE, headcounts=None, title="广场舞展演"):
        at = clock.now()
        with context.everything(reason="test"):
            return [
                actions.note_activity(
                    title=f"{title}{n}", kind="fitness", place=county.places[place], unit=county.units[place],
                    starts_at=at - dt.timedelta(days=3 + n, hours=2), ends_at=at - dt.timedelta(days=3 + n),
                    headcounts=headcounts or {}, by=COMMAND, at=at,
                )
                for n in range(number)
            ]  # fmt: skip

    return run


@pytest.fixture
def upcoming(make, county):
    """An activity with a date in an hour, that takes bookings: (activity, session)."""

    def run(place=VILLAGE, sizes=None, title="书法课"):
        at = clock.now()
        row = make(title, place=place, sign_up="book", summary="来写字", venue=None, where="二楼")
        with context.everything(reason="test"):
            session = actions.schedule_session(
                activity=row,
                starts_at=at + dt.timedelta(hours=1),
                ends_at=at + dt.timedelta(hours=3),
                by=COMMAND,
                at=at,
            )
            if sizes:
                actions.open_sign_up(session=session, sizes=sizes, by=COMMAND, at=at)
        return row, session

    return run


@pytest.fixture
def foreign(make, held, upcoming):
    """What another county has: nothing of it may be seen."""
    row, session = upcoming(place=FOREIGN, sizes={"online": 5}, title="陇县秘密活动")
    return SimpleNamespace(activity=row, session=session, held=held(1, place=FOREIGN, title="陇县秘密展演")[0])

import pytest

from qunwen.base.journal.actors import SYSTEM, Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.notices import actions
from qunwen.base.notices.enums import Code
from qunwen.base.people import actions as people
from qunwen.base.people.models import Household, Resident, Staff, Unit, User
from qunwen.base.scope import context, writing

PHONE = "13800001234"
COMMAND = Actor(kind="command", id=None, name="命令行")


@action
def tell(*, place, by=SYSTEM, at, fail=False, **notice):
    """An action like any other: it does something and tells somebody."""
    record(code=Code.DIGESTS_MADE, by=by, at=at, subject=place, place=place.code)
    actions.queue(**{"county": "510112", **notice}, at=at)
    if fail:
        raise RuntimeError("the action failed after queueing")


@pytest.fixture
def resident(places, at):
    with writing.allowed("test"):
        home = Household.unscoped.create(county="510112", place=places["510112001001"], created_at=at)
        return Resident.unscoped.create(
            county="510112", household=home, place_id=home.place_id, name="王秀英", phone=PHONE, registered_at=at
        )


@pytest.fixture
def neighbour(places, resident):
    with writing.allowed("test"):
        return Resident.unscoped.create(
            county="510112", household=resident.household, place_id=resident.place_id, name="李桂芳",
            phone="13900000002", registered_at=resident.registered_at,
        )  # fmt: skip


@pytest.fixture
def worker(places):
    with writing.allowed("test"):
        unit = Unit.unscoped.create(name="龙泉街道文化站", kind="station", place=places["510112001"])
        return Staff.unscoped.create(name="李明", unit=unit, place=places["510112001"])


@pytest.fixture
def officer(worker, places, at):
    """李明 works for the whole county."""
    with context.everything(reason="test"):
        people.sync_roles(by=COMMAND, at=at)
        people.grant_role(staff=worker, role="county_officer", place=places["510112"], by=COMMAND, at=at)
    return worker


def _desk(client, person):
    user = User.objects.create(username=f"u{person.pk.hex[:8]}", staff=person)
    client.force_login(user, backend="qunwen.base.people.web.backends.LockoutBackend")
    return client


@pytest.fixture
def officer_desk(client, officer):
    """The desk as the officer sees it."""
    return _desk(client, officer)


@pytest.fixture
def station_desk(client, worker, places, at):
    """The desk as a town's cultural station sees it."""
    with context.everything(reason="test"):
        people.sync_roles(by=COMMAND, at=at)
        people.grant_role(staff=worker, role="town_station", place=places["510112001"], by=COMMAND, at=at)
    return _desk(client, worker)

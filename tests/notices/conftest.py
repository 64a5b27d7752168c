import pytest

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.journal.recording import action, record
from qunwen.base.notices import actions
from qunwen.base.notices.enums import Code
from qunwen.base.people.models import Household, Resident, Staff, Unit
from qunwen.base.scope import writing

PHONE = "13800001234"


@action
def tell(*, place, by=SYSTEM, at, fail=False, **notice):
    """An action like any other: it does something and tells somebody."""
    record(code=Code.DIGESTS_MADE, by=by, at=at, subject=place, place=place.code)
    actions.queue(county="510112", at=at, **notice)
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
def worker(places):
    with writing.allowed("test"):
        unit = Unit.unscoped.create(name="龙泉街道文化站", kind="station", place=places["510112001"])
        return Staff.unscoped.create(name="李明", unit=unit, place=places["510112001"])

"""What a token opens, and that it opens nothing else."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import ValidationError

from qunwen.base.journal.models import JournalEntry
from qunwen.base.people import queries as people
from qunwen.base.people.web.who import actor_of
from qunwen.base.scope import clock, context, writing
from qunwen.base.scope.asking import Forbidden
from qunwen.faces.api import actions
from qunwen.faces.api.models import ApiToken, TokenUse
from tests.desk.people import FOREIGN, TOWN, VILLAGE

from .conftest import Program

LIST = "/staff/counties/510112/activities"


def titles(answer):
    return [row["title"] for row in answer[1]["items"]]


def test_a_token_sees_the_activities_of_its_place_only(program, make):
    make("东街读书会")
    make("区里的会", place="510112")
    make("陇县的会", place=FOREIGN)
    mine = program()
    assert titles(mine.get(LIST)) == ["东街读书会"]
    assert titles(mine.get("/staff/counties/610327/activities")) == []


def test_a_token_is_cut_to_a_place_below_its_makers(program, make):
    make("镇上的会", place=TOWN)
    make("东街读书会", place=VILLAGE)
    assert titles(program(within=VILLAGE).get(LIST)) == ["东街读书会"]


def test_foreign_ids_are_not_found(program, make):
    row = make("陇县的会", place=FOREIGN)
    mine = program()
    for county in ("510112", "610327"):
        status, body = mine.get(f"/staff/counties/{county}/activities/{row.pk}")
        assert (status, body["type"]) == (404, "urn:qunwen:problem:not-found")
        assert mine.post(f"/staff/counties/{county}/activities/{row.pk}/submit")[0] == 404


@pytest.mark.parametrize("secret", ["", "qw1_nothing", "Basic"])
def test_without_a_valid_token_staff_addresses_are_closed(secret, county):
    asking = Program(secret)
    status, body = asking.get(LIST)
    assert (status, body["status"], body["title"]) == (401, 401, "需要有效的令牌或登录")
    assert asking.last.headers["WWW-Authenticate"] == 'Bearer realm="qunwen"'
    assert asking.last.headers["Content-Type"] == "application/problem+json"


def test_a_token_without_the_permission_is_forbidden(program, make):
    row = make("东街读书会")
    mine = program(permissions=["activities.view"])
    status, body = mine.post(f"/staff/counties/510112/activities/{row.pk}/submit")
    assert (status, body["title"]) == (403, "没有权限")
    assert mine.get("/staff/counties/510112/bookings")[0] == 403
    assert mine.get("/staff/figures", measure="activities.held", place=TOWN, period="2026")[0] == 403


def test_a_revoked_an_expired_and_an_orphaned_token_are_closed(token, worker):
    staff = worker()
    row, secret = token(staff=staff)
    mine = Program(secret)
    assert mine.get(LIST)[0] == 200
    with time_machine.travel(clock.now() + dt.timedelta(days=31)):
        assert mine.get(LIST)[0] == 401
    with writing.allowed("test"):
        staff.active = False
        staff.save()
    assert mine.get(LIST)[0] == 401
    with writing.allowed("test"):
        staff.active = True
        staff.save()
    with context.everything(reason="test"):
        actions.revoke_token(token=row, by=actor_of(staff), at=clock.now())
    assert mine.get(LIST)[0] == 401
    codes = JournalEntry.unscoped.filter(subject_id=str(row.pk)).order_by("id").values_list("code", flat=True)
    assert list(codes) == ["api.token.created", "api.token.revoked"]


def test_a_token_cannot_hold_what_its_maker_lacks(worker, county):
    staff = worker("venue_staff")
    at = clock.now()

    def create(place, permissions):
        return actions.create_token(
            name="多要", place=county.places[place], permissions=permissions, expires_at=at + dt.timedelta(days=1),
            by=actor_of(staff), at=at,
        )  # fmt: skip

    with context.opened(people.scope_of(staff, at)):
        with pytest.raises(ValidationError):
            create(TOWN, ["measures.view"])
        with pytest.raises(ValidationError):
            create(TOWN, ["activities.publish"])
        with pytest.raises(Forbidden):
            create("510112", ["activities.view"])
    assert ApiToken.unscoped.count() == 0


def test_only_the_digest_is_kept_and_use_is_noted_once_a_day(token):
    row, secret = token()
    assert secret not in str(ApiToken.unscoped.filter(pk=row.pk).values().get())
    mine = Program(secret)
    for _turn in range(3):
        mine.get(LIST)
    assert list(TokenUse.objects.values_list("token", "day")) == [(row.pk, clock.today())]


def test_limits_answer_429_with_a_time(program, settings):
    settings.QUNWEN_API_PER_MINUTE = 2
    with time_machine.travel(dt.datetime(2026, 3, 14, 4, 0, 20, tzinfo=dt.UTC), tick=False):
        mine = program()
        assert [mine.get(LIST)[0] for _turn in range(3)] == [200, 200, 429]
        assert mine.last.headers["Retry-After"] == "40"


def test_the_desk_shows_the_secret_once(desk, county):
    client = desk("town_station", TOWN)
    form = {"name": "政务平台", "place": TOWN, "permissions": ["activities.view"], "days": "30"}
    page = client.post("/desk/tokens/add/", form).content.decode()
    secret = page.split('id="secret">')[1].split("<")[0]
    assert Program(secret).get(LIST)[0] == 200
    listing = client.get("/desk/tokens/").content.decode()
    assert ("政务平台" in listing, secret in listing) == (True, False)
    row = ApiToken.unscoped.get()
    client.post(f"/desk/tokens/{row.pk}/revoke/")
    assert Program(secret).get(LIST)[0] == 401
    assert client.post(f"/desk/tokens/{uuid.uuid4()}/revoke/").status_code == 404

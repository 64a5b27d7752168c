"""Draws through the interface: the notice and the numbers for everybody, applying and "why not me" for the family."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from qunwen.base.scope import clock
from qunwen.services.draws import actions
from qunwen.services.draws.models import Application
from tests.portal.conftest import logged_in

from .conftest import COUNTY, DAY, HOUR, Office

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def post(client, path, key, **body):
    return client.post(
        f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_a_resident_applies_and_withdraws_and_a_repeat_changes_nothing(places):
    office = Office(places, clock.now() - HOUR)
    draw = office.notice(office.course("书法", 1), office.course("古筝", 1))
    client = logged_in(lin := office.resident())
    asked = {"county": COUNTY, "draw": str(draw.pk), "people": [str(lin.pk)]}
    first = post(
        client, "me/draws", "draw-key-0001", wishes=[str(office.options[1].pk), str(office.options[0].pk)], **asked
    )
    again = post(
        client, "me/draws", "draw-key-0001", wishes=[str(office.options[1].pk), str(office.options[0].pk)], **asked
    )
    assert (first.status_code, first.json()["wishes"], again.json()) == (201, ["古筝", "书法"], first.json())
    assert Application.unscoped.filter(draw=draw).count() == 1
    assert Client().get(f"/api/v1/counties/{COUNTY}/draws/{draw.pk}").json()["applications"] == 1
    gone = post(client, f"me/draws/{COUNTY}/{first.json()['id']}/withdraw", "draw-key-0002")
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")


def test_what_is_not_mine_or_not_drawn_is_not_there(places):
    office = Office(places, clock.now() - HOUR)
    draw = office.notice(office.course("书法", 1))
    lin, other = office.resident(), office.resident()
    client, body = logged_in(lin), {"county": COUNTY, "draw": str(draw.pk), "wishes": [str(office.options[0].pk)]}
    assert post(client, "me/draws", "draw-key-0003", people=[str(other.pk)], **body).status_code == 404
    wrong = {**body, "wishes": [str(draw.pk)], "people": [str(lin.pk)]}
    assert post(client, "me/draws", "draw-key-0004", **wrong).status_code == 404
    theirs = office.apply(other)
    assert post(client, f"me/draws/{COUNTY}/{theirs.pk}/withdraw", "draw-key-0005").status_code == 404
    assert client.get("/api/v1/me/draws").json()["items"] == []
    assert Client().get("/api/v1/me/draws").status_code == 401


def test_seed_numbers_and_reasons_are_given_once_the_result_is_published(places):
    office = Office(places, clock.now() - 4 * DAY)
    draw = office.notice(office.course("书法", 1), office.course("古筝", 3))
    people = [office.resident() for _n in range(3)]
    for person in people:
        office.apply(person)
    office.carry_out()
    rows = office.rows()
    loser = next(one for one in people if one.pk == rows[-1].resident_id)
    address = f"/api/v1/counties/{COUNTY}/draws/{draw.pk}"
    before = Client().get(address).json()
    assert (before["seed"], before["list_hash"], before["options"][0]["won"]) == ("", office.draw.list_hash, [])
    assert logged_in(loser).get("/api/v1/me/draws").json()["items"][0]["why"] is None
    office.do(actions.publish, after=3)
    after = Client().get(address).json()
    assert (after["seed"], [one["won"] for one in after["options"]]) == (office.draw.seed, [[1], []])
    mine = logged_in(loser).get("/api/v1/me/draws").json()["items"][0]
    assert (mine["state"], mine["why"]["rank"], mine["why"]["pool"]) == ("lost", 3, 3)
    assert [(one["title"], one["won"], one["would_have"]) for one in mine["why"]["wishes"]] == [
        ("书法", False, False), ("古筝", False, True),
    ]  # fmt: skip

"""A resident with a session is known to the interface, on every database."""

import datetime as dt
import json

from qunwen.base.scope import clock, writing
from qunwen.services.bookings.models import Restraint
from tests.portal import world as worlds
from tests.portal.conftest import logged_in


def test_a_resident_reads_the_own_family_and_its_bookings(db):
    town = worlds.full(clock.now())
    client = logged_in(town.lin)
    me = client.get("/api/v1/me").json()
    assert str(town.lin.pk) in str(me)
    bookings = client.get("/api/v1/me/bookings").json()
    assert str(town.ticket.pk) in str(bookings)


def post(client, path, key, **body):
    return client.post(
        f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_a_place_is_given_up_and_giving_it_up_again_changes_nothing(db):
    town = worlds.full(clock.now())
    client, path = logged_in(town.lin), f"me/bookings/{town.ticket.county}/{town.ticket.pk}/release"
    answers = [post(client, path, f"release-key-{n}") for n in range(2)]
    assert [(one.status_code, one.json()["state"]) for one in answers] == [(200, "cancelled")] * 2


def test_a_limit_is_read_and_appealed_once(db):
    town = worlds.full(clock.now())
    at = clock.now()
    with writing.allowed("test"):
        row = Restraint.unscoped.create(
            county=town.lin.county, place_id=town.lin.place_id, resident=town.lin, misses=3, at_most=1, since=at,
            until=at + dt.timedelta(days=30),
        )  # fmt: skip
    client = logged_in(town.lin)
    assert [(one["misses"], one["at_most"]) for one in client.get("/api/v1/me/limits").json()] == [(3, 1)]
    answers = [post(client, f"me/limits/{row.pk}/appeal", f"appeal-key-{n}", words="孩子发烧") for n in range(2)]
    assert [one.status_code for one in answers] == [200, 409]
    assert answers[0].json()["state"] == "appealed"
    stranger = post(client, f"me/limits/{town.ticket.pk}/appeal", "appeal-key-9", words="孩子发烧")
    assert stranger.status_code == 404

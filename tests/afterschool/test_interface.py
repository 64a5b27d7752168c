"""The interface: schools and programme for everybody, one's own children for guardians, numbers for the school."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from qunwen.base.people import queries as people
from qunwen.base.people.models import Staff
from qunwen.base.people.web.who import actor_of
from qunwen.base.scope import clock, context, writing
from qunwen.faces.api import actions as tokens
from qunwen.services.afterschool.models import Application, Session

from .test_desk import Today, desk, today  # noqa: F401  the fixtures

pytestmark = pytest.mark.django_db
API = "/api/v1"
PUBLIC = f"{API}/counties/510112/after-school"


def _parent(resident):
    client = Client()
    session = client.session
    session["resident"] = {"id": str(resident.pk), "county": resident.county, "at": clock.now().isoformat()}
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def _send(client, address, body, key):
    return client.post(f"{API}{address}", body, content_type="application/json", headers={"Idempotency-Key": key})


def test_everybody_reads_schools_and_programme_and_no_child(today):  # noqa: F811
    club = today.school.club(size=3)
    _guardian, (child,) = today.school.enrolled(activities=[club])
    schools = Client().get(f"{PUBLIC}/schools").json()["items"]
    answer = Client().get(f"{PUBLIC}/activities")
    found = {one["title"]: (one["size"], one["left"], one["price_fen"]) for one in answer.json()["items"]}
    assert [(one["name"], [term["name"] for term in one["terms"]]) for one in schools] == [("龙泉小学", ["2026 春"])]
    assert found == {"作业辅导": (None, None, 0), "剪纸": (3, 2, 0)}
    assert child.resident.name not in answer.content.decode()


def test_a_draft_is_nobodys_business(today):  # noqa: F811
    today.school.activity("编程", publish=False)
    titles = [one["title"] for one in Client().get(f"{PUBLIC}/activities").json()["items"]]
    assert titles == ["作业辅导"]


def test_a_guardian_applies_for_two_children_in_one_go_and_signs(today):  # noqa: F811
    club = today.school.club(size=1)
    guardian, kids = today.school.family(2)
    client = _parent(guardian)
    wishes = [{"child": str(kid.pk), "weekdays": [0, 2], "activities": [str(club.pk)]} for kid in kids]
    body = {"county": "510112", "term": str(today.school.term.pk), "consent": True, "wishes": wishes}
    answer = _send(client, "/me/after-school/applications", body, "apply-0001")
    places = [one["places"][0]["state"] for one in answer.json()["items"]]
    again = _send(client, "/me/after-school/applications", body, "apply-0001")
    assert (answer.status_code, places, again.json()) == (201, ["confirmed", "waiting"], answer.json())
    row = Application.unscoped.order_by("applied_at", "pk").first()
    early = _send(client, f"/me/after-school/applications/510112/{row.pk}/sign", {}, "sign-00001")
    assert early.status_code == 422
    today.school.agree(guardian, row)
    mine = {one["id"]: one for one in client.get(f"{API}/me/after-school/children").json()["items"]}
    assert (mine[str(row.child_id)]["application"]["state"], mine[str(row.child_id)]["agreements"]) == ("agreed", 1)
    _send(client, f"/me/after-school/applications/510112/{row.pk}/withdraw", {}, "leave-0001")
    assert today.school.state(row) == "withdrawn"


def test_without_consent_or_for_strangers_nothing_is_done(today):  # noqa: F811
    guardian, kids = today.school.family()
    stranger, _none = today.school.family(phone="13800000009")
    body = {
        "county": "510112", "term": str(today.school.term.pk), "consent": False,
        "wishes": [{"child": str(kids[0].pk), "weekdays": [0]}],
    }  # fmt: skip
    assert _send(_parent(guardian), "/me/after-school/applications", body, "apply-0002").status_code == 422
    body["consent"] = True
    assert _send(_parent(stranger), "/me/after-school/applications", body, "apply-0003").status_code == 422
    assert Application.unscoped.count() == 0


@pytest.mark.parametrize(
    ("role", "may", "absent"),
    [
        ("school_office", ["afterschool.view", "afterschool.child_view"], 3),
        ("school_office", ["afterschool.view"], None), ("county_officer", ["afterschool.view"], None),
    ],
)  # fmt: skip
def test_programs_read_afternoons_and_small_numbers_only_at_the_school(desk, today, role, may, absent):  # noqa: F811
    with writing.allowed("test"):
        Session.unscoped.filter(pk=today.session.pk).update(
            state="held", closed_at=today.now, expected=9, present=6, absent=3
        )
    desk(role)
    person, now = Staff.unscoped.get(), clock.now()
    with context.opened(people.scope_of(person, now)):
        _token, secret = tokens.create_token(
            name="课后程序", place=today.school.place, permissions=may,
            expires_at=now + dt.timedelta(days=30), by=actor_of(person), at=now,
        )  # fmt: skip
    address = f"{API}/staff/counties/510112/after-school/sessions"
    answer = Client().get(address, {"day": f"{clock.today()}"}, headers={"authorization": f"Bearer {secret}"})
    [one] = answer.json()["items"]
    assert (one["expected"], one["present"], one["absent"], one["late"]) == (9, 6, absent, 0)
    assert Client().get(address).status_code == 401

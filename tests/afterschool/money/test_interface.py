"""Fees through the interface: rules and days for everybody, bills for whom they concern."""

import datetime as dt

import pytest
from django.test import Client

from qunwen.base.people import queries as people
from qunwen.base.people.models import Staff
from qunwen.base.people.web.who import actor_of
from qunwen.base.scope import clock, context
from qunwen.faces.api import actions as tokens
from tests.afterschool.money.conftest import COUNTY, VILLAGE
from tests.afterschool.money.test_pages import _parent, clerk  # noqa: F401

pytestmark = pytest.mark.django_db


def test_everybody_reads_the_rule_with_its_clauses(places):
    body = Client().get(f"/api/v1/counties/{COUNTY}/after-school/fee-rule", {"day": "2026-03-02"}).json()
    assert [(cap["per"], cap["fen"], cap["clause"]) for cap in body["caps"]] == [
        ("period", 230, "每课时不超过 2.3 元"), ("day", 460, "每天不超过 4.6 元"),
    ]  # fmt: skip
    assert (body["code"], body["certainty"]) == ("product", "K-med")
    assert Client().get(f"/api/v1/counties/{COUNTY}/after-school/fee-rule", {"day": "2019-01-01"}).status_code == 422


def test_everybody_reads_which_days_have_school(places):
    days = Client().get(f"/api/v1/counties/{COUNTY}/after-school/days", {"year": 2026}).json()["days"]
    found = {one["day"]: (one["kind"], one["why"]) for one in days}
    assert (len(found), found["2026-02-14"], found["2026-10-01"]) == (
        365,
        ("make_up", "春节调休"),
        ("holiday", "国庆节"),
    )


def test_parents_read_their_own_bills_with_each_line(town):
    child, other = town.child(), town.child("小刚")
    town.roll(child, "present", "sick")
    town.roll(other, "present")
    town.issue()
    [bill] = _parent(child.guardian).get("/api/v1/me/after-school/bills").json()["items"]
    assert (bill["number"], bill["due_fen"]) == (town.bill(child).number, 460)
    assert [(line["kind"], line["amount_fen"]) for line in bill["lines"]] == [("fee", 920), ("absence", -460)]


def test_programs_of_the_school_read_bills_without_names(town, clerk, places):  # noqa: F811
    child = town.child()
    town.roll(child, "present")
    town.issue()
    staff = Staff.unscoped.get(name="周会计")
    scope, now = people.scope_of(staff, clock.now()), clock.now()
    with context.opened(scope):
        _token, secret = tokens.create_token(
            name="财务软件", place=places[VILLAGE], permissions=["afterschool.money_view"],
            expires_at=now + dt.timedelta(days=30), by=actor_of(staff), at=now,
        )  # fmt: skip
    headers = {"authorization": f"Bearer {secret}"}
    address = f"/api/v1/staff/counties/{COUNTY}/after-school/bills"
    answer = Client().get(address, {"year": 2026, "month": 3}, headers=headers)
    assert [bill["number"] for bill in answer.json()["items"]] == [town.bill(child).number]
    assert child.resident.name not in answer.content.decode()
    assert Client().get(address, {"month": 3}, headers=headers).status_code == 422
    assert Client().get(address).status_code == 401

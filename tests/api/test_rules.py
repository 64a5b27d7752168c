"""What holds for every address: pages, repeats, versions, problems."""

import threading

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.faces.api import interface
from qunwen.faces.api.models import KeptAnswer
from qunwen.services.activities.models import Activity
from tests.desk.people import TOWN, VILLAGE

from .conftest import Program

LIST = "/staff/counties/510112/activities"


def plan(county, **more):
    values = {"title": "清明诗会", "kind": "reading", "place": VILLAGE, "unit": str(county.units[VILLAGE].pk)}
    return {**values, "plan_year": 2026, "plan_month": 4, **more}


def test_pages_together_are_the_list(program, make):
    for number in range(7):
        make(f"会{number}")
    mine = program()
    whole = [row["id"] for row in mine.get(LIST, limit=100)[1]["items"]]
    assert len(whole) == 7

    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(limit=st.integers(1, 9))
    def check(limit):
        found, cursor = [], ""
        while cursor is not None:
            _status, body = mine.get(LIST, limit=limit, **({"cursor": cursor} if cursor else {}))
            found += [row["id"] for row in body["items"]]
            cursor = body["next"]
        assert found == whole

    check()


def test_a_row_that_comes_in_between_pages_doubles_nothing(program, make):
    for number in range(3):
        make(f"会{number}")
    mine = program()
    first = mine.get(LIST, limit=2)[1]
    make("后来的会")
    second = mine.get(LIST, limit=2, cursor=first["next"])[1]
    names = [row["title"] for row in first["items"] + second["items"]]
    assert names == ["会0", "会1", "会2", "后来的会"]


def test_a_repeat_is_done_once_and_answered_alike(program, county):
    mine = program()
    first = mine.post(LIST, plan(county), idempotency_key="one-and-the-same")
    again = mine.post(LIST, plan(county), idempotency_key="one-and-the-same")
    assert (first[0], again) == (201, first)
    assert mine.last.headers["Idempotency-Replayed"] == "true"
    assert Activity.unscoped.filter(county="510112").count() == 1


def test_a_key_with_another_body_is_refused(program, county):
    mine = program()
    mine.post(LIST, plan(county), idempotency_key="one-and-the-same")
    status, body = mine.post(LIST, plan(county, title="别的会"), idempotency_key="one-and-the-same")
    assert (status, body["type"]) == (422, "urn:qunwen:problem:key-reused")


def test_a_refusal_is_not_kept(program, county):
    mine = program()
    assert mine.post(LIST, plan(county, title=" "), idempotency_key="try-again-1")[0] == 422
    assert KeptAnswer.objects.count() == 0
    assert mine.post(LIST, plan(county), idempotency_key="try-again-1")[0] == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.race
def test_ten_at_once_with_one_key_make_one_activity(token, county):
    _row, secret = token()
    answers, start = [], threading.Barrier(10)

    def send():
        try:
            start.wait()
            answers.append(Program(secret).post(LIST, plan(county), idempotency_key="all-at-once"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _body in answers} == {201}
    assert len({body["id"] for _status, body in answers}) == 1
    assert Activity.unscoped.filter(county="510112").count() == 1
    assert connection.vendor in ("sqlite", "postgresql")


def test_a_change_wants_the_version_that_was_read(program, make):
    row = make("清明诗会")
    mine = program()
    where = f"{LIST}/{row.pk}"
    mine.get(where)
    tag = mine.last.headers["ETag"]
    assert mine.patch(where, {"summary": "一起读诗"})[0] in (422, 428)
    status, body = mine.patch(where, {"summary": "一起读诗"}, if_match=tag)
    assert (status, body["summary"], body["title"]) == (200, "一起读诗", "清明诗会")
    assert mine.patch(where, {"summary": "再改"}, if_match=tag)[0] == 412


def test_every_error_is_a_problem_with_pointers(program, county):
    mine = program()
    status, body = mine.post(LIST, {**plan(county, kind="wedding"), "colour": "red"})
    assert (status, mine.last.headers["Content-Type"]) == (422, "application/problem+json")
    assert sorted(one["pointer"] for one in body["errors"]) == ["/colour", "/kind"]
    assert set(body) == {"type", "title", "status", "detail", "errors"}
    status, body = mine.post(LIST, plan(county, place="610327100001"))
    assert (status, [one["pointer"] for one in body["errors"]]) == (422, ["/place"])


def test_unknown_parameters_methods_and_addresses_are_problems(stranger, county):
    assert stranger.get("/places", colour="red")[0] == 422
    assert stranger.get("/nowhere")[0] == 404
    status, body = stranger.send("delete", "/places")
    assert (status, body["status"], stranger.last.headers["Allow"]) == (405, 405, "GET")
    assert stranger.get("/places", cursor="AAAA")[0] == 422


def test_the_public_sees_only_what_is_published(stranger, upcoming, make):
    make("计划里的会")
    assert stranger.get("/counties/510112/activities") == (200, {"items": [], "next": None})
    assert [row["code"] for row in stranger.get("/places", below=TOWN)[1]["items"]][:1] == [TOWN]


def test_the_document_is_openapi_31_and_its_page_opens(client, stranger, db):
    assert stranger.get("/openapi.json")[1]["openapi"] == "3.1.0"
    page = client.get("/api/v1/docs/")
    assert (page.status_code, "列入计划" in page.content.decode()) == (200, True)
    assert all(op.get("operationId") for path in interface.document()["paths"].values() for op in path.values())

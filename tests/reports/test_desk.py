"""Dashboard and reports on the desk: what is shown, to whom, and that every number opens."""

import html
import io
import re
import zipfile

import pytest
from django.urls import reverse

from qunwen.base.journal.actors import Actor
from qunwen.base.people import actions as people
from qunwen.base.scope import context
from qunwen.governance.reports import actions as reports
from qunwen.governance.reports import tasks, verifying
from qunwen.governance.reports.models import Report

from .conftest import EAST, LATER

COMMAND = Actor(kind="command", id=None, name="命令行")
FIRST_HALF = {"place": "510112", "period": "2026H1"}


@pytest.fixture
def log_in(client, county, at):
    """The desk as seen by somebody with a role at a place."""

    def enter(code, role="county_officer"):
        with context.everything(reason="test"):
            people.sync_roles(by=COMMAND, at=at)
            unit = people.create_unit(name="本单位", kind="other", place=county.places[code], by=COMMAND, at=at)
            staff = people.invite_staff(
                name="李明", username="liming", unit=unit, place=county.places[code],
                password="longquan-2026-xiang", by=COMMAND, at=at,
            ).staff  # fmt: skip
            people.grant_role(staff=staff, role=role, place=county.places[code], by=COMMAND, at=at)
        assert (
            client.post("/accounts/login/", {"login": "liming", "password": "longquan-2026-xiang"}).status_code == 302
        )
        return client

    return enter


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_dashboard_shows_cards_months_kinds_towns_and_what_is_missing(log_in):
    answer = log_in("510112").get(reverse("reports:dashboard"), FIRST_HALF)
    assert answer.status_code == 200
    found = answer.context["found"]
    assert [(c.title, c.number.value, c.last_year.value) for c in found.cards] == [
        ("计划活动", 3, None), ("举办活动", 5, 2), ("参加人次", 266, 53), ("媒体报道", None, None),
    ]  # fmt: skip
    assert [(c.reported, c.expected) for c in found.cards][1] == (3, 4)
    assert [line.numbers[1].value for line in found.months] == [1, None, None, 2, 1, 1]
    assert [(line.label, line.numbers[0].value) for line in found.kinds] == [
        ("文艺演出", 2), ("文化鉴赏及展览", 1), ("讲座", 1), ("读书看报", 1),
    ]  # fmt: skip
    assert [(line.label, line.numbers[1].value, line.reported, line.expected) for line in found.places] == [
        ("龙泉街道", 4, 2, 2), ("大面街道", 1, 1, 2),
    ]  # fmt: skip
    assert found.missing == (("洪河社区", "510112002002"),)
    text = text_of(answer)
    for words in ("缺数", "斜线表示缺数，不是零", "已报 3，应报 4", "2026年上半年"):
        assert words in text


def test_every_number_of_the_dashboard_opens(log_in):
    client = log_in("510112")
    page = client.get(reverse("reports:dashboard"), FIRST_HALF).content.decode()
    links = {html.unescape(u) for u in re.findall(r'href="(/desk/(?:figures|dashboard)/\?[^"]+)"', page)}
    assert len(links) > 30
    for url in sorted(links):
        assert client.get(url).status_code == 200, url


def test_numbers_stand_only_in_links(log_in):
    answer = log_in("510112").get(reverse("reports:dashboard"), FIRST_HALF)
    page = answer.content.decode()
    spans = re.findall(r'(<a [^>]*>)?<span class="number">', page)
    assert spans
    assert all(spans)


def test_a_town_sees_itself_and_its_villages_only(log_in):
    client = log_in("510112001", "town_station")
    answer = client.get(reverse("reports:dashboard"), {"period": "2026H1"})
    assert answer.context["place"].pk == "510112001"
    assert [line.url for line in answer.context["found"].places] == [EAST, "510112001002"]
    assert client.get(reverse("reports:dashboard"), {"place": EAST}).status_code == 200
    for code in ("510112", "510112002", "51", "610327", "999999", "x", "5101120"):
        answer = client.get(reverse("reports:dashboard"), {"place": code})
        assert answer.status_code == 404
        assert "大面街道" not in answer.content.decode()


@pytest.mark.parametrize("period", ["2026H3", "x", "2026-13"])
def test_a_wrong_period_is_answered_in_plain_words(log_in, period):
    answer = log_in("510112").get(reverse("reports:dashboard"), {"period": period})
    assert answer.status_code == 400
    assert "看不懂的时期" in answer.content.decode()


@pytest.mark.parametrize("period", ["2026", "2025Q4", "2026-04", "2026H2"])
def test_other_periods_are_shown(log_in, period):
    assert log_in("510112").get(reverse("reports:dashboard"), {"period": period}).status_code == 200


def test_the_dashboard_takes_the_same_number_of_queries_for_any_number_of_rows(log_in, county):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = log_in("510112")
    counted = []
    for place in ("510112002", "510112", "510112"):
        client.get(reverse("reports:dashboard"), {"place": place, "period": "2026H1"})
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("reports:dashboard"), {"place": place, "period": "2026H1"})
        counted.append(len(queries))
    assert counted[1] == counted[2]
    assert counted[0] - counted[1] <= 1  # the place's own trail is one step longer


def test_without_a_login_nothing_is_shown(client, county):
    for name in ("reports:dashboard", "reports:list"):
        answer = client.get(reverse(name))
        assert (answer.status_code, "login" in answer["Location"]) == (302, True)


def test_an_officer_makes_a_report_and_takes_it_away(log_in, tmp_path):
    client = log_in("510112")
    answer = client.post(reverse("reports:make"), {"county": "510112", "period": "2026H1"})
    assert answer.status_code == 302
    assert "龙泉驿区 2026年上半年 半年工作总结 排队中" in text_of(client.get(reverse("reports:list")))
    assert tasks.make_ordered(at=LATER) == 1
    report = Report.unscoped.get(county="510112")
    assert report.made_by == "李明"
    page = client.get(reverse("reports:list"))
    assert "龙泉驿区 2026年上半年 半年工作总结" in text_of(page)
    document = client.get(reverse("reports:document", args=["510112", report.pk]))
    assert b"".join(document.streaming_content)[:2] == b"PK"
    packed = client.get(reverse("reports:bundle", args=["510112", report.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(packed.streaming_content))) as archive:
        archive.extractall(tmp_path / "out")
    outcome = verifying.verify(tmp_path / "out")
    assert (outcome.problems, outcome.manifest_sha256) == ((), report.manifest_sha256)


def test_a_refused_period_is_said_and_nothing_is_made(log_in):
    answer = log_in("510112").post(reverse("reports:make"), {"county": "510112", "period": "2026Q1"})
    assert answer.status_code == 422
    assert "2026H1" in answer.content.decode()
    assert Report.unscoped.filter(county="510112").count() == 0


def test_reports_of_another_county_are_not_there(log_in, county):
    with context.everything(reason="test"):
        report = reports.make_report(place=county.places["510112"], period="2026H1", by=county.officer, at=LATER)
    client = log_in("610327")
    assert "龙泉驿区" not in client.get(reverse("reports:list")).content.decode()
    for name in ("reports:document", "reports:bundle"):
        for code in ("510112", "610327"):
            assert client.get(reverse(name, args=[code, report.pk])).status_code == 404
    assert client.post(reverse("reports:make"), {"county": "510112", "period": "2026H1"}).status_code == 404


def test_a_village_worker_has_no_reports(log_in):
    client = log_in(EAST, "village_worker")
    assert client.get(reverse("reports:list")).status_code in (302, 403)
    assert client.post(reverse("reports:make"), {"county": "510112", "period": "2026H1"}).status_code in (302, 403)
    assert Report.unscoped.filter(county="510112").count() == 0

"""Reports on the desk: what is shown, and to whom."""

import io
import re
import zipfile

from django.urls import reverse

from qunwen.base.scope import context
from qunwen.governance.reports import actions as reports
from qunwen.governance.reports import tasks, verifying
from qunwen.governance.reports.models import Report

from .conftest import EAST, LATER


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_without_a_login_nothing_is_shown(client, county):
    answer = client.get(reverse("reports:list"))
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

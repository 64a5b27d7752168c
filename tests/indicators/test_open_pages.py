"""A figure opened on the desk and on the command line, and the page on which figures are approved."""

import datetime as dt
import json
import re
from argparse import ArgumentParser

import pytest

from qunwen.base.measures.periods import Period
from qunwen.faces.command import figures as command
from qunwen.faces.command.telling import Stop
from qunwen.governance.indicators import opening, queries
from qunwen.governance.indicators.enums import Verdict
from qunwen.governance.indicators.opening import figure_url

from . import fed
from .fed import COUNTY, TOWN, VILLAGES

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

HALF = Period.of("2026H1")
HELD, HEAD = "activities.held_total", "activities.per_head"


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_figure_opens_to_formula_parts_places_rows_and_evidence(counted, enter):
    desk = enter()
    page = text_of(desk.get(figure_url(HEAD, COUNTY, HALF)))
    for told in (
        "0.667",
        "参加人次 ÷ 常住人口（上年末）",
        "200 ÷ 300",
        "活动 1",
        "照片",
        "龙泉街道",
        "第 1 版",
        "还没有核定",
    ):
        assert page.count(told) >= 1, told
    people = text_of(desk.get(figure_url(HEAD, COUNTY, HALF, part=1)))
    assert people.count("统计公报") == 1


def test_what_is_missing_is_listed_and_bounds_are_told(counted, enter):
    counted.put("held", *(r for r in counted.held if r.place != VILLAGES[3]))
    page = text_of(enter().get(figure_url(HELD, COUNTY, HALF)))
    assert "应报 4 项，已报 3 项。" in page
    assert "洪河社区" in page
    assert "不低于 4；缺报的地方没有以往数字，上限不明。" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"?code=activities.nothing&place={COUNTY}&period=2026H1", 404), (f"?code={HELD}&place={COUNTY}&period=2026X", 400),
        (f"?code={HELD}&place={COUNTY}&period=2026H1&map=old", 400), (f"?code={HELD}&place=610327&period=2026H1", 404),
        (f"?code={HELD}&place={COUNTY}&period=2026H1&part=99&page=99", 200), (f"?code={HELD}&place={COUNTY}&period=2026H1&map=now", 200),
    ],
)  # fmt: skip
def test_a_wrong_address_says_what_is_wrong(counted, enter, address, status):
    assert enter().get(f"/desk/indicators/figure/{address}").status_code == status


def test_an_officer_approves_and_sees_what_changed(counted, enter):
    desk = enter()
    assert "核定这个数字" in text_of(desk.get(figure_url(HELD, COUNTY, HALF)))
    sent = {"place": COUNTY, "period": "2026H1", "code": [HELD, HEAD]}
    assert desk.post("/desk/indicators/approve/", sent).status_code == 302
    listed = text_of(desk.get(f"/desk/indicators/approve/?place={COUNTY}&period=2026H1"))
    assert "已核定 2 个，核定后有变动 0 个" in listed
    counted.put("held", *counted.held, fed.row("activities.held", VILLAGES[0], dt.date(2026, 6, 2), n=77))
    listed = text_of(desk.get(f"/desk/indicators/approve/?place={COUNTY}&period=2026H1"))
    assert "已核定 1 个，核定后有变动 1 个" in listed
    page = text_of(desk.get(figure_url(HELD, COUNTY, HALF)))
    assert "核定后 5 条记录中有 1 条变动" in page
    assert "李明 核定为 5" in page


def test_nothing_ticked_is_refused_on_the_page(counted, enter):
    answer = enter().post("/desk/indicators/approve/", {"place": COUNTY, "period": "2026H1"})
    assert answer.status_code == 422
    assert "请勾选要核定的指标。" in text_of(answer)


def test_a_village_worker_opens_figures_and_approves_none(counted, enter):
    desk = enter(VILLAGES[0], "village_worker")
    page = text_of(desk.get(figure_url(HELD, VILLAGES[0], HALF)))
    assert "核定这个数字" not in page
    sent = {"place": VILLAGES[0], "period": "2026H1", "code": [HELD]}
    assert desk.post("/desk/indicators/approve/", sent).status_code == 403
    assert desk.get(figure_url(HELD, COUNTY, HALF)).status_code == 404


def test_an_area_that_judges_figures_is_told_beside_them(counted, enter, monkeypatch):
    said = queries.Judged("n.one", "人均参加不少于一次", Verdict.NOT_MET, "≥ 1 人次/人", "人次/人", "abc")
    monkeypatch.setattr(queries, "judges", [lambda *, place, period, figures: {HEAD: [said]}])
    page = text_of(enter().get(figure_url(HEAD, COUNTY, HALF)))
    assert "未达标 人均参加不少于一次 ≥ 1 人次/人" in page


def test_children_of_a_place_are_opened_along(counted, everything):
    opened = opening.open_figure(HELD, place=COUNTY, period=HALF)
    assert {f.place: f.number for f in opened.below} == {TOWN: 3, "510112002": 2}
    assert opened.rows(0, limit=2).total == 5


def asked(*words):
    parser = ArgumentParser()
    command.arguments(parser)
    return parser.parse_args(words)


def told(capsys):
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


@pytest.fixture
def prepared(monkeypatch):
    """The command finds everything set up already."""
    monkeypatch.setattr("qunwen.faces.command.start.prepare", lambda: None)


def test_the_command_gives_every_figure_as_data(counted, prepared, capsys):
    assert command.run(asked("--place", COUNTY, "--period", "2026H1", "--json")) == 0
    answer = told(capsys)
    found = {f["code"]: f for f in answer["figures"]}
    head = found[HEAD]
    assert (head["numerator"], head["denominator"], head["value"], head["ratio"]) == (2, 3, "2/3", ["200/1", "300/1"])
    assert (head["reported"], head["expected"], head["grades"], head["state"]) == (5, 5, {"B": 6}, "value")
    assert len(head["definition"]) == 64
    assert found["library.loans_total"]["value"] is None


def test_the_command_opens_a_figure_to_rows_that_add_up(counted, prepared, capsys):
    assert command.run(asked("--place", COUNTY, "--period", "2026H1", "--open", HEAD, "--json")) == 0
    parts = told(capsys)["parts"]
    assert [sum(r["value"] for r in part["rows"]) for part in parts] == [200, 300]
    assert {r["evidence"] for r in parts[0]["rows"]} == {1}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--place", "510199", "--period", "2026H1"), "没有代码为 510199 的地方。"),
        (
            ("--place", COUNTY, "--period", "2026H1", "--open", "x.y"),
            "没有“x.y”这个指标。qunwen indicators check 列出全部。",
        ),
    ],
)
def test_the_command_refuses_what_it_does_not_know(counted, prepared, words, message):
    with pytest.raises(Stop) as stop:
        command.run(asked(*words))
    assert str(stop.value) == message

"""Norms on the desk: what is shown, to whom, and what a county decides there."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Population
from qunwen.base.scope import context, writing
from qunwen.governance.indicators import queries as figures
from qunwen.governance.norms import defining, judging, queries
from qunwen.governance.norms.enums import Standing

# Pages speak no SQL of their own: what they call runs on both databases.
pytestmark = [pytest.mark.once, pytest.mark.usefixtures("nothing_counted")]
NORMS = defining.shipped().by_code
MED = NORMS["demozone.satisfaction"]
HALF = "2026H1"


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def here(place, **more):
    return {"place": place, "period": HALF, **more}


def page(client, **asked):
    return client.get(reverse("norms:one"), asked)


def test_without_a_login_nothing_is_shown(client, places):
    answer = client.get(reverse("norms:list"))
    assert (answer.status_code, "login" in answer["Location"]) == (302, True)


def test_the_norms_of_a_county(log_in):
    answer = log_in("510112").get(reverse("norms:list"), here("510112"))
    text = text_of(answer)
    assert answer.status_code == 200
    assert "公布公共文化服务目录 有缺数，无法判定 待定" in text
    assert "人均占有公共藏书（西部，第三批）" in text
    assert "第二批" not in text
    assert [code for code, _label, _n, _url in answer.context["filters"]] == [
        "",
        "not_met",
        "undecided",
        "met",
        "waiting",
    ]
    assert [name for name, _url, _tally in answer.context["below"]] == ["龙泉街道", "大面街道"]


def test_filters_show_only_what_they_say(log_in):
    client = log_in("510112")
    waiting = client.get(reverse("norms:list"), here("510112", verdict="waiting")).context["groups"]
    assert {line.judgement.standing for group in waiting for line in group.lines} == {Standing.WAITING}
    met = client.get(reverse("norms:list"), here("510112", verdict="met"))
    assert (met.context["groups"], "没有这样的标准" in text_of(met)) == ([], True)


def test_a_village_worker_sees_the_village_and_not_the_county(log_in):
    client = log_in("510112001001", role="village_worker")
    own = client.get(reverse("norms:list"), here("510112001001"))
    assert (own.status_code, "村（社区）文化活动室面积" in text_of(own)) == (200, True)
    assert client.get(reverse("norms:list"), here("510112")).status_code == 404
    assert client.get(reverse("norms:list"), here("610327101200")).status_code == 404
    assert client.get(reverse("norms:list"), here("nowhere")).status_code == 404


def test_a_wrong_period_says_what_is_wrong(log_in):
    answer = log_in("510112").get(reverse("norms:list"), {"period": "上半年"})
    assert (answer.status_code, "看不懂的时期“上半年”" in text_of(answer)) == (400, True)


def test_one_norm_with_its_versions_and_every_town(log_in):
    client = log_in("510112")
    books = text_of(page(client, code="demozone.west3.books_per_head", **here("510112")))
    assert "不低于0.6册/人" in books
    assert "人均占有公共藏书（西部，第二批） ≥ 0.4 册/人 国家 2013-01-01 2015-12-31" in books
    room = page(client, code="demozone.west4.e_reading_room", **here("510112"))
    assert [name for name, _url, _line in room.context["lines"]] == ["龙泉街道", "大面街道"]
    assert page(client, code="demozone.no_such", **here("510112")).status_code == 404


def test_a_norm_that_is_none_here_says_so(log_in):
    answer = page(log_in("510112001", role="town_admin"), code="law.catalogue", **here("510112001"))
    assert "这条标准不适用于这个地方和它下面的地方" in text_of(answer)


def post(client, name, place="510112", **sent):
    return client.post(f"{reverse(name)}?place={place}&period={HALF}", sent)


def test_an_officer_confirms_and_withdraws(log_in):
    client = log_in("510112")
    assert "对照无误，确认有效" in text_of(page(client, code=MED.code, **here("510112")))
    answer = post(client, "norms:confirm", code=MED.code, sha256=MED.sha256, note="对照县文")
    assert answer.status_code == 302
    after = text_of(client.get(answer["Location"]))
    assert ("李明确认：对照县文" in after, "撤回确认，不再判定" in after) == (True, True)
    with context.everything(reason="test"):
        assert queries.standings([MED], county="510112") == {MED.code: Standing.IN_FORCE}
    assert post(client, "norms:withdraw", code=MED.code).status_code == 302
    with context.everything(reason="test"):
        assert queries.standings([MED], county="510112") == {MED.code: Standing.WAITING}
    refused = post(client, "norms:withdraw", code=MED.code)
    assert (refused.status_code, "无需撤回" in text_of(refused)) == (422, True)


def test_confirming_what_was_not_read_is_refused(log_in):
    refused = post(log_in("510112"), "norms:confirm", code=MED.code, sha256="0" * 64)
    assert (refused.status_code, "请重新看过再确认" in text_of(refused)) == (422, True)


def test_a_reviewer_sees_but_does_not_confirm(log_in):
    client = log_in("510112", role="reviewer")
    shown = text_of(page(client, code=MED.code, **here("510112")))
    assert ("由县级业务人员确认" in shown, "对照无误" in shown) == (True, False)
    assert post(client, "norms:confirm", code=MED.code, sha256=MED.sha256).status_code == 403
    assert (
        post(
            client, "norms:floor", code="demozone.west3.books_per_head", floor="0.8", valid_from="2026-01-01", doc="x"
        ).status_code
        == 403
    )


def test_a_county_sets_its_own_floor_and_takes_it_back(log_in):
    client = log_in("510112")
    code = "demozone.west3.books_per_head"
    wrong = post(client, "norms:floor", code=code, floor="0.5", valid_from="2026-01-01", doc="县文〔2026〕1号")
    assert (
        wrong.status_code,
        "本县标准不得低于上级标准" in text_of(wrong),
        "县文〔2026〕1号" in wrong.content.decode(),
    ) == (422, True, True)
    assert (
        post(client, "norms:floor", code=code, floor="0.8", valid_from="2026-01-01", doc="县文〔2026〕1号").status_code
        == 302
    )
    shown = text_of(page(client, code=code, **here("510112")))
    assert "自 2026-01-01 起 0.8，依据《县文〔2026〕1号》，李明设定" in shown
    assert "≥ 0.8 册/人 县级 2026-01-01" in shown
    with context.everything(reason="test"):
        (row,) = queries.floors("510112")
    assert (
        client.post(f"{reverse('norms:withdraw_floor', args=[row.pk])}?place=510112&period={HALF}").status_code == 302
    )
    assert (
        client.post(f"{reverse('norms:withdraw_floor', args=[row.pk])}?place=510112&period={HALF}").status_code == 404
    )


def test_the_own_floor_prevails_over_the_one_above(places, everything, at):
    from qunwen.base.journal.actors import Actor
    from qunwen.governance.norms import actions

    actions.set_floor(
        place=places["510112"], norm=NORMS["demozone.west3.books_per_head"], floor="0.8",
        valid_from=dt.date(2026, 1, 1), doc="县文", by=Actor(kind="staff", id=None, name="李明"), at=at,
    )  # fmt: skip
    found = {
        j.norm.code: j.prevails
        for j in judging.judge("510112", Period.of(HALF))
        if j.norm.family == "demozone.books_per_head"
    }
    assert found == {
        "demozone.west3.books_per_head": "demozone.west3.books_per_head.v1",
        "task.books_per_head": "demozone.west3.books_per_head.v1",
        "demozone.west3.books_per_head.v1": "",
    }


@pytest.mark.parametrize("level", ["town", "village"])
def test_many_places_are_judged_in_as_many_queries_as_one(places, everything, level, django_assert_num_queries):
    inside = [c for c in places if c.startswith("510112") and len(c) == {"town": 9, "village": 12}[level]]
    period = Period.of(HALF)
    judging.judge_many(inside, period)
    with context.everything(reason="test"):
        one = _queries(lambda: judging.judge_many(inside[:1], period))
        many = _queries(lambda: judging.judge_many(inside, period))
    assert many <= one


def _queries(call):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        call()
    return len(caught)


def test_figures_carry_their_verdicts(places, everything):
    with writing.allowed("test"):
        Population.unscoped.create(
            place=places["510112"], year=2025, group="total", basis="resident", number=1000, source="公报", grade="B"
        )
    period = Period.of(HALF)
    found = figures.figures(place="510112", period=period, codes=["library.books_per_head", "activities.held_total"])
    judged = {}
    for judge in figures.judges:
        judged.update(judge(place="510112", period=period, figures=found))
    assert {code: [(j.norm, str(j.verdict)) for j in each] for code, each in judged.items()} == {
        "library.books_per_head": [("demozone.west3.books_per_head", "undecided")]
    }

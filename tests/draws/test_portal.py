"""Pages of residents: list, notice, applying, receipt, result, why not me, downloads. Without a script."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from qunwen.base.people.models import Guardianship
from qunwen.base.scope import clock, context, writing
from qunwen.services.draws import actions, kernel
from qunwen.services.draws.models import Application, Draw
from tests.portal.conftest import logged_in

from .conftest import CLERK, COUNTY, DAY, SEED, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(places):
    """An office whose draws are open now."""
    return Office(places, clock.now() - DAY)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def wishes_of(row):
    with context.everything(reason="test"):
        return [wish.option.title for wish in row.wishes.order_by("rank")]


def page(client, draw, tail=""):
    return client.get(f"/draws/{COUNTY}/{draw.pk}/{tail}")


def test_list_shows_open_and_published_draws(today, at, places):
    draw = today.notice(today.course("书法", 1))
    past = Office(places, at)
    past.notice(past.course("古筝", 1), title="冬季公益课")
    past.apply()
    past.carry_out()
    past.do(actions.publish, after=3)
    shown = text(Client().get(f"/draws/{COUNTY}/"))
    assert shown.index("正在接受申请") < shown.index(draw.title) < shown.index("已公布结果") < shown.index("冬季公益课")


def test_notice_says_places_rules_event_and_ways_to_apply(today):
    draw = today.notice(today.course("书法", 3, kept={"elders": 1}, floors={"510112001001": 1}))
    shown = text(page(Client(), draw))
    for words in ("老年人 1 个", "东街社区保底 1 个", "双色球第2026031期", "14 位数字", "早申请晚申请", "申请这次摇号"):
        assert words in shown


def test_list_of_a_draw_is_downloaded_only_after_it_is_frozen(today):
    draw = today.notice(today.course("书法", 1))
    assert page(Client(), draw, "file.json").status_code == 404


def test_resident_applies_with_ranked_wishes_and_holds_a_receipt(today):
    draw = today.notice(today.course("书法", 1), today.course("古筝", 1))
    lin = today.resident()
    client = logged_in(lin)
    form = text(page(client, draw, "apply/"))
    key = re.search(r'name="key" value="([^"]+)"', form).group(1)
    sent = {"key": key, "people": str(lin.pk), "wish_1": "2", "wish_2": "1"}
    done = client.post(f"/draws/{COUNTY}/{draw.pk}/apply/", sent)
    again = client.post(f"/draws/{COUNTY}/{draw.pk}/apply/", sent)
    made = Application.unscoped.get(draw=draw)
    assert (done.status_code, again.headers["Location"]) == (302, done.headers["Location"])
    assert wishes_of(made) == ["古筝", "书法"]
    receipt = text(client.get(done.headers["Location"]))
    assert made.code in receipt
    assert str(made.pk) in receipt


def test_wrong_ranks_are_said_at_the_field_and_nothing_is_lost(today):
    draw = today.notice(today.course("书法", 1), today.course("古筝", 1))
    lin = today.resident()
    key = "01890000-0000-7000-8000-000000000000"
    twice = logged_in(lin).post(
        f"/draws/{COUNTY}/{draw.pk}/apply/", {"key": key, "people": str(lin.pk), "wish_1": "1", "wish_2": "1"}
    )
    assert twice.status_code == 422
    assert "第 1 志愿选了两项（还有“书法”）" in text(twice)
    assert text(twice).count('value="1" selected') == 2
    none = logged_in(lin).post(f"/draws/{COUNTY}/{draw.pk}/apply/", {"key": key, "people": str(lin.pk)})
    assert "请至少选一个志愿" in text(none)


def test_parent_applies_for_two_children_one_by_one_with_the_same_chance(today, at):
    draw = today.notice(today.course("书法", 1))
    home = today.home()
    mother, *children = (today.resident(home=home, born=year) for year in (1985, 2015, 2017))
    with writing.allowed("test"):
        for child in children:
            Guardianship.unscoped.create(county=COUNTY, guardian=mother, ward=child, relation="母亲", since=at)
    client = logged_in(mother)
    for n, child in enumerate(children):
        sent = {"key": f"01890000-0000-7000-8000-00000000000{n}", "people": str(child.pk), "wish_1": "1"}
        assert client.post(f"/draws/{COUNTY}/{draw.pk}/apply/", sent).status_code == 302
    rows = Application.unscoped.filter(draw=draw)
    assert {row.resident_id for row in rows} == {child.pk for child in children}
    assert text(client.get(f"/draws/{COUNTY}/")).count(f"/draws/{COUNTY}/mine/") == 2


def test_stranger_sees_nobody_elses_application(today):
    draw = today.notice(today.course("书法", 1))
    made = today.apply(today.resident(), draw=draw)
    path = f"/draws/{COUNTY}/mine/{made.pk}/"
    assert logged_in(today.resident()).get(path).status_code == 404
    assert Client().get(path).headers["Location"].startswith("/me/login/")
    assert logged_in(today.resident()).post(f"{path}withdraw/").status_code == 404


def test_wishes_are_changed_and_the_application_withdrawn(today):
    draw = today.notice(today.course("书法", 1), today.course("古筝", 1))
    lin = today.resident()
    made = today.apply(lin, draw=draw)
    path, client = f"/draws/{COUNTY}/mine/{made.pk}/", logged_in(lin)
    assert 'value="1" selected' in text(client.get(f"{path}wishes/"))
    assert client.post(f"{path}wishes/", {"wish_2": "1"}).status_code == 302
    assert wishes_of(made) == ["古筝"]
    client.post(f"{path}withdraw/")
    assert "已撤回" in text(client.get(path))
    assert logged_in(lin).post(f"{path}wishes/", {"wish_1": "1"}).status_code in (302, 422)


@pytest.fixture
def decided(places, at):
    """One place, four who wanted it; a second course nobody but one wished for."""
    office = Office(places, at)
    office.notice(office.course("书法", 1), office.course("古筝", 2))
    office.people = [office.resident() for _ in range(4)]
    for n, one in enumerate(office.people):
        office.apply(one, wishes=(1, 2) if n == 0 else (1,))
    office.carry_out()
    return office


def test_result_is_shown_only_once_it_is_published(decided):
    assert page(Client(), decided.draw, "file.json").json().keys() & {"seed", "results"} == set()
    assert "按回执号查结果" not in text(page(Client(), decided.draw))
    decided.do(actions.publish, after=3)
    file = page(Client(), decided.draw, "file.json").json()
    assert kernel.check(file, decided.draw.list_hash) == []
    assert "按回执号查结果" in text(page(Client(), decided.draw))


def test_loser_reads_why_and_which_other_wish_would_have_won(decided):
    decided.do(actions.publish, after=3)
    loser = next(row for row in decided.rows() if row.option_id is None and wishes_of(row) == ["书法"])
    client = logged_in(next(one for one in decided.people if one.pk == loser.resident_id))
    shown = text(client.get(f"/draws/{COUNTY}/mine/{loser.pk}/"))
    for words in (
        "这次没有抽中", f"第 {loser.rank} 号，共 4 份", "按签号先后排到第 1 号", "如果当时也填了下面的，就能抽中：古筝",
        "未中签累积现在是 1",
    ):  # fmt: skip
        assert words in shown


def test_receipt_code_gives_the_result_and_no_name(decided):
    decided.do(actions.publish, after=3)
    winner = decided.rows()[0]
    shown = text(Client().get(f"/draws/{COUNTY}/{decided.draw.pk}/?code={winner.code.lower()}"))
    assert f"签号 1，抽中“{winner.option}”" in shown
    assert winner.contact not in shown
    assert "没有查到" in text(Client().get(f"/draws/{COUNTY}/{decided.draw.pk}/?code=AAAAAAAA"))


def test_script_and_page_are_downloaded_as_they_lie(decided):
    script = Client().get("/draws/verify_draw.py")
    assert script.content.startswith(b"#!/usr/bin/env python3")
    offline = Client().get("/draws/verify_draw.html")
    assert "attachment" in offline.headers["Content-Disposition"]
    assert b"http://" not in offline.content + script.content
    assert b"https://" not in offline.content + script.content


def test_unknown_draws_are_not_found(decided):
    other = "01890000-0000-7000-8000-000000000000"
    assert Client().get(f"/draws/{COUNTY}/{other}/").status_code == 404
    assert Client().get(f"/draws/610327/{decided.draw.pk}/").status_code == 404


def test_list_costs_the_same_queries_with_one_draw_and_with_three(today, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(40) as seen:
            Client().get(f"/draws/{COUNTY}/")
        return len(seen)

    today.notice(today.course("书法", 1))
    one = queries()
    for n in range(2):
        today.notice(today.course(f"课{n}", 1), title=f"摇号{n}")
    assert queries() == one
    assert Draw.unscoped.count() == 3


def test_frozen_list_is_what_the_later_file_is_held_against(decided):
    before = json.loads(page(Client(), decided.draw, "file.json").content)
    decided.do(actions.publish, after=3)
    after = page(Client(), decided.draw, "file.json").json()
    assert kernel.check(after, before["list_hash"], before) == []
    with context.everything(reason="test"):
        assert decided.fresh().seed == kernel.normal_seed(SEED, "digits", 14)
    assert CLERK.name not in json.dumps(after, ensure_ascii=False)

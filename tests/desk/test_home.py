"""The home page: what waits, what is on, what lacks something; the menu by role."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from .people import TOWN


def said(word):
    """A word of the menu, which is written as JSON."""
    return json.dumps(word)[1:-1]


def test_home_without_anything_speaks(desk):
    text = desk().get("/desk/").content.decode()
    for words in ("王敏，您好", "没有等您处理的事", "都齐了", "本周您的辖区还没有安排活动", "补记活动"):
        assert words in text
    assert "Wagtail</title>" not in text


def test_needs_are_links_to_exactly_their_rows(desk, held, make, foreign):
    held(2)
    held(1, headcounts={"adult": 5}, title="讲座")
    client = desk()
    text = client.get("/desk/").content.decode()
    assert "<strong>3</strong> 个已举办的活动没有照片" in text
    assert "<strong>2</strong> 个已举办的活动没有填人数" in text
    listing = client.get(reverse("activities:list"), {"need": "headcount"})
    assert sorted(row.title for row, _tone, _cells in listing.context["rows"]) == ["广场舞展演0", "广场舞展演1"]
    assert "陇县" not in text


def test_a_date_that_went_by_is_named(desk, upcoming):
    import datetime as dt

    from qunwen.base.scope import writing
    from qunwen.services.activities.models import Session

    _row, session = upcoming()
    with writing.allowed("test"):
        Session.unscoped.filter(pk=session.pk).update(
            starts_at=session.starts_at - dt.timedelta(days=2), ends_at=session.ends_at - dt.timedelta(days=2)
        )
    text = desk().get("/desk/").content.decode()
    assert "<strong>1</strong> 个活动已过时间，还没有登记举办情况" in text


@pytest.mark.parametrize(
    ("role", "place", "shown", "hidden"),
    [
        ("village_worker", "510112001001", ["补记活动", "年度计划", "阵地"], ["导入活动", "图像", "报告", "设置"]),
        ("county_officer", "510112", ["补记活动", "导入活动", "操作日志"], ["图像", "帮助"]),
        ("auditor_readonly", "510112", ["全部活动", "操作日志"], ["补记活动", "导入活动"]),
        ("security_admin", "510112", ["人员与单位"], ["全部活动", "补记活动"]),
    ],
)
def test_the_menu_has_what_the_role_may_do(desk, role, place, shown, hidden):
    text = desk(role, place).get("/desk/").content.decode()
    assert [word for word in shown if said(word) not in text] == []
    assert [word for word in hidden if said(word) in text] == []


def test_the_brand_is_ours(desk):
    text = desk().get("/desk/").content.decode()
    assert "群文工作台" in text
    assert "ui/seal.svg" in text
    assert "ui/tokens.css" in text.split("ui/desk.css")[0]


def test_what_is_not_there_is_said_in_our_words(desk):
    answer = desk().get("/desk/activities/510112/00000000-0000-7000-8000-000000000000/")
    text = answer.content.decode()
    assert (answer.status_code, "没有找到这一页" in text, "转到管理界面" in text) == (404, True, False)


def test_the_desk_asks_to_log_in_at_our_page(client, db):
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")


def test_home_takes_the_same_number_of_queries_with_more_rows(desk, held, upcoming, county):
    client = desk("town_station", TOWN)
    held(1)
    upcoming()
    client.get("/desk/")
    counts = []
    for more in (0, 2):
        if more:
            held(more, title="更多")
            upcoming(title="更多课")
        with CaptureQueriesContext(connection) as seen:
            client.get("/desk/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("role", "ways"),
    [
        ("system_admin", ["desk_people:staff", "desk_people:units"]),
        ("security_admin", ["desk_people:staff", "desk_people:units"]),
        ("audit_admin", ["desk_people:staff", "desk_people:units", "journal:entries", "desk_notices:sent"]),
    ],
)
def test_who_keeps_the_house_finds_the_way_in(desk, role, ways):
    page = desk(role, "510112").get("/desk/").content.decode()
    nav = re.search(r'<nav class="qw-shortcuts".*?</nav>', page, re.DOTALL)[0]
    assert re.findall(r'<a [^>]*href="([^"]+)"', nav) == [reverse(way) for way in ways]


def test_text_messages_that_were_given_up_are_told(desk, county, at):
    from qunwen.base.notices.models import OutboxMessage
    from qunwen.base.scope import writing

    client = desk("audit_admin", "510112")
    assert "没有送到的消息" not in client.get("/desk/").content.decode()
    with writing.allowed("test"):
        for place, number in (("510112", 2), ("610327", 1)):
            for one in range(number):
                OutboxMessage.unscoped.create(
                    county=place, kind="change", key=f"k{one}", phone=f"1390000000{one}",
                    text="改期", state="failed", queued_at=at, next_at=at,
                )  # fmt: skip
    page = client.get("/desk/").content.decode()
    assert f'<a href="{reverse("desk_notices:sent")}?state=failed"><strong>2</strong> 条短信没有发出去</a>' in page

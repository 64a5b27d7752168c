"""A class is drawn live in a real Chromium: list frozen, seed read out, lots drawn, published; a parent asks why not hers."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from qunwen.base.scope import clock
from qunwen.services.draws.models import Application, Draw
from qunwen.services.school.models import Pupil
from tests.school.conftest import COUNTY
from tests.school.test_browser import (  # noqa: F401
    _database_from_this_thread,
    chromium,
    clerk_at,
    page_of,
    school,
    session_of,
)
from tests.school.test_draws import Drawn, line, roll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
MINUTES = dt.timedelta(minutes=1)


@pytest.fixture
def due(school):  # noqa: F811
    """Two drawn classes; four families applied, and the window has just closed. The public event is ten minutes away."""
    school.at = clock.now() - dt.timedelta(days=1, minutes=1)
    small = school.open("少儿合唱班", how="draw", online=1)
    school.open("国画班", how="draw", online=9, weekdays=(3,))
    other = school.open("民乐班", how="draw", online=9, weekdays=(4,))
    drawn = Drawn(school, small, other, seed_after=dt.timedelta(days=1, minutes=11))
    mothers = []
    for _n in range(4):
        mother, (child,) = school.family(2015)
        drawn.apply(child, wishes=(0,))
        mothers.append((mother, child))
    drawn.row, drawn.families = small, mothers
    return drawn


def test_a_class_is_drawn_live(due, chromium, live_server, places, time_machine):  # noqa: F811
    page = clerk_at(chromium, live_server, places, clock.now())
    page.goto(f"/desk/draws/{COUNTY}/{due.draw.pk}/")
    page.get_by_role("button", name="锁定名单，公布摘要").click()
    frozen = Draw.unscoped.get(pk=due.draw.pk)
    expect(page.get_by_text(frozen.list_hash).first).to_be_visible()
    expect(page.get_by_text("名单已锁定，等公开事件")).to_be_visible()
    assert (frozen.state, len(frozen.list_hash)) == ("frozen", 64)

    time_machine.move_to(clock.now() + 11 * MINUTES)
    page.reload()
    page.get_by_role("link", name="打开抽签大屏").click()
    expect(page.get_by_text(frozen.list_hash)).to_be_visible()
    page.get_by_label("现场读数，录入种子").fill("02 08 13 21 27 32 99 11")
    page.get_by_label("见证人").fill("市民代表李四")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_be_visible()  # one number too many: said at the field, nothing lost
    expect(page.get_by_label("见证人")).to_have_value("市民代表李四")
    page.get_by_label("现场读数，录入种子").fill("02 08 13 21 27 32 05")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="抽签", exact=True).click()
    expect(page.get_by_text("1 个名额，1 份中签")).to_be_visible()
    rows = list(Application.unscoped.filter(draw=due.draw).order_by("rank"))
    expect(page.get_by_role("listitem").filter(has_text=rows[0].code)).to_be_visible()
    assert page.get_by_text("孩子").count() == 0  # no name of a child on the big screen
    page.get_by_role("button", name="公布结果，通知每一位").click()
    expect(page.get_by_text("结果已公布").first).to_be_visible()
    winner = due.families[[child.pk for _mother, child in due.families].index(rows[0].resident_id)][1]
    assert (roll(due.row), len(line(due.row))) == ([winner.name], 3)
    assert Pupil.unscoped.filter(county=COUNTY, resident=winner).count() == 1
    _ask_why(due, rows, chromium, live_server)


def _ask_why(due, rows, chromium, live_server):  # noqa: F811
    """The mother of the last child looks on her telephone: her number, the places, what else she could have wished."""
    last = rows[-1]
    mother = next(mother for mother, child in due.families if child.pk == last.resident_id)
    page = page_of(chromium, live_server, PHONE, session_of(mother))
    page.goto(f"/draws/{COUNTY}/{due.draw.pk}/")
    page.get_by_role("region", name="我的申请").get_by_role("link").click()
    expect(page.get_by_text("这次没有抽中")).to_be_visible()
    why = page.get_by_role("region", name="为什么没抽中")
    expect(why).to_contain_text(f"第 {last.rank} 号，共 4 份")
    expect(why).to_contain_text("1 个名额")
    expect(why).to_contain_text("如果当时也填了下面的，就能抽中：民乐班")

"""Pages of staff: notice, slips and calls with photographs, the public moment, the sandbox, who may do what."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.scope import clock, context, writing
from qunwen.services.activities.models import Session
from qunwen.services.bookings.models import Booking, Bucket
from qunwen.services.draws import actions, kernel, published
from qunwen.services.draws.enums import Channel, State
from qunwen.services.draws.models import Application, Draw, Option
from tests.desk.people import photo

from .conftest import CLERK, COUNTY, DAY, HOUR, SEED, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(places):
    """An office whose draws are open now."""
    return Office(places, clock.now() - DAY)


@pytest.fixture
def due(places):
    """A draw whose window is over and whose event lies a day behind."""
    office = Office(places, clock.now() - 4 * DAY)
    office.notice(office.course("书法", 1), office.course("古筝", 1))
    for _ in range(6):
        office.apply(wishes=(1, 2))
    office.freeze()
    return office


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def at(draw, tail=""):
    return f"/desk/draws/{COUNTY}/{draw.pk}/{tail}"


def test_officer_sees_the_draw_its_pool_and_the_next_step(desk, due):
    officer = desk("county_officer", COUNTY)
    assert due.draw.title in text(officer.get("/desk/draws/"))
    shown = text(officer.get(at(due.draw)))
    for words in ("打开抽签大屏", due.draw.list_hash, "工作人员代办", "有此志愿"):
        assert words in shown


def test_paper_slip_enters_the_pool_with_its_photograph(desk, today):
    draw = today.notice(today.course("书法", 1, kept={"elders": 1}))
    worker = desk()
    form = text(worker.get(at(draw, "apply/slip/")))
    sent = {
        "key": re.search(r'name="key" value="([^"]+)"', form).group(1), "channel": "paper", "name": "王桂花", "group": "elder",
        "village": "510112001001", "claimed": "elders", "number": "纸-007", "wish_1": "1", "photos": photo(),
    }  # fmt: skip
    done = worker.post(at(draw, "apply/slip/"), sent)
    made = Application.unscoped.get(draw=draw)
    assert done.headers["Location"] == f"/desk/draws/application/{COUNTY}/{made.pk}/"
    assert (made.channel, made.groups, made.slip, made.home_id) == ("paper", ["elders"], "纸-007", "510112001001")
    assert EvidenceLink.unscoped.filter(subject_id=str(made.pk), subject_type="draws.application").count() == 1
    assert made.code in text(worker.get(done.headers["Location"]))


def test_wrong_slip_is_said_at_the_field_and_keeps_what_was_typed(desk, today):
    draw = today.notice(today.course("书法", 1))
    answer = desk().post(
        at(draw, "apply/slip/"),
        {"channel": "phone", "name": "王桂花", "group": "elder", "wish_1": "", "village": "510112001001"},
    )
    assert answer.status_code == 422
    assert "请至少选一个志愿" in text(answer)
    assert 'value="王桂花"' in text(answer)
    assert Application.unscoped.count() == 0


def test_same_slip_twice_is_refused_and_named(desk, today):
    draw = today.notice(today.course("书法", 1))
    worker = desk()
    for n, expected in enumerate((302, 422)):
        sent = {
            "key": f"01890000-0000-7000-8000-00000000000{n}", "channel": "paper", "name": " 王桂花 ", "phone": "138 0000 0009",
            "group": "elder", "wish_1": "1", "village": "510112001001",
        }  # fmt: skip
        answer = worker.post(at(draw, "apply/slip/"), sent)
        assert answer.status_code == expected
    assert "王桂花" in text(answer)


def test_worker_applies_for_a_resident_on_record_as_acting_for_them(desk, today):
    draw, lin = today.notice(today.course("书法", 1)), today.resident()
    worker = desk()
    assert lin.name in text(worker.get(at(draw, f"apply/?q={lin.name}")))
    sent = {
        "key": "01890000-0000-7000-8000-000000000000", "people": str(lin.pk), "channel": "phone", "consent": "spoken",
        "wish_1": "1",
    }  # fmt: skip
    page = text(worker.get(at(draw, f"apply/{lin.pk}/")))
    sent["consent"] = re.search(r'name="consent" value="([^"]+)"', page).group(1)
    assert worker.post(at(draw, f"apply/{lin.pk}/"), sent).status_code == 302
    made = Application.unscoped.get(draw=draw)
    assert (made.resident_id, made.channel, made.applied_for) == (lin.pk, "phone", lin.name)


def test_list_is_frozen_seeded_drawn_and_published_from_the_desk(desk, places):
    office = Office(places, clock.now() - 3 * DAY + HOUR)
    draw = office.notice(office.course("书法", 2))
    for _ in range(4):
        office.apply()
    officer = desk("county_officer", COUNTY)
    assert officer.post(at(draw, "freeze/")).status_code == 302
    frozen = Draw.unscoped.get(pk=draw.pk)
    assert (frozen.state, len(frozen.list_hash)) == (State.FROZEN, 64)
    with writing.allowed("test"):  # the event is brought forward, and with it the notice under the hash
        now = clock.now()
        Draw.unscoped.filter(county=COUNTY, pk=draw.pk).update(frozen_at=now - DAY, seed_at=now - HOUR)
        frozen = Draw.unscoped.get(pk=draw.pk)
        new = kernel.list_hash(published.list_of(frozen))
        Draw.unscoped.filter(county=COUNTY, pk=draw.pk).update(list_hash=new)
    assert officer.post(at(draw, "live/"), {"seed": "1 2 3", "witness": "李四"}).status_code == 422
    assert officer.post(at(draw, "live/"), {"seed": SEED, "witness": "李四"}).status_code == 302
    assert officer.post(at(draw, "live/draw/")).status_code == 302
    shown = text(officer.get(at(draw, "live/")))
    winners = Application.unscoped.filter(draw=draw, state="won")
    assert all(row.code in shown and row.contact not in shown for row in winners)
    officer.post(at(draw, "live/publish/"))
    assert Draw.unscoped.get(pk=draw.pk).state == State.PUBLISHED


def test_screen_says_when_the_list_was_not_frozen(desk, today):
    draw = today.notice(today.course("书法", 1))
    assert "名单还没有锁定" in text(desk("county_officer", COUNTY).get(at(draw, "live/")))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("county_officer", 200),
        ("town_station", 200),
        ("village_worker", 403),
        ("reviewer", 403),
        ("auditor_readonly", 403),
    ],
)
def test_only_who_may_draw_opens_the_screen(desk, due, role, expected):
    assert desk(role, COUNTY).get(at(due.draw, "live/")).status_code == expected


def test_another_county_sees_nothing_of_it(desk, due):
    stranger = desk("village_worker", "610327100001")
    for tail in ("", "live/", "apply/slip/"):
        assert stranger.get(at(due.draw, tail)).status_code == 404
    row = Application.unscoped.filter(draw=due.draw).first()
    assert stranger.get(f"/desk/draws/application/{COUNTY}/{row.pk}/").status_code == 404


def test_date_of_an_activity_is_put_up_for_a_draw_and_given_to_the_winners(desk, county, upcoming, places):
    now = clock.now()
    _activity, session = upcoming(title="书法体验")
    with writing.allowed("test"):
        Session.unscoped.filter(county=COUNTY, pk=session.pk).update(
            starts_at=now + 9 * DAY, ends_at=now + 9 * DAY + HOUR
        )
    officer = desk("county_officer", COUNTY)
    page = text(officer.get("/desk/draws/new/"))
    assert "书法体验" in page
    local = clock.local(now)
    stamp = lambda days: (local + dt.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")  # noqa: E731
    sent = {
        "place": COUNTY, "title": "周末体验", "opens_at": stamp(-1), "closes_at": stamp(2), "seed_at": stamp(3),
        "seed_notice": "双色球第2026031期开奖号码", "seed_form": "digits", "seed_length": "14", "party": "person",
        "people_at_most": "1", "luck": "on", "thing_1": f"activities.session:{session.pk}", "seats_1": "2",
        "group_1": "elders", "kept_1": "1", "floors_1": "东街社区 1",
    }  # fmt: skip
    wrong = officer.post("/desk/draws/new/", {**sent, "floors_1": "没有这个村 1"})
    assert wrong.status_code == 422
    assert "看不明白" in text(wrong)
    assert officer.post("/desk/draws/new/", sent).status_code == 302
    draw = Draw.unscoped.get()
    assert Option.unscoped.get(draw=draw).floors == [["510112001001", 1]]
    office = Office(places, draw.opens_at)
    office.draw, office.options = draw, list(Option.unscoped.filter(draw=draw))
    for _ in range(3):
        office.apply()
    with context.everything(reason="test"):
        for action, days, more in (
            (actions.freeze, 3.1, {}), (actions.enter_seed, 4.1, {"seed": SEED, "witness": "李四"}), (actions.carry_out, 4.1, {}),
        ):  # fmt: skip
            action(draw=draw, by=CLERK, at=draw.opens_at + dt.timedelta(days=days), **more)
    bucket = Bucket.unscoped.get(subject_id=session.pk)
    assert (bucket.size, bucket.taken) == (2, 2)
    assert Booking.unscoped.filter(bucket=bucket, state="confirmed").count() == 2


def test_sandbox_compares_five_rules_and_withholds_small_groups(desk, places):
    office = Office(places, clock.now() - 4 * DAY)
    office.notice(office.course("书法", 4))
    for born in (1950, 1951, 1952, 1953, 1954, 1955, 1980, 1981):
        office.apply(office.resident(born=born))
    office.carry_out()
    shown = text(desk("county_officer", COUNTY).get("/desk/draws/sandbox/"))
    for words in ("先到先得", "纯摇号", "首次参加者优先", "每村保底", "未中签累积", "老年人（60岁以上）", "不足 5"):
        assert words in shown


def test_sandbox_without_draws_says_what_will_be_here(desk):
    assert "还没有抽过签的摇号" in text(desk("county_officer", COUNTY).get("/desk/draws/sandbox/"))


def test_every_channel_is_counted_apart(desk, today):
    draw = today.notice(today.course("书法", 1))
    for channel in ("paper", "phone", "worker", "worker"):
        today.apply(channel=channel)
    shown = text(desk("county_officer", COUNTY).get(at(draw)))
    counted = re.findall(r"<dt>(网上|纸质|电话|工作人员代办)</dt><dd>(\d+)</dd>", shown)
    assert dict(counted) == {"网上": "0", "纸质": "1", "电话": "1", "工作人员代办": "2"}
    assert len(Channel.choices) == len(counted)


def test_page_costs_the_same_with_one_application_and_with_three(desk, today, django_assert_max_num_queries):
    draw = today.notice(today.course("书法", 1))
    officer = desk("county_officer", COUNTY)

    def queries():
        with django_assert_max_num_queries(80) as seen:
            officer.get(at(draw))
        return len(seen)

    today.apply()
    queries()
    one = queries()
    today.apply()
    today.apply()
    assert queries() == one

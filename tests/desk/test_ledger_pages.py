"""Halls, lines by draw, limits and groups on the desk."""

import re

import pytest
from django.urls import reverse

from qunwen.base.people.models import Household, Resident
from qunwen.base.scope import clock, context, writing
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings.models import Booking, Bucket, GroupProof, MissPolicy, Restraint, Seat, SeatPlan
from qunwen.services.bookings.party import Guest

from .people import COMMAND, FOREIGN, VILLAGE

HALL = "1 ooo_ooo\n2 ooo_owc"


def of(name, row, *more):
    return reverse(f"bookings:{name}", args=[row.county, row.pk, *more])


def page(response, status=200):
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def lesson(upcoming):
    """A date in an hour with four places online."""
    _row, session = upcoming(sizes={"online": 4})
    return session, Bucket.unscoped.get(county="510112", channel="online")


@pytest.fixture
def plan(county):
    with context.everything(reason="test"):
        from qunwen.base.places.models import Place

        return ledger.make_plan(
            title="影剧院", place=Place.unscoped.get(pk=VILLAGE), layout=HALL, by=COMMAND, at=clock.now()
        )


@pytest.fixture
def resident(county):
    def make(name="李奶奶", village=VILLAGE):
        with writing.allowed("test"):
            home = Household.unscoped.create(county=village[:6], place_id=village, created_at=clock.now())
            return Resident.unscoped.create(
                county=village[:6], household=home, place_id=village, name=name, birth_year=1970,
                registered_at=clock.now(),
            )  # fmt: skip

    return make


@pytest.fixture
def limit(resident):
    """Somebody limited after three misses."""

    def make(village=VILLAGE):
        one, at = resident(village=village), clock.now()
        import datetime as dt

        with writing.allowed("test"):
            return Restraint.unscoped.create(
                county=one.county, place_id=village, resident=one, misses=3, at_most=1, since=at,
                until=at + dt.timedelta(days=30),
            )  # fmt: skip

    return make


def book(bucket, *names, key=None):
    with context.everything(reason="test"):
        return ledger.book(
            bucket=Bucket.unscoped.get(pk=bucket.pk), resident=None, members=[Guest(name) for name in names],
            key=key or f"k{names}", by=COMMAND, at=clock.now(),
        )  # fmt: skip


def test_hall_is_drawn_shown_and_drawn_anew(desk, county):
    client = desk(role="town_station", place="510112001")
    assert "还没有座位图" in page(client.get(reverse("bookings:plans")))
    wrong = client.post(reverse("bookings:add_plan"), {"title": "剧场", "layout": "1 oox"})
    words = page(wrong, 422)
    assert "不认识的符号" in words
    assert "1 oox" in words
    client.post(reverse("bookings:add_plan"), {"title": "剧场", "layout": HALL})
    plan = SeatPlan.unscoped.get()
    shown = page(client.get(of("plan", plan)))
    assert "12 座" in shown
    assert "其中轮椅席和陪同席 2 座" in shown
    client.post(of("edit_plan", plan), {"title": "大剧场", "layout": "1 oo"})
    assert Seat.unscoped.filter(plan=plan).count() == 2
    assert "大剧场" in page(client.get(reverse("bookings:plans")))


def test_thing_takes_a_hall_and_everybody_gets_a_seat(desk, lesson, plan):
    session, bucket = lesson
    booked = book(bucket, "张三", "李四")
    client = desk()
    where = reverse("bookings:seats", args=[session.county, session.pk])
    assert "按这张图给座" in page(client.get(where))
    client.post(where, {"plan": str(plan.pk)})
    shown = page(client.get(where))
    assert shown.count("张三") >= 2
    listed = page(client.get(where, {"seats": "list"}))
    assert "1排（空 4 座）" in listed
    detail = page(client.get(of("booking", booked)))
    assert "1排2号、1排3号" in detail


def test_party_is_seated_elsewhere_and_a_taken_seat_says_so(desk, lesson, plan):
    session, bucket = lesson
    first, second = book(bucket, "张三"), book(bucket, "李四")
    client = desk()
    client.post(reverse("bookings:seats", args=[session.county, session.pk]), {"plan": str(plan.pk)})
    form = page(client.get(of("change_seats", first)))
    assert form.count("checked") == 1
    free = Seat.unscoped.get(plan=plan, row="2", number=1)
    taken = second.seats.model.unscoped.get(booking=second).seat
    refused = page(client.post(of("change_seats", first), {"seats": [str(taken.pk)]}), 422)
    assert f"{taken}刚刚被别人选走了" in refused
    client.post(of("change_seats", first), {"seats": [str(free.pk)]})
    assert "2排1号" in page(client.get(of("booking", first)))


def test_line_is_frozen_and_drawn_on_the_desk(desk, lesson):
    _session, bucket = lesson
    with context.everything(reason="test"):
        ledger.adjust_bucket(bucket=bucket, size=1, new={"line_order": "draw"}, by=COMMAND, at=clock.now())
    book(bucket, "甲"), book(bucket, "乙"), book(bucket, "丙")
    client = desk()
    assert "候补次序要抽签" in page(client.get(reverse("bookings:thing", args=[bucket.county, bucket.subject_id])))
    client.post(of("freeze", bucket))
    frozen = Bucket.unscoped.get(pk=bucket.pk)
    assert frozen.line_hash in page(client.get(of("line", bucket)))
    assert "这一栏" not in page(client.post(of("line", bucket), {"seed": "", "source": "x"}), 422)
    client.post(of("line", bucket), {"seed": "83105", "source": "排列五，纪委在场"})
    shown = page(client.get(of("line", bucket)))
    assert "排列五，纪委在场" in shown
    lots = Booking.unscoped.filter(state="waiting").values_list("lot", flat=True)
    assert all(lot[:10] in shown for lot in lots)


def test_order_of_a_line_stays_once_somebody_waits(desk, lesson):
    _session, bucket = lesson
    with context.everything(reason="test"):
        ledger.resize_bucket(bucket=bucket, size=1, by=COMMAND, at=clock.now())
    book(bucket, "甲"), book(bucket, "乙")
    client = desk()
    form = {"size": 1, "party_limit": 5, "waiting_list": "on", "offer_minutes": 60, "line_order": "draw"}
    assert "已经有人候补，次序不能再改" in page(client.post(of("bucket", bucket), form), 422)


def test_appeal_is_reviewed_with_a_reason(desk, limit):
    row = limit()
    with context.everything(reason="test"):
        ledger.appeal(restraint=row, words="那天住院", by=COMMAND, at=clock.now())
    client = desk(role="county_officer", place="510112")
    assert "那天住院" in page(client.get(reverse("bookings:limits")))
    assert "那天住院" in page(client.get(of("review", row)))
    assert client.post(of("review", row), {"verdict": "lift", "words": ""}).status_code == 422
    client.post(of("review", row), {"verdict": "lift", "words": "已核实"})
    assert Restraint.unscoped.get().state == "lifted"


def test_rule_of_the_county_is_set_within_bounds(desk):
    client = desk(role="county_officer", place="510112")
    where = reverse("bookings:policy")
    assert 'value="180"' in page(client.get(where))
    refused = page(client.post(where, {"misses": 1, "window_days": 90, "lasts_days": 14, "at_most": 1}), 422)
    assert "谁都会有一次来不了" in refused
    client.post(where, {"misses": 4, "window_days": 90, "lasts_days": 14, "at_most": 2})
    assert MissPolicy.unscoped.get().misses == 4


def test_group_is_certified_and_ended(desk, resident):
    one = resident()
    client = desk()
    assert of("certify", one) in page(client.get(reverse("bookings:groups"), {"q": "李奶"}))
    form = {"group": "disabled", "basis": "残疾人证 1234", "since": "2026-01-01", "until": "2025-01-01"}
    assert "截止日期不能早于起始日期" in page(client.post(of("certify", one), form), 422)
    client.post(of("certify", one), form | {"until": ""})
    proof = GroupProof.unscoped.get()
    assert "残疾人证 1234" in page(client.get(reverse("bookings:groups")))
    client.post(of("end_proof", proof))
    assert GroupProof.unscoped.get().ended_at is not None


def test_other_countys_halls_limits_and_residents_are_not_there(desk, plan, limit, resident):
    client = desk(role="county_officer", place=FOREIGN[:6], name="外县")
    assert "影剧院" not in page(client.get(reverse("bookings:plans")))
    for where in (of("plan", plan), of("review", limit()), of("certify", resident())):
        assert client.get(where).status_code == 404


def test_village_worker_sees_limits_but_decides_none(desk, limit):
    row = limit()
    client = desk()
    assert of("review", row) not in page(client.get(reverse("bookings:limits")))
    assert client.get(of("review", row)).status_code == 403
    assert not re.search("爽约规则</a>", page(client.get(reverse("bookings:limits"))))


def test_pasted_list_is_tried_then_entered_once(desk, lesson, resident):
    session, bucket = lesson
    one = resident()
    with writing.allowed("test"):
        Resident.unscoped.filter(pk=one.pk).update(phone="13900001234")
    book(bucket, "甲", "乙", "丙")
    client = desk()
    where = reverse("bookings:import", args=[session.county, session.pk])
    form = {"bucket": str(bucket.pk), "names": "李奶奶\t13900001234\t老年人\n\n王五，成人"}
    tried = page(client.post(where, form | {"try": "1"}))
    assert "试的结果，还没有导入" in tried
    assert (tried.count("已报名"), tried.count("候补中")) == (1, 1)
    assert Booking.unscoped.count() == 1
    for _ in range(2):
        assert "已导入 2 行" in page(client.post(where, form | {"enter": "1"}))
    assert Booking.unscoped.count() == 3
    assert Booking.unscoped.get(resident=one).state == "confirmed"
    assert "请粘贴名单" in page(client.post(where, form | {"names": " "}), 422)

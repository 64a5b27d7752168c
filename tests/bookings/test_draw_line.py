"""A waiting line by draw, and why nobody is offered anything."""

import hashlib

import pytest

from qunwen.base.scope import context
from qunwen.services.bookings import actions, errors, queries
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Booking

from .conftest import CLERK


def about(hall, later=0):
    import datetime as dt

    return {"bucket": hall.fresh(), "by": CLERK, "at": hall.at + dt.timedelta(minutes=later)}


def drawn(hall, seed="2026-11-23 排列五 83105"):
    with context.everything(reason="test"):
        actions.freeze_line(**about(hall))
        return actions.draw_line(seed=seed, source="中国体育彩票公告", **about(hall))


@pytest.fixture
def line(hall, people):
    """One place, taken; six in line."""
    hall.open(size=1, line_order="draw")
    holder, *others = people(7)
    first = hall.book(holder)
    return first, [hall.book(one, later=n) for n, one in enumerate(others, 1)]


def test_nobody_is_served_before_the_draw(hall, line, people):
    first, waiting = line
    hall.do(actions.cancel, first, later=10)
    assert {hall.state(b) for b in waiting} == {State.WAITING}
    late = hall.book(*people(), later=11)
    assert late.state == State.WAITING  # a free place is no short cut past those who wait for the draw
    assert queries.why_nobody_is_offered(hall.fresh(), hall.at) == "候补次序要抽签，还没有抽。"


def test_drawn_order_is_what_anybody_computes(hall, line):
    first, waiting = line
    bucket = drawn(hall)
    ids = sorted(str(b.pk) for b in waiting)
    listed = hashlib.sha256("".join(f"{one}\n" for one in ids).encode()).hexdigest()
    assert bucket.line_hash == listed

    def number(one):
        return hashlib.sha256(f"{bucket.line_seed}\n{listed}\n{one}".encode()).hexdigest()

    order = sorted(ids, key=number)
    proof = queries.line_proof(bucket)
    assert [(one, lot) for one, lot, _state in proof.entries] == [(one, number(one)) for one in order]
    rows = {str(b.pk): b for b in Booking.unscoped.filter(state=State.WAITING)}
    assert [queries.waiting_position(rows[one]) for one in order] == [1, 2, 3, 4, 5, 6]
    hall.do(actions.cancel, first, later=10)
    assert Booking.unscoped.get(state=State.OFFERED).pk == rows[order[0]].pk


def test_who_joins_after_the_list_was_frozen_stands_behind(hall, line, people):
    with context.everything(reason="test"):
        actions.freeze_line(**about(hall))
    early, late = (hall.book(*people(), later=n) for n in (20, 21))
    with context.everything(reason="test"):
        actions.draw_line(seed="7", source="骰子", **about(hall))
    assert [queries.waiting_position(Booking.unscoped.get(pk=b.pk)) for b in (early, late)] == [7, 8]


def test_seed_is_said_once_and_only_after_the_list_is_frozen(hall, line):
    with context.everything(reason="test"), pytest.raises(errors.BucketRefused, match="先锁定"):
        actions.draw_line(seed="1", source="骰子", **about(hall))
    drawn(hall, seed="1")
    with context.everything(reason="test"):
        actions.draw_line(seed="1", source="骰子", **about(hall))
        with pytest.raises(errors.BucketRefused, match="不能再抽"):
            actions.draw_line(seed="2", source="骰子", **about(hall))
        with pytest.raises(errors.BucketRefused, match="来源"):
            actions.draw_line(seed="2", source=" ", **about(hall))


def test_who_left_before_the_draw_is_never_served(hall, line):
    first, waiting = line
    with context.everything(reason="test"):
        actions.freeze_line(**about(hall))
    hall.do(actions.cancel, waiting[0], later=10)
    with context.everything(reason="test"):
        actions.draw_line(seed="1", source="骰子", **about(hall))
    hall.do(actions.cancel, first, later=11)
    assert hall.state(waiting[0]) == State.CANCELLED
    assert Booking.unscoped.filter(state=State.OFFERED).count() == 1


def test_line_in_order_is_not_drawn(hall, people):
    hall.open(size=1)
    with context.everything(reason="test"), pytest.raises(errors.BucketRefused, match="按先后"):
        actions.freeze_line(**about(hall))


def test_empty_line_is_not_frozen(hall):
    hall.open(size=1, line_order="draw")
    with context.everything(reason="test"), pytest.raises(errors.BucketRefused, match="没有人候补"):
        actions.freeze_line(**about(hall))


def test_line_by_draw_serves_newcomers_while_nobody_waits(hall, people):
    one, two = people(2)
    hall.open(size=2, line_order="draw")
    assert [hall.book(one).state, hall.book(two).state] == [State.CONFIRMED, State.CONFIRMED]


def test_everybody_can_see_why_no_offer_went_out(hall, people):
    """pretix #3628: nobody could tell why the line did not move."""
    one, two, *family = people(2), people(), *people(2, same_home=True)
    hall.open(size=2)
    at = hall.at
    assert queries.why_nobody_is_offered(hall.bucket, at) == ""
    first, second = (hall.book(p) for p in one)
    hall.book(*family, later=1)
    assert queries.why_nobody_is_offered(hall.fresh(), at) == "没有空名额，要等有人退出。"
    hall.do(actions.cancel, first, later=2)
    assert "放不下" in queries.why_nobody_is_offered(hall.fresh(), at)
    hall.book(*two, later=3)
    hall.do(actions.cancel, second, later=4)
    with context.everything(reason="test"):
        actions.close_bucket(**about(hall))
    assert queries.why_nobody_is_offered(hall.fresh(), at) == "已停止报名，恢复后先通知候补的人。"
    with context.everything(reason="test"):
        actions.reopen_bucket(**about(hall))
    assert queries.why_nobody_is_offered(hall.fresh(), hall.bucket.starts_at) == "已经开始，不再通知候补。"


def test_second_wave_serves_those_who_lost_in_the_first(hall, people):
    """pretix #1391: each wave had a line of its own, and the losers of the first were passed over."""
    hall.open(size=1)
    _holder, *losers = people(3)
    hall.book(_holder)
    waiting = [hall.book(one, later=n) for n, one in enumerate(losers, 1)]
    with context.everything(reason="test"):
        actions.resize_bucket(size=3, **about(hall))
    assert [hall.state(b) for b in waiting] == [State.OFFERED, State.OFFERED]
    assert hall.book(*people(), later=9).state == State.WAITING

"""Opening hours, closures, blackouts, seasons; free hours; what is to be repaired."""

import datetime as dt

import pytest

from qunwen.base.scope import context, writing
from qunwen.base.scope.clock import local
from qunwen.services.bookings.actions import certify_group
from qunwen.services.rooms import actions, openings, queries
from qunwen.services.rooms.enums import State
from qunwen.services.rooms.errors import RoomClosed, RoomRefused, SeasonKept
from qunwen.services.rooms.models import OfferedHours, Resource
from qunwen.services.venues.models import Closure, SpecialDay

from .conftest import BY, DAY, by_resident, hour


def hours(stretches):
    return [(f"{local(a):%H:%M}", f"{local(b):%H:%M}") for a, b in stretches]


def closed(venue, first, last, reason="检修"):
    with writing.allowed("test"):
        Closure.unscoped.create(
            venue=venue, starts_at=first, ends_at=last, reason=reason, announced_at=hour(0), announced_by=None
        )


def fresh(row):
    return queries.with_hours(Resource.unscoped.filter(county=row.county, pk=row.pk)).get()


def test_only_opening_hours_can_be_reserved_and_closures_count(hall, venue, reserve):
    room = hall()
    closed(venue, hour(10), hour(11))
    with writing.allowed("test"):
        SpecialDay.unscoped.create(venue=venue, day=DAY + dt.timedelta(days=1), note="清明")
    for first, last in ((8, 10), (11, 13), (20, 22), (9, 11)):
        with pytest.raises(RoomClosed, match="不开放"):
            reserve(room, first, last)
    with pytest.raises(RoomClosed):
        reserve(room, 15, 16, day=DAY + dt.timedelta(days=1))
    assert reserve(room, 14, 21).state == State.CONFIRMED
    assert reserve(room, 11, 12).state == State.CONFIRMED


def test_free_hours_leave_room_for_the_buffers_of_both(hall, reserve, at):
    room = hall(buffer_minutes=15)
    reserve(room, 16, 17)
    row = fresh(room)
    assert hours(queries.free(row, DAY)) == [("09:00", "12:00"), ("14:00", "15:30"), ("17:30", "21:00")]
    assert hours(queries.free(row, DAY, at=hour(18, 7))) == [("18:15", "21:00")]
    assert queries.free_of([row], DAY)[row.pk] == queries.free(row, DAY)
    for begins, ends in queries.free(row, DAY):
        actions.reserve(resource=room, starts_at=begins, ends_at=ends, title="排练", key=f"{begins}", by=BY, at=at)


def test_a_blackout_lifted_is_free_again(hall, reserve, at):
    room = hall()
    blackout = actions.block(resource=room, starts_at=hour(9), ends_at=hour(12), reason="刷墙", by=BY, at=at)
    with pytest.raises(RoomClosed, match="刷墙"):
        reserve(room, 9, 10)
    assert hours(queries.free(fresh(room), DAY)) == [("14:00", "21:00")]
    actions.unblock(blackout=blackout, by=BY, at=at)
    assert reserve(room, 9, 10).state == State.CONFIRMED
    with pytest.raises(RoomRefused):
        actions.block(resource=room, starts_at=hour(9), ends_at=hour(12), reason=" ", by=BY, at=at)


def test_a_season_keeps_days_for_named_uses_until_so_many_days_before(hall, venue, person, at):
    room, someone = hall(), person()

    def ask(use, when, key):
        return actions.reserve_for_resident(
            resource=room, resident=someone, starts_at=hour(9), ends_at=hour(10), title="练舞", use=use, key=key,
            by=by_resident(someone), at=when,
        )  # fmt: skip

    season = actions.set_season(
        of=venue,
        title="春晚排练季",
        starts_on=DAY,
        ends_on=DAY,
        kept_for=["show", "team"],
        opens_days_before=3,
        by=BY,
        at=at,
    )
    assert openings.said(season) == "演出和展览、登记的文艺团队"
    with pytest.raises(SeasonKept, match="04-03 起对所有人开放"):
        ask("meeting", hour(0, day=DAY - dt.timedelta(days=3)) - dt.timedelta(seconds=1), "a")
    show = ask("show", at, "b")
    actions.release_own(reservation=show, resident=someone, by=by_resident(someone), at=at)
    assert ask("meeting", hour(0, day=DAY - dt.timedelta(days=3)), "c").use == "meeting"
    actions.end_season(season=season, by=BY, at=at)
    assert openings.seasons_on(fresh(room), DAY) == []


def test_a_season_for_a_certified_group_lets_its_members_in(hall, person, everything, at):
    room, member, other = hall(), person("王大爷", born=1990), person("李四", born=1990)
    actions.set_season(
        of=room,
        title="助残季",
        starts_on=DAY,
        ends_on=DAY,
        kept_for=["group:disabled"],
        opens_days_before=None,
        by=BY,
        at=at,
    )
    certify_group(resident=member, group="disabled", basis="残疾人证", since=dt.date(2026, 1, 1), by=BY, at=at)
    about = {"resource": room, "starts_at": hour(9), "ends_at": hour(10), "title": "活动", "at": at}
    with pytest.raises(SeasonKept, match="只留给：残疾人"):
        _as_resident(other, about)
    assert _as_resident(member, about).resident == member


def _as_resident(person, about):
    with context.opened(context.resident(frozenset({person.pk}), county=person.county)):
        return actions.reserve_for_resident(resident=person, key=str(person.pk), by=by_resident(person), **about)


def test_a_season_without_anybody_named_is_refused_at_its_field(hall, at):
    with pytest.raises(RoomRefused) as refused:
        actions.set_season(
            of=hall(), title="x", starts_on=DAY, ends_on=DAY, kept_for=[], opens_days_before=None, by=BY, at=at
        )
    assert list(refused.value.message_dict) == ["kept_for"]


def test_what_stands_in_a_closed_venue_comes_with_where_it_could_go(hall, venue, resource, reserve, at):
    small, large, far = hall("小教室", capacity=10), hall("大教室", capacity=40), resource("room", "区文化馆多功能厅")
    taken = reserve(small, 9, 11, about=actions.About(people=20))
    fits = reserve(hall("舞蹈室"), 15, 16)
    actions.block(resource=small, starts_at=hour(8), ends_at=hour(13), reason="漏水", by=BY, at=at)
    (found,) = queries.affected(at=at)
    assert (found.reservation, "漏水" in found.why) == (taken, True)
    assert [p.resource.title for p in found.proposals] == ["舞蹈室", "大教室", "区文化馆多功能厅"]
    best = found.proposals[1]
    moved = actions.move(
        reservation=taken, to=best.resource, starts_at=best.starts_at, ends_at=best.ends_at, key="m", by=BY, at=at
    )
    taken.refresh_from_db()
    assert (taken.state, taken.moved_to, moved.resource, moved.people) == (State.MOVED, moved, large, 20)
    assert queries.affected(at=at) == []
    assert fits.state == State.CONFIRMED
    assert far.active


def test_without_another_room_the_same_one_on_another_day_is_proposed_but_never_for_a_piece_of_a_bundle(
    hall, resource, reserve, at
):
    room, van = hall(), resource()
    reserve(room, 9, 10)
    actions.reserve_bundle(
        resources=[room, van], starts_at=hour(15), ends_at=hour(16), title="晚会", key="b", by=BY, at=at
    )
    actions.block(resource=room, starts_at=hour(0), ends_at=hour(24), reason="年检", by=BY, at=at)
    alone, piece = queries.affected(at=at)
    assert [(p.resource, p.starts_at) for p in alone.proposals] == [(room, hour(9, day=DAY + dt.timedelta(days=1)))]
    assert piece.proposals == []


def test_a_move_to_a_taken_time_leaves_everything_as_it_was(hall, reserve, at):
    room, other = hall(), hall("教室")
    row = reserve(room, 9, 10)
    reserve(other, 9, 10)
    with pytest.raises(RoomRefused):
        actions.move(reservation=row, to=other, starts_at=hour(9), ends_at=hour(10), key="m", by=BY, at=at)
    row.refresh_from_db()
    assert (row.state, queries.is_free(room, hour(9), hour(10))) == (State.CONFIRMED, False)


def test_offered_hours_are_cut_into_pieces_worth_coming_for(hall, reserve, at):
    room = hall()
    reserve(room, 15, 20)
    made = actions.offer_unused(resource=fresh(room), day=DAY, by=BY, at=at)
    assert hours((o.starts_at, o.ends_at) for o in made) == [
        ("09:00", "11:00"),
        ("11:00", "12:00"),
        ("14:00", "15:00"),
        ("20:00", "21:00"),
    ]
    assert actions.offer_unused(resource=fresh(room), day=DAY, by=BY, at=at) == []
    assert OfferedHours.unscoped.filter(county=room.county).count() == 4

"""Residents reserve and release, codes open doors, no-shows give time back, troupes take empty hours; what is counted."""

import datetime as dt

import pytest

from qunwen.base.measures.declare import get
from qunwen.base.measures.periods import Period
from qunwen.base.notices.models import Notice
from qunwen.base.scope import context, writing
from qunwen.base.scope.asking import Forbidden
from qunwen.services.rooms import actions, queries, tasks
from qunwen.services.rooms.enums import OfferState, State
from qunwen.services.rooms.errors import NotYours, RoomRefused, RoomTaken, WrongTimes
from qunwen.services.rooms.models import OfferedHours, Reservation
from qunwen.services.venues.models import DaysCounted

from .conftest import BY, COUNTY, DAY, by_resident, hour


@pytest.fixture
def ask(at):
    """A resident reserves, seen with a resident's eyes."""
    made = iter(range(1000))

    def run(room, person, first=9, last=10, *, day=DAY, key="", **more):
        with context.opened(context.resident(frozenset({person.pk}), county=COUNTY)):
            return actions.reserve_for_resident(
                resource=room, resident=person, starts_at=hour(first, day=day), ends_at=hour(last, day=day),
                title="练舞", key=key or f"r{next(made)}", by=by_resident(person), at=at, **more,
            )  # fmt: skip

    return run


def test_a_resident_reserves_within_the_rules_and_releases_in_one_tap(hall, person, ask, at):
    room, mother = hall(longest_minutes=120, ahead_days=40), person()
    row = ask(room, mother, key="page")
    assert (row.state, row.resident, len(row.code), ask(room, mother, key="page")) == ("confirmed", mother, 6, row)
    with pytest.raises(WrongTimes, match="最长预约 120 分钟"):
        ask(room, mother, 14, 17)
    with pytest.raises(WrongTimes, match="最多提前 40 天"):
        ask(room, mother, day=DAY + dt.timedelta(days=30))
    with pytest.raises(RoomRefused, match="最多容纳 30 人"):
        ask(room, mother, 14, 15, people=31)
    with pytest.raises(RoomTaken):
        ask(room, person("李四"))
    for _again in range(2):
        done = actions.release_own(reservation=row, resident=mother, by=by_resident(mother), at=at)
        assert done.state == State.RELEASED
    assert queries.is_free(room, hour(9), hour(10))


def test_nobody_holds_more_than_five_at_once_nor_releases_for_another(hall, person, ask, at):
    room, mother, other = hall(), person(), person("李四")
    rows = [ask(room, mother, day=DAY + dt.timedelta(days=n)) for n in range(5)]
    with pytest.raises(RoomRefused, match="已有 5 个预约"):
        ask(room, mother, day=DAY + dt.timedelta(days=6))
    with pytest.raises(NotYours):
        actions.release_own(reservation=rows[0], resident=other, by=by_resident(other), at=at)
    with context.opened(context.resident(frozenset({other.pk}), county=COUNTY)), pytest.raises(Forbidden):
        actions.release_own(reservation=rows[0], resident=mother, by=by_resident(other), at=at)


def test_staff_rooms_are_not_for_residents_and_team_rooms_only_for_teams(hall, person, team, ask):
    mother = person()
    with pytest.raises(NotYours, match="请工作人员预约"):
        ask(hall(open_to="staff"), mother)
    dancers, room = team(leader=mother), hall("团队室", open_to="teams")
    with pytest.raises(NotYours, match="只对登记的文艺团队"):
        ask(room, mother)
    with pytest.raises(NotYours, match="负责人"):
        ask(room, person("李四"), team=dancers)
    row = ask(room, mother, team=dancers)
    assert (row.team, row.use) == (dancers, "rehearsal")


def test_approval_keeps_the_time_and_tells_the_resident(hall, person, ask, at):
    room, mother = hall(needs_approval=True), person(phone="13800000001")
    first, second = ask(room, mother), ask(room, mother, 14, 15)
    assert (first.state, list(queries.waiting())) == (State.ASKED, [first, second])
    with pytest.raises(RoomTaken):
        ask(room, person("李四"))
    assert actions.approve(reservation=first, by=BY, at=at).state == State.CONFIRMED
    actions.refuse(reservation=second, reason="有演出", by=BY, at=at)
    assert queries.is_free(room, hour(14), hour(15))
    told = " ".join(Notice.unscoped.filter(county=COUNTY).order_by("pk").values_list("text", flat=True))
    assert (first.code in told, "没有批准：有演出" in told) == (True, True)


def test_a_code_checks_in_from_half_an_hour_before_and_only_its_own(hall, person, ask):
    room, other = hall(), hall("教室")
    row = ask(room, person())
    wrong = "000000" if row.code != "000000" else "111111"
    for where, code, when in (
        (room, row.code, hour(8, 29)),
        (room, wrong, hour(9)),
        (other, row.code, hour(9)),
        (room, row.code, hour(10)),
    ):
        with pytest.raises(RoomRefused, match="没有对上"):
            actions.check_in_by_code(resource=where, code=code, by=BY, at=when)
    spaced = f" {row.code[:3]} {row.code[3:]}"
    assert actions.check_in_by_code(resource=room, code=spaced, by=BY, at=hour(8, 30)).state == State.USED


def test_time_nobody_came_for_is_free_again_but_lessons_and_rooms_without_a_door_are_left(
    hall, person, ask, reserve, settings
):
    settings.QUNWEN_ROOM_NO_SHOW_MINUTES = 20
    room, plain = hall(door_check=True), hall("教室")
    missed = ask(room, person())
    lesson = reserve(room, 10, 11, subject_type="school.lesson", subject_id=missed.pk)
    kept, here = reserve(plain, 9, 10), reserve(room, 11, 12)
    actions.check_in(reservation=here, by=BY, at=hour(11, 5))
    assert tasks.release_missed(at=hour(9, 19)) == 0
    assert tasks.release_missed(at=hour(9, 20)) == 1
    assert tasks.release_missed(at=hour(11, 40)) == 0
    states = {row.pk: row.state for row in Reservation.unscoped.filter(county=COUNTY)}
    assert states == {missed.pk: "missed", lesson.pk: "confirmed", kept.pk: "confirmed", here.pk: "used"}
    assert reserve(room, 9, 10).state == State.CONFIRMED
    told = Notice.unscoped.filter(county=COUNTY).order_by("pk").values_list("text", flat=True)
    assert [("约好了" in one, "没有签到" in one) for one in told] == [(True, False), (False, True)]
    settings.QUNWEN_ROOM_NO_SHOW_MINUTES = 0
    assert tasks.release_missed(at=hour(9, 50)) == 0


def test_of_two_troupes_one_takes_the_offered_hours_without_approval(hall, person, team, at):
    room = hall(needs_approval=True, offers_ahead=2)
    eve = hour(2, day=DAY - dt.timedelta(days=2))
    assert tasks.offer_unused(at=eve) == 6
    assert tasks.offer_unused(at=eve) == 0
    first = queries.offers(county=COUNTY, at=at).first()
    dancers, singers = team(), team("东街合唱团", person("王五"))

    def take(troupe, key):
        leader = troupe.leader
        with context.opened(context.resident(frozenset({leader.pk}), county=COUNTY)):
            return actions.take_offer(
                offer=first, team=troupe, resident=leader, key=key, by=by_resident(leader), at=eve
            )

    row = take(dancers, "a")
    assert (row.state, row.team, row.people, take(dancers, "a")) == (State.CONFIRMED, dancers, 16, row)
    with pytest.raises(RoomTaken, match="别的团队领走"):
        take(singers, "b")
    first.refresh_from_db()
    assert (first.state, first.reservation, first.by_rule) == (OfferState.TAKEN, row, True)
    with pytest.raises(RoomTaken):
        actions.withdraw_offer(offer=first, by=BY, at=eve)
    assert room.active


def test_an_offer_holds_nothing_and_is_refused_once_the_hours_are_gone(hall, team, reserve, at):
    room = hall()
    offer = actions.offer_hours(resource=room, starts_at=hour(9), ends_at=hour(11), by=BY, at=at)
    with pytest.raises(RoomTaken, match="已经提供过"):
        actions.offer_hours(resource=room, starts_at=hour(10), ends_at=hour(12), by=BY, at=at)
    reserve(room, 10, 11)
    dancers = team()
    with pytest.raises(RoomTaken):
        actions.take_offer(
            offer=offer, team=dancers, resident=dancers.leader, key="a", by=by_resident(dancers.leader), at=at
        )
    assert OfferedHours.unscoped.get(county=COUNTY).state == OfferState.OPEN
    assert actions.withdraw_offer(offer=offer, by=BY, at=at).state == OfferState.WITHDRAWN


def test_a_team_is_registered_once_and_struck_off(person, team, at):
    dancers = team()
    with pytest.raises(RoomRefused) as refused:
        team()
    assert list(refused.value.message_dict) == ["name"]
    for _again in range(2):
        assert actions.end_team(team=dancers, by=BY, at=at).ended_at == at
    assert team().pk != dancers.pk


def test_what_is_still_ahead_of_a_series_is_released_together(resource, at):
    van = resource()
    series = actions.reserve_series(
        resource=van, starts_at=hour(9), ends_at=hour(10), times=3, title="排练", key="s", by=BY, at=at
    )
    assert actions.release_together(of=series, by=BY, at=hour(12), reason="停排") == 2
    assert actions.release_together(of=series, by=BY, at=hour(12), reason="停排") == 0
    states = Reservation.unscoped.filter(county=COUNTY).order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["confirmed", "released", "released"]


def test_measures_tell_minutes_open_reserved_used_and_who_did_not_come(hall, reserve, settings):
    month = Period.of("2026-04")
    room = hall(door_check=True)
    used = reserve(room, 9, 11, about=actions.About(use="rehearsal"))
    reserve(room, 14, 15, about=actions.About(use="meeting"))
    actions.check_in(reservation=used, by=BY, at=hour(9))
    tasks.release_missed(at=hour(14, 20))
    asked = hall("要批的", needs_approval=True)
    with writing.allowed("test"):
        DaysCounted.unscoped.create(county=COUNTY, until=dt.date(2026, 4, 3))

    def told(code):
        rows = list(get(code).rows(county=COUNTY, month=month))
        return sum(row.value for row in rows), sorted(row.dims.get("use", "") for row in rows)

    assert told("rooms.minutes_open") == (2 * 2 * (3 + 7) * 60, ["", ""])
    assert told("rooms.minutes_reserved") == (180, ["meeting", "rehearsal"])
    assert told("rooms.minutes_used") == (120, ["rehearsal"])
    assert told("rooms.reservations") == (2, ["meeting", "rehearsal"])
    assert told("rooms.no_shows") == (1, ["meeting"])
    assert asked.needs_approval

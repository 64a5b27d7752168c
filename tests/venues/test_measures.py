"""What the register of facilities counts, and that every change of it is counted again."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from qunwen.base.journal.actors import Actor
from qunwen.base.measures import declare, rollup
from qunwen.base.measures.enums import State
from qunwen.base.measures.models import MeasureTouch
from qunwen.base.measures.periods import Period
from qunwen.base.people.models import Unit
from qunwen.base.scope.codes import Level
from qunwen.services.venues import actions, tasks
from qunwen.services.venues.models import DaysCounted, Venue, WeeklyHours

BY = Actor(kind="command", id=None, name="测试")
TOWN, VILLAGE, OTHER = "510112001", "510112001001", "510112001002"
T = dt.time
JUNE = Period.of("2026-06")


@pytest.fixture
def unit(places, door):
    return Unit.unscoped.create(name="龙泉街道综合文化站", kind="station", place=places[TOWN])


@pytest.fixture
def open_venue(places, unit, at, everything):
    """A facility with hours: open_venue("station", TOWN, area="320.5", days=range(5), hours=((9, 17),))."""

    def run(kind, place, days=(), hours=(), **details):
        venue = actions.register_venue(
            name=f"{place}{kind}{Venue.unscoped.count()}", kind=kind, place=places[place], unit=unit, by=BY, at=at, **details
        )  # fmt: skip
        week = [(day, T(first), T(last)) for day in days for first, last in hours]
        if week:
            actions.set_weekly_hours(venue=venue, hours=week, by=BY, at=at)
        return venue

    return run


def rows(code, month="2026-06", dims=()):
    found = declare.get(code).rows(county="510112", month=Period.of(month))
    return sorted((row.place, row.value, *(row.dims[name] for name in dims)) for row in found)


def cell(measure, period="2026-06", root=TOWN, level=Level.TOWN, **more):
    return rollup.cells(measures=measure, root=root, level=level, periods=[period], **more)[0]


def test_facilities_are_counted_from_opening_until_taken_out_of_use(open_venue, at):
    venue = open_venue("station", TOWN, opened_on=dt.date(2026, 2, 10))
    actions.retire_venue(venue=venue, on=dt.date(2026, 7, 1), by=BY, at=at)
    found = {m: rows("venues.count", m) for m in ("2026-01", "2026-02", "2026-06", "2026-07")}
    assert found == {"2026-01": [], "2026-02": [(TOWN, 1)], "2026-06": [(TOWN, 1)], "2026-07": []}


def test_a_facility_is_split_by_what_the_register_says(open_venue):
    open_venue("station", TOWN, days=(0, 5, 6), hours=((9, 12),), area="300", accessibility=["ramp"])
    open_venue("square", VILLAGE, free_open=False, days=(5,), hours=((9, 12),), latitude="30.5", longitude="104.2")
    dims = ("kind", "free", "restday", "accessible", "mapped", "sized")
    assert rows("venues.count", dims=dims) == [
        (TOWN, 1, "station", "yes", "both", "yes", "no", "yes"),
        (VILLAGE, 1, "square", "no", "one", "no", "yes", "no"),
    ]


def test_areas_are_exact_hundredths(open_venue):
    open_venue("station", TOWN, area=Decimal("320.55"))
    assert (rows("station.area"), rows("venues.area", dims=["kind"])) == ([(TOWN, 32055)], [(TOWN, 32055, "station")])


def test_a_station_without_area_is_missing_and_not_zero(open_venue):
    open_venue("station", TOWN)
    open_venue("village_room", VILLAGE, area="80")
    found = cell("station.area")
    assert (found.state, found.value, found.missing) == (State.NOT_REPORTED, None, (TOWN,))


def test_a_village_without_a_hall_owes_none_but_one_without_a_room_does(open_venue):
    open_venue("hall", VILLAGE, area="210")
    open_venue("village_room", VILLAGE, area="80")
    halls, own_rooms = cell("hall.area"), cell("village_room.area")
    assert (halls.value, halls.reported, halls.expected, halls.missing) == (21000, 1, 1, ())
    assert (own_rooms.value, own_rooms.reported, own_rooms.expected, own_rooms.missing) == (8000, 1, 2, (OTHER,))
    assert cell("hall.area", root=OTHER, level=Level.VILLAGE).state == State.NOT_APPLICABLE


def test_weekly_hours_are_the_pattern_in_force_and_the_best_of_a_place(open_venue, door):
    venue = open_venue("station", TOWN, days=range(5), hours=((9, 12), (14, 17)))
    open_venue("station", TOWN, days=(5,), hours=((9, 17),))
    WeeklyHours.unscoped.create(
        venue=venue, weekday=6, opens=T(9), closes=T(11), valid_from=dt.date(2026, 6, 1), valid_to=dt.date(2026, 9, 1)
    )
    assert rows("station.weekly_hours") == [(TOWN, 480), (TOWN, 1920)]
    assert rows("station.weekly_hours", "2026-05") == [(TOWN, 480), (TOWN, 1800)]
    assert cell("station.weekly_hours").value == 1920


def test_open_days_follow_the_calendar_as_far_as_it_is_counted(open_venue, at):
    venue = open_venue("library", "510112", days=range(6), hours=((9, 17),))
    assert rows("library.open_days") == []
    actions.count_days(county="510112", until=dt.date(2026, 6, 15), by=BY, at=at)
    # 1 to 14 June 2026: twelve weekdays and Saturdays, two Sundays.
    assert rows("library.open_days") == [("510112", 12)]
    actions.set_special_day(venue=venue, day=dt.date(2026, 6, 7), stretch=(T(9), T(12)), note="", by=BY, at=at)
    actions.set_special_day(venue=venue, day=dt.date(2026, 6, 8), stretch=None, note="", by=BY, at=at)
    actions.announce_closure(
        venue=venue, starts_at=dt.datetime(2026, 6, 9, 16, tzinfo=dt.UTC), by=BY, at=at, reason="检修",
        ends_at=dt.datetime(2026, 6, 11, 16, tzinfo=dt.UTC),
    )  # fmt: skip
    assert rows("library.open_days") == [("510112", 10)]
    assert rows("library.open_days", "2026-07") == []


def test_closures_are_split_by_how_early_they_were_announced(open_venue, at):
    venue = open_venue("station", TOWN)
    for days in (8, 5, 4, 1, 0):
        starts = dt.datetime(2026, 6, 20, 1, tzinfo=dt.UTC)
        told = starts - dt.timedelta(days=days)
        actions.announce_closure(
            venue=venue, starts_at=starts, ends_at=starts + dt.timedelta(hours=9), reason="检修", by=BY, at=told
        )
    found = rows("venues.closures", dims=["ahead"])
    assert found == [(TOWN, 1, code) for code in ("d0", "d1", "d3", "d5", "d7")]


def test_e_reading_rooms_and_stations_without_one(open_venue, at):
    venue = open_venue("station", TOWN, days=range(7), hours=((9, 15),))
    assert (rows("e_reading.area"), rows("e_reading.seats"), rows("e_reading.weekly_hours")) == ([(TOWN, 0)],) * 1 + (
        [(TOWN, 0)],
        [(TOWN, 0)],
    )
    actions.add_room(venue=venue, name="电子阅览室", kind="e_reading", by=BY, at=at, area=Decimal(60), capacity=12)
    assert (rows("e_reading.area"), rows("e_reading.seats"), rows("e_reading.weekly_hours")) == (
        [(TOWN, 6000)],
        [(TOWN, 12)],
        [(TOWN, 2520)],
    )
    assert rows("venues.seats", dims=("kind", "venue")) == [(TOWN, 12, "e_reading", "station")]


def touched(call):
    """The touches of a call, as if it were a transaction of its own (one touch a key is written in each)."""
    connection.run_on_commit.clear()
    before = set(MeasureTouch.unscoped.values_list("id", flat=True))
    call()
    found = MeasureTouch.unscoped.exclude(id__in=before)
    return sorted(found.values_list("month", "feed", "onward"))


def test_every_change_of_the_register_touches_what_it_feeds(open_venue, at):
    venue = open_venue("station", TOWN, opened_on=dt.date(2024, 5, 6))
    change = {"area": Decimal(90)}
    assert touched(lambda: actions.change_venue(venue=venue, new=change, by=BY, at=at)) == [
        ("2024-05", "venues.venue", True)
    ]
    sooner = {"opened_on": dt.date(2023, 1, 2)}
    assert touched(lambda: actions.change_venue(venue=venue, new=sooner, by=BY, at=at)) == [
        ("2023-01", "venues.venue", True)
    ]
    week = [(0, T(9), T(12))]
    assert touched(lambda: actions.set_weekly_hours(venue=venue, hours=week, by=BY, at=at)) == [
        ("2023-01", "venues.weeklyhours", True)
    ]
    assert touched(lambda: actions.add_room(venue=venue, name="一室", kind="dance", by=BY, at=at)) == [
        ("2023-01", "venues.room", True)
    ]
    ends = dt.datetime(2026, 7, 2, tzinfo=dt.UTC)
    starts = ends - dt.timedelta(days=5)
    assert touched(
        lambda: actions.announce_closure(venue=venue, starts_at=starts, ends_at=ends, reason="检修", by=BY, at=at)
    ) == [("2026-06", "venues.closure", False), ("2026-07", "venues.closure", False)]
    assert touched(lambda: actions.retire_venue(venue=venue, on=dt.date(2026, 8, 9), by=BY, at=at)) == [
        ("2026-08", "venues.venue", True)
    ]


def test_the_nightly_round_counts_yesterday_once(open_venue):
    open_venue("library", "510112", days=range(7), hours=((9, 17),))
    night = dt.datetime(2026, 6, 1, 16, 5, tzinfo=dt.UTC)  # 0:05 on 2 June in the county
    assert (tasks.count_yesterday(at=night), tasks.count_yesterday(at=night)) == (1, 0)
    assert DaysCounted.unscoped.get().until == dt.date(2026, 6, 2)
    assert rows("library.open_days") == [("510112", 1)]
    assert touched(lambda: tasks.count_yesterday(at=night + dt.timedelta(days=1))) == [
        ("2026-06", "venues.dayscounted", False)
    ]
    assert rows("library.open_days") == [("510112", 2)]

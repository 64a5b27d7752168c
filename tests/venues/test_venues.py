"""The register of venues and their hours."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.models import JournalEntry
from qunwen.base.people.models import Staff, Unit
from qunwen.base.scope import asking, context, writing
from qunwen.base.scope.context import Reach
from qunwen.services.venues import actions, queries
from qunwen.services.venues.models import Venue

EVENING = (dt.time(18), dt.time(21))


@pytest.fixture
def station(places, door):
    return Unit.unscoped.create(name="龙泉街道综合文化站", kind="station", place=places["510112001"])


@pytest.fixture
def worker(station):
    with writing.allowed("test"):
        person = Staff.unscoped.create(name="王敏", unit=station, place=station.place)
    return Actor(kind="staff", id=person.pk, name=person.name, unit=station.pk)


@pytest.fixture
def venue(station, worker, at, everything):
    return actions.register_venue(
        name="龙泉街道综合文化站", kind="station", place=station.place, unit=station, by=worker, at=at, area="820.50"
    )


def loaded(venue):
    return queries.with_hours(Venue.objects.all()).get(pk=venue.pk)


def test_registering_is_journalled_at_the_place(venue, worker):
    entry = JournalEntry.unscoped.get()
    assert (entry.code, entry.place, entry.actor_name, entry.subject_label) == (
        "venues.venue.registered",
        "510112001",
        "王敏",
        "龙泉街道综合文化站",
    )


def test_same_name_in_the_same_place_is_refused_at_the_field(venue, station, worker, at):
    with pytest.raises(ValidationError) as caught:
        actions.register_venue(
            name=" 龙泉街道综合文化站 ", kind="station", place=station.place, unit=station, by=worker, at=at
        )
    assert caught.value.message_dict == {"name": ["这个地方已有同名的阵地。"]}


def test_staff_of_another_county_may_not_change_it(venue, worker, at):
    with context.opened(context.staff({"venues.edit": (Reach("610327"),)})), pytest.raises(asking.Forbidden):
        actions.change_venue(venue=venue, new={"phone": "028-1"}, by=worker, at=at)
    venue.refresh_from_db()
    assert venue.phone == ""


def test_a_change_to_the_same_values_records_nothing(venue, worker, at):
    before = JournalEntry.unscoped.count()
    actions.change_venue(venue=venue, new={"name": venue.name}, by=worker, at=at)
    assert JournalEntry.unscoped.count() == before


def test_weekly_hours_of_a_day(venue, worker, at):
    actions.set_weekly_hours(
        venue=venue, hours=[(0, dt.time(9), dt.time(12)), (0, *EVENING), (5, dt.time(9), dt.time(17))], by=worker, at=at
    )
    monday = dt.date(2026, 3, 16)
    venue = loaded(venue)
    assert queries.hours_on(venue, monday).stretches == ((dt.time(9), dt.time(12)), EVENING)
    assert queries.hours_on(venue, monday + dt.timedelta(days=1)).open is False
    assert queries.weekly_minutes(venue, monday) == (3 + 3 + 8) * 60


@pytest.mark.parametrize(
    "hours",
    [
        [(0, dt.time(9), dt.time(9))],
        [(0, dt.time(9), dt.time(12)), (0, dt.time(11), dt.time(14))],
    ],
)
def test_overlapping_or_empty_hours_are_refused(venue, worker, at, hours):
    with pytest.raises(ValidationError):
        actions.set_weekly_hours(venue=venue, hours=hours, by=worker, at=at)


def test_a_special_day_replaces_the_weekday(venue, worker, at):
    day = dt.date(2026, 10, 1)
    actions.set_weekly_hours(venue=venue, hours=[(3, dt.time(9), dt.time(17))], by=worker, at=at)
    actions.set_special_day(venue=venue, day=day, stretch=EVENING, note="国庆开放", by=worker, at=at)
    found = queries.hours_on(loaded(venue), day)
    assert (found.stretches, found.note) == ((EVENING,), "国庆开放")


def test_an_announced_closure_wins_and_can_be_withdrawn(venue, worker, at):
    actions.set_weekly_hours(venue=venue, hours=[(d, dt.time(9), dt.time(17)) for d in range(7)], by=worker, at=at)
    starts = dt.datetime(2026, 3, 19, 16, tzinfo=dt.UTC)
    closure = actions.announce_closure(
        venue=venue, starts_at=starts, ends_at=starts + dt.timedelta(days=2), reason="电路检修", by=worker, at=at
    )
    day = dt.date(2026, 3, 20)
    assert queries.hours_on(loaded(venue), day).note == "电路检修"
    assert queries.open_at(loaded(venue), starts + dt.timedelta(hours=12)) is False
    actions.withdraw_closure(closure=closure, by=worker, at=at)
    assert queries.hours_on(loaded(venue), day).open is True


def test_a_closure_needs_a_reason_for_residents(venue, worker, at):
    with pytest.raises(ValidationError, match="请写明闭馆原因"):
        actions.announce_closure(
            venue=venue, starts_at=at, ends_at=at + dt.timedelta(hours=1), reason=" ", by=worker, at=at
        )


def test_the_public_sees_venues_in_use_only(venue, worker, at):
    with context.opened(context.PUBLIC):
        assert [v.name for v in queries.public_venues(text="文化站")] == ["龙泉街道综合文化站"]
    actions.retire_venue(venue=venue, on=dt.date(2026, 3, 1), by=worker, at=at)
    with context.opened(context.PUBLIC):
        assert queries.public_venues().count() == 0


def test_hours_of_many_venues_cost_the_same_queries(venue, station, worker, at, django_assert_num_queries):
    for number in range(3):
        actions.register_venue(
            name=f"分馆{number}", kind="library", place=station.place, unit=station, by=worker, at=at
        )
    with django_assert_num_queries(4):
        for row in queries.with_hours(Venue.objects.all()):
            queries.hours_on(row, dt.date(2026, 3, 20))


def test_distance_orders_venues(venue, station, worker, at):
    actions.change_venue(venue=venue, new={"latitude": "30.556900", "longitude": "104.274600"}, by=worker, at=at)
    far = actions.register_venue(
        name="远馆",
        kind="library",
        place=station.place,
        unit=station,
        by=worker,
        at=at,
        latitude="30.6",
        longitude="104.3",
    )
    venue.refresh_from_db()
    far.refresh_from_db()
    found = queries.by_distance([far, venue], latitude=30.5569, longitude=104.2746)
    assert [row.name for row, _metres in found] == ["龙泉街道综合文化站", "远馆"]
    assert found[0][1] == 0
    assert 5_200 < found[1][1] < 5_500

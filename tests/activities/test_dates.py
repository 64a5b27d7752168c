"""Recurring dates with clashes skipped, calendar feeds, plan against held."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from icalendar import Calendar

from qunwen.services.activities import actions, feeds, queries
from qunwen.services.activities.models import Session
from qunwen.services.activities.recurrence import Pattern
from qunwen.services.venues.actions import announce_closure, withdraw_closure

from .conftest import hour

MONDAYS = Pattern(
    first=dt.date(2026, 4, 6), last=dt.date(2026, 4, 27), start=dt.time(19), minutes=120, weekdays=frozenset({0})
)


def test_clashes_are_skipped_named_and_can_be_added_later(planned, county, at):
    closure = announce_closure(
        venue=county.venue, starts_at=hour(13, 0), ends_at=hour(14, 0), reason="检修", by=county.worker, at=at
    )
    made, skipped = actions.schedule_recurring(
        activity=planned, pattern=MONDAYS, skip_clashes=True, by=county.worker, at=at
    )
    assert [s.starts_at for s in made] == [hour(6, 19), hour(20, 19), hour(27, 19)]
    assert [(s.starts_at, s.reason) for s in skipped] == [(hour(13, 19), "阵地已公告闭馆")]
    withdraw_closure(closure=closure, by=county.worker, at=at)
    actions.schedule_session(activity=planned, starts_at=hour(13, 19), ends_at=hour(13, 21), by=county.worker, at=at)
    assert Session.unscoped.count() == 4


def test_a_clash_refuses_the_whole_when_it_may_not_be_skipped(planned, session, county, at):
    pattern = Pattern(first=dt.date(2026, 4, 5), last=dt.date(2026, 4, 12), start=dt.time(20), minutes=60)
    with pytest.raises(ValidationError, match="04-05 20:00"):
        actions.schedule_recurring(activity=planned, pattern=pattern, skip_clashes=False, by=county.worker, at=at)
    assert Session.unscoped.count() == 1


def test_another_activity_in_the_same_spot_is_a_clash(planned, session, county, at):
    other = actions.plan_activity(
        title="电影夜", kind="film", place=planned.place, unit=county.room, plan_year=2026, plan_month=4,
        venue=county.venue, by=county.worker, at=at,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="清明诗会"):
        actions.schedule_session(activity=other, starts_at=hour(5, 20), ends_at=hour(5, 22), by=county.worker, at=at)


def feed_of(*sessions):
    rows = Session.unscoped.select_related("activity__venue", "place").filter(pk__in=[s.pk for s in sessions])
    return Calendar.from_ical(feeds.calendar(rows, name="龙泉驿区", base_url="https://example.test"))


def test_a_feed_has_a_zone_and_stable_identity(session):
    feed = feed_of(session)
    zone = feed.walk("VTIMEZONE")[0]
    event = feed.walk("VEVENT")[0]
    assert str(zone["TZID"]) == "Asia/Shanghai"
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event["DTSTART"].dt == hour(5, 19)
    assert str(event["UID"]) == f"{session.pk}@example.test"
    assert (int(event["SEQUENCE"]), str(event["STATUS"])) == (0, "CONFIRMED")


def test_a_cancelled_date_stays_in_the_feed_as_cancelled(session, county, at):
    actions.cancel_session(session=session, reason="下雨", by=county.town, at=at)
    event = feed_of(session).walk("VEVENT")[0]
    assert (int(event["SEQUENCE"]), str(event["STATUS"])) == (1, "CANCELLED")
    assert "下雨" in str(event["DESCRIPTION"])


def test_plan_against_held_by_month(planned, session, county, at):
    actions.plan_activity(
        title="夏夜", kind="film", place=planned.place, unit=county.room, plan_year=2026, plan_month=7,
        by=county.worker, at=at,
    )  # fmt: skip
    actions.record_held(session=session, headcounts={"adult": 1}, by=county.worker, at=hour(5, 22))
    lines = {line.month: (line.planned, line.held) for line in queries.plan_by_month(2026, below="510112")}
    assert (lines[4], lines[7], lines[1]) == ((1, 1), (1, 0), (0, 0))
    assert queries.plan_by_month(2026, below="610327")[3].planned == 0


def test_search_by_words_and_place(planned, session, county, at, everything):
    found = queries.sessions_between(dt.date(2026, 4, 1), dt.date(2026, 5, 1), below="510112", text="诗会")
    assert [s.pk for s in found] == [session.pk]
    assert queries.sessions_between(dt.date(2026, 4, 1), dt.date(2026, 5, 1), text="舞").count() == 0
    assert queries.sessions_between(dt.date(2026, 4, 1), dt.date(2026, 5, 1), below="610327").count() == 0


@pytest.mark.parametrize("year", [1900, 1999, 2101])
def test_a_slip_in_the_year_is_told(planned, county, at, year):
    starts = dt.datetime(year, 6, 1, tzinfo=dt.UTC)
    with pytest.raises(ValidationError, match="2000 年到 2100 年") as told:
        actions.schedule_session(
            activity=planned, starts_at=starts, ends_at=starts + dt.timedelta(hours=1), by=county.worker, at=at
        )
    assert set(told.value.message_dict) == {"starts_at"}
    assert Session.unscoped.count() == 0

"""What anybody may read: home, lists, month, search, activity, venue; and what nobody may."""

import datetime as dt
import json
import re

import pytest
from django.urls import reverse

from qunwen.base.scope import clock
from qunwen.base.scope.ids import uuid7
from qunwen.faces.portal import listing

from .world import LONG, World


def text(response):
    return response.content.decode()


def titles(response):
    return [entry.session.activity.title for entry in response.context["entries"]]


def activity_page(client, session, **query):
    return client.get(reverse("portal:activity", args=[session.county, session.activity_id]), query)


@pytest.mark.parametrize(
    "path", ["/", "/activities/", "/calendar/", "/venues/", "/near/", "/search/", "/news/", "/help/", "/search/?q=书"]
)
def test_pages_are_read_without_account_cookie_or_session_row(town, reader, path):
    from django.contrib.sessions.models import Session

    response = reader.get(path)
    assert response.status_code == 200
    assert (dict(response.cookies), Session.objects.count()) == ({}, 0)


@pytest.mark.parametrize("path", ["/", "/activities/", "/calendar/", "/venues/", "/near/", "/search/", "/news/"])
def test_an_installation_without_county_says_how_to_begin(db, reader, path):
    assert "qunwen init" in text(reader.get(path))


def test_an_empty_county_says_what_will_be_here(bare, reader):
    assert "今天没有登记的活动" in text(reader.get("/"))
    assert "没有符合的活动" in text(reader.get("/activities/"))
    assert "还没有公告" in text(reader.get("/news/"))


def test_home_shows_today_and_the_weekend_of_the_county(town, reader):
    context = reader.get("/").context
    assert {entry.session.activity.title for entry in context["now"]} >= {"龙泉山水墨画展"}
    shown = {entry.session.activity.title for entry in [*context["now"], *context["later"], *context["near"]]}
    assert "还没有审核的活动" not in shown


def test_the_town_of_the_reader_is_remembered(town, reader):
    response = reader.get("/near/", {"place": "510112002"})
    assert titles(response) == ["坝坝电影：我和我的家乡"] * 3
    assert response.cookies["town"].value == "510112002"
    assert [e.session.activity.title for e in reader.get("/").context["near"]] == ["坝坝电影：我和我的家乡"] * 3


def test_near_sorts_venues_by_distance(town, reader):
    context = reader.get("/near/", {"lat": "30.557", "lng": "104.270"}).context
    assert [entry.metres for entry in context["venues"]] == [0, 0]


@pytest.mark.parametrize("query", ["lat=x&lng=y", "lat=nan&lng=1", "lat=999&lng=0", "place=999999999", "place=61"])
def test_a_position_that_is_none_is_ignored(town, reader, query):
    response = reader.get(f"/near/?{query}")
    assert (response.status_code, response.context["position"]) == (200, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("书", ["成人书法课", "桃花诗会"]),
        ("书法", ["成人书法课"]),
        ("sfk", ["成人书法课"]),
        ("电影 大面", []),
        ("电影 五星", ["坝坝电影：我和我的家乡"]),
        ("没有审核", []),
        ("%", []),
    ],
)
def test_search_finds_by_one_or_two_characters_and_initials(town, reader, query, found):
    assert titles(reader.get("/search/", {"q": query})) == found


@pytest.mark.parametrize(("query", "count"), [("文化站", 1), ("whz", 1), ("东街", 1), ("dj", 1), ("书架", 0)])
def test_search_finds_venues_by_name_and_initials(town, reader, query, count):
    assert len(reader.get("/search/", {"q": query}).context["venues"]) == count


def test_search_is_narrowed_by_town_kind_and_days(town, reader):
    assert titles(reader.get("/search/", {"kind": "film"})) == ["坝坝电影：我和我的家乡"]
    assert titles(reader.get("/search/", {"kind": "film", "when": "today"})) == []
    assert titles(reader.get("/search/", {"kind": "film", "place": "510112001"})) == []


@pytest.mark.parametrize("query", ["kind=nonsense", "place=../etc", "when=x", "day=2026-13-40", "page=999", "page=-1"])
def test_a_filter_nobody_knows_is_no_filter(town, reader, query):
    """As many as without it; how many that is depends on the hour: what began this evening has ended at night."""
    every = reader.get("/activities/").context["entries"]
    response = reader.get(f"/activities/?{query}")
    assert (response.status_code, len(response.context["entries"])) == (200, len(every))
    assert len(every) > 5


def test_the_words_searched_are_shown_as_text(town, reader):
    page = text(reader.get("/search/", {"q": "<script>alert(1)</script>"}))
    assert "<script>alert(1)" not in page


def test_the_month_counts_every_day_of_an_exhibition(town, reader):
    month = reader.get("/calendar/").context["month"]
    today = clock.today()
    counts = {day.day: day.count for week in month.weeks for day in week if day.in_month}
    assert counts[today] == 2
    late = [day for day in counts if today + dt.timedelta(days=1) == day]
    assert [counts[day] for day in late] == [2] * len(late)


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0001-01", "9999-12"])
def test_a_month_that_is_none_is_this_month(town, reader, month):
    assert reader.get("/calendar/", {"month": month}).context["month"].first == clock.today().replace(day=1)


def test_festivals_stand_in_the_month(town, reader):
    month = reader.get("/calendar/", {"month": "2026-09"}).context["month"]
    named = {str(day.day): day.festivals for week in month.weeks for day in week if day.festivals}
    assert named == {"2026-09-25": ["中秋节"]}
    reader.cookies["django_language"] = "en"
    assert "Mid-Autumn Festival" in reader.get("/calendar/", {"month": "2026-09"}).content.decode()


def test_the_weekend_is_the_coming_one_or_what_is_left_of_it():
    monday = dt.date(2026, 3, 9)
    assert listing.weekend_of(monday) == listing.Stretch(dt.date(2026, 3, 14), dt.date(2026, 3, 16))
    assert listing.weekend_of(dt.date(2026, 3, 15)) == listing.Stretch(dt.date(2026, 3, 15), dt.date(2026, 3, 16))


def test_an_activity_says_what_when_where_how_many_and_whom_to_ring(town, reader):
    page = text(activity_page(reader, town.course))
    for words in (
        "成人书法课",
        "东街社区文化室",
        "还剩 10 个名额",
        "tel:028-84850001",
        "报名这一场",
        "龙泉街道综合文化站",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("packed", "已满，可候补"), ("closed", "报名已截止"), ("off", "这一场取消了"), ("off", "有大雨"),
        ("put_off", "这一场延期了"), ("put_off", "花期推迟"),
    ],
)  # fmt: skip
def test_an_activity_says_what_has_become_of_it(town, reader, which, words):
    """pretix #5188: a line that was switched on stood nowhere on the page; here a full date says that one may wait."""
    assert words in text(activity_page(reader, getattr(town, which)))


def test_an_activity_nobody_published_is_not_there(town, reader, lin):
    url = reverse("portal:activity", args=["510112", town.hidden.pk])
    assert [client.get(url).status_code for client in (reader, lin)] == [404, 404]
    assert "还没有审核的活动" not in text(reader.get(url))


def test_an_activity_under_another_county_is_not_there(town, reader):
    for name in ("portal:activity", "portal:activity_calendar", "portal:sign_up"):
        key = town.course.pk if name == "portal:sign_up" else town.course.activity_id
        assert reader.get(reverse(name, args=["610327", key])).status_code == 404
        assert reader.get(reverse(name, args=["510112", uuid7()])).status_code == 404


def test_a_venue_shows_hours_closures_rooms_and_what_is_on(town, reader):
    page = text(reader.get(f"/venues/{town.world.station.pk}/"))
    for words in ("消防检修", "东街社区文化室", "多功能厅", "可容纳 150 人", "坡道", "tel:028-84850000"):
        assert words in page
    assert "成人书法课" in text(reader.get(f"/venues/{town.world.venue.pk}/"))


def test_a_venue_out_of_use_is_not_there(bare, reader):
    from qunwen.base.scope import writing

    with writing.allowed("test"):
        bare.venue.retired_on = clock.today()
        bare.venue.save()
    assert reader.get(f"/venues/{bare.venue.pk}/").status_code == 404


def test_a_page_that_changes_nothing_refuses_posts(town, reader):
    assert [reader.post(path).status_code for path in ("/", "/activities/", "/search/")] == [405, 405, 405]


def structured(response):
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', text(response), re.DOTALL)
    return json.loads(found.group(1))


def test_events_are_described_for_machines(town, reader):
    (event,) = structured(activity_page(reader, town.course))
    starts = clock.local(town.course.starts_at).isoformat(timespec="minutes")
    assert (event["@type"], event["startDate"], event["remainingAttendeeCapacity"]) == ("Event", starts, 10)
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["location"]["name"].startswith("东街社区文化室")
    assert event["offers"]["price"] == 0
    assert [
        structured(activity_page(reader, s))[0]["eventStatus"].rpartition("/")[2] for s in (town.off, town.put_off)
    ] == [
        "EventCancelled",
        "EventPostponed",
    ]


def test_structured_data_cannot_end_its_script(bare, reader):
    made = bare.activity("</script><script>alert(1)</script>")
    response = activity_page(reader, bare.date(made, 1))
    assert "<script>alert" not in text(response)
    assert structured(response)[0]["name"] == "</script><script>alert(1)</script>"


def test_long_names_are_whole_on_the_page(town, reader):
    assert LONG.replace("“", "") in text(activity_page(reader, listing_session(town.today))).replace("“", "")


def listing_session(activity):
    from qunwen.services.activities.models import Session

    return Session.unscoped.get(county=activity.county, activity=activity)


@pytest.mark.parametrize(
    "path", ["/", "/activities/", "/venues/", "/search/?q=课", "/near/?place=510112001", "/help/", "/calendar/"]
)
def test_lists_ask_as_often_for_one_row_as_for_three(bare, reader, django_assert_num_queries, path):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add(number):
        bare.bookable(f"书法课{number}", 5, days=number, hour=22)
        bare.new_venue(f"书画课堂{number}", "station", bare.village, phone="028-1")

    add(1)
    reader.get(path)
    with CaptureQueriesContext(connection) as first:
        reader.get(path)
    add(2)
    add(3)
    with django_assert_num_queries(len(first)):
        reader.get(path)


def test_reading_takes_few_queries(town, reader, django_assert_max_num_queries):
    for path, most in (("/", 15), ("/activities/", 10), ("/calendar/", 6), ("/venues/", 12)):
        with django_assert_max_num_queries(most):
            reader.get(path)


def test_language_is_simplified_unless_chosen(town, reader):
    assert '<html lang="zh-Hans"' in text(reader.get("/", headers={"accept-language": "en"}))
    response = reader.get("/?lang=en")
    assert ('<html lang="en"' in text(response), response.cookies["django_language"].value) == (True, "en")
    assert '<html lang="en"' in text(reader.get("/"))


def test_county_is_chosen_only_among_those_loaded(town, reader):
    assert "county" not in reader.post("/county/", {"county": "610327", "next": "//evil.example/"}).cookies
    response = reader.post("/county/", {"county": "510112", "next": "//evil.example/"})
    assert (response.headers["Location"], response.cookies["county"].value) == ("/", "510112")


def test_worlds_are_made_of_real_actions(town):
    from qunwen.base.journal.models import JournalEntry

    assert JournalEntry.unscoped.filter(code="activities.session.scheduled").count() >= 9
    assert isinstance(town.world, World)

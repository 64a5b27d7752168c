"""The day's sheet, sign-up of many dates at once, media reports taken back, exchange, what has not been opened."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunwen.base.scope import clock, context, writing
from qunwen.services.activities import actions
from qunwen.services.activities.models import Activity, MediaReport, Session
from qunwen.services.bookings.models import Bucket

from .people import COMMAND, TOWN


def of(name, row, *more):
    return reverse(f"activities:{name}", args=[row.county, row.pk, *more])


@pytest.fixture
def weekly(upcoming):
    """A published activity with three dates a week apart: (activity, sessions)."""
    row, first = upcoming()
    with context.everything(reason="test"):
        for week in (1, 2):
            start = first.starts_at + dt.timedelta(days=7 * week)
            actions.schedule_session(
                activity=row, starts_at=start, ends_at=start + dt.timedelta(hours=1), by=COMMAND, at=clock.now()
            )
    with writing.allowed("test"):
        Activity.unscoped.filter(pk=row.pk).update(state="published", published_at=clock.now())
    return row, list(Session.unscoped.order_by("starts_at"))


def test_the_days_sheet_has_every_date_of_the_day_with_its_places(desk, upcoming, foreign):
    _row, session = upcoming(sizes={"online": 8})
    day = clock.day_of(session.starts_at)
    client = desk()
    answer = client.get(reverse("activities:day"), {"day": day.isoformat()})
    text = answer.content.decode()
    assert [line["session"].pk for line in answer.context["lines"]] == [session.pk]
    assert ("0／8" in text, "老年人" in text, "陇县" in text) == (True, True, False)
    later = client.get(reverse("activities:day"), {"day": (day + dt.timedelta(days=3)).isoformat(), "place": "x"})
    assert "这一天没有活动" in later.content.decode()
    assert client.get(reverse("activities:day"), {"day": "昨天"}).context["day"] == clock.today()


@pytest.mark.parametrize("asked", ["0001-01-01", "9999-12-31", "1900-01-01", "昨天"])
def test_the_days_sheet_of_an_impossible_day_is_todays(desk, asked):
    answer = desk().get("/desk/activities/day/", {"day": asked})
    assert (answer.status_code, answer.context["day"]) == (200, clock.day_of(clock.now()))


def test_the_days_sheet_costs_the_same_with_more_dates(desk, upcoming):
    _row, session = upcoming(sizes={"online": 8})
    client, url, counts = desk("town_station", TOWN), reverse("activities:day"), []
    asked = {"day": clock.day_of(session.starts_at).isoformat()}
    for _more in range(2):
        client.get(url, asked)
        with CaptureQueriesContext(connection) as seen:
            client.get(url, asked)
        counts.append(len(seen))
        for n in range(2):
            upcoming(sizes={"online": 3}, title=f"课{n}")
    assert counts[0] == counts[1]


def test_sign_up_opens_for_this_date_or_for_all_after_it(desk, weekly):
    _row, (first, second, third) = weekly
    client = desk()
    sent = {"size_online": "20", "party_limit": "3", "waiting_list": "on"}
    closes = f"{clock.local(second.starts_at - dt.timedelta(hours=5)):%Y-%m-%dT%H:%M}"
    client.post(of("sign_up", second), {**sent, "closes_at": closes, "all_dates": "on"})
    ahead = {one.subject_id: one.starts_at - one.closes_at for one in Bucket.unscoped.all()}
    assert set(ahead) == {second.pk, third.pk}
    assert len(set(ahead.values())) == 1
    form = client.get(of("sign_up", first)).context["form"]
    assert "all_dates" not in form.fields
    client.post(of("sign_up", first), sent)
    assert Bucket.unscoped.count() == 3


def test_dates_without_sign_up_are_named_at_home_until_opened(desk, weekly):
    row, sessions = weekly
    client = desk()
    assert "<strong>1</strong> 个已发布的活动还没有开放报名" in client.get("/desk/").content.decode()
    listing = client.get(reverse("activities:list"), {"need": "open"})
    assert [one.pk for one, _tone, _cells in listing.context["rows"]] == [row.pk]
    client.post(of("sign_up", sessions[0]), {"size_online": "5", "party_limit": "3", "all_dates": "on"})
    assert "还没有开放报名" not in client.get("/desk/").content.decode()


def test_a_date_leads_to_its_card(desk, weekly):
    row, (first, *_others) = weekly
    client = desk()
    assert client.get(of("date", first))["Location"] == f"{of('page', row)}#date-{first.pk}"
    assert f'id="date-{first.pk}"' in client.get(of("page", row)).content.decode()


def test_exchange_is_a_filter_and_a_column(desk, make):
    make("送戏下乡")
    out = make("赴邻县演出", direction="out", partner="简阳市文化馆")
    answer = desk().get(reverse("activities:list"), {"direction": "out", "cols": ["title", "direction"]})
    assert [row.pk for row, _tone, _cells in answer.context["rows"]] == [out.pk]
    assert "走出去 简阳市文化馆" in answer.content.decode()


def test_a_report_is_taken_back_until_it_is_verified(desk, held):
    [row] = held(1)
    with context.everything(reason="test"):
        reports = [
            actions.add_media_report(
                activity=row, outlet="龙泉融媒", level="county", title=title, published_on=clock.today(), by=COMMAND,
                at=clock.now(),
            )
            for title in ("甲", "乙")
        ]  # fmt: skip
    client = desk()
    client.post(of("media_remove", row, reports[0].pk))
    assert list(MediaReport.unscoped.values_list("title", flat=True)) == ["乙"]
    with writing.allowed("test"):
        Activity.unscoped.update(state="verified")
    answer = client.post(of("media_remove", row, reports[1].pk), follow=True)
    assert ("已核实的活动不能再改" in answer.content.decode(), MediaReport.unscoped.count()) == (True, 1)


def test_another_countys_dates_are_404(desk, foreign):
    client = desk("county_officer", "510112")
    with context.everything(reason="test"):
        report = actions.add_media_report(
            activity=foreign.held, outlet="报", level="county", title="题", published_on=clock.today(), by=COMMAND,
            at=clock.now(),
        )  # fmt: skip
    assert client.get(of("date", foreign.session)).status_code == 404
    assert client.post(of("media_remove", foreign.held, report.pk)).status_code == 404
    assert MediaReport.unscoped.count() == 1


def test_the_plan_sums_its_months_and_a_number_opens_the_lines_of_the_plan(desk, make):
    make("清明诗会", plan_year=2026, plan_month=4)
    make("书画展", place=TOWN, plan_year=2026, plan_month=4)
    make("临时加演", place=TOWN, plan_year=2026, plan_month=4, in_plan=False)
    client = desk("town_station", TOWN)
    answer = client.get(reverse("activities:plan"), {"year": "2026"})
    assert (answer.context["sums"][3], answer.context["sums"][12]) == ((2, 0), (2, 0))
    cell = next(line["cells"][3] for line in answer.context["grid"] if "龙泉街道" in line["name"])
    assert [row.title for row, _tone, _cells in client.get(cell["url"]).context["rows"]] == ["书画展"]
    outside = client.get(reverse("activities:list"), {"in_plan": "0"}).context["rows"]
    assert [row.title for row, _tone, _cells in outside] == ["临时加演"]

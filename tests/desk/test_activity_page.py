"""One activity from plan to proof, through its pages."""

import datetime as dt

import pytest
from django.urls import reverse

from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.scope import clock, writing
from qunwen.base.scope.ids import uuid7
from qunwen.services.activities.enums import State
from qunwen.services.activities.models import Activity, Headcount, MediaReport, Session
from qunwen.services.bookings.models import Bucket

from .people import TOWN, VILLAGE, photo


def of(name, row):
    return reverse(f"activities:{name}", args=[row.county, row.pk])


def typed(moment):
    return f"{clock.local(moment):%Y-%m-%dT%H:%M}"


@pytest.fixture
def filled(county):
    """What one types into the form of a new activity."""
    return {
        "id": str(uuid7()), "title": "元宵灯谜会", "kind": "folk", "place": VILLAGE, "unit": str(county.units[VILLAGE].pk),
        "plan_year": clock.today().year, "plan_month": 2, "in_plan": "on", "sign_up": "book", "audience": "all",
        "direction": "home", "summary": "猜灯谜送元宵", "venue": str(county.venue.pk), "festival": "元宵节",
    }  # fmt: skip


def test_a_new_activity_is_made_once_however_often_it_is_sent(desk, filled):
    client = desk()
    for _time in range(2):
        answer = client.post(reverse("activities:add"), filled)
        row = Activity.unscoped.get()
        assert answer["Location"] == of("page", row)
    assert (row.title, row.state, row.owner_id, row.host_level) == (
        "元宵灯谜会", State.PLANNED, client.staff.pk, "village",
    )  # fmt: skip


def test_errors_stand_at_the_field_and_nothing_typed_is_lost(desk, filled):
    answer = desk().post(reverse("activities:add"), {**filled, "direction": "out", "description": "很长的介绍"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"partner": ["走出去、请进来的活动请写明交流对方。"]}
    assert ("很长的介绍" in text, filled["id"] in text, "元宵灯谜会" in text) == (True, True, True)


def test_a_place_outside_ones_reach_cannot_be_chosen(desk, filled, county):
    answer = desk().post(reverse("activities:add"), {**filled, "place": "610327100001"})
    assert (answer.status_code, Activity.unscoped.count()) == (422, 0)


def test_changing_writes_the_difference(desk, make):
    row = make(plan_year=2026, plan_month=4)
    client = desk()
    page = client.get(of("edit", row))
    data = {name: value for name, value in page.context["form"].initial.items() if value not in (None, "", False)}
    client.post(of("edit", row), {**data, "summary": "街坊一起读诗", "where": "院坝"})
    row = Activity.unscoped.get()
    assert (row.summary, row.where, row.title) == ("街坊一起读诗", "院坝", "清明诗会")


def test_the_primary_button_leads_through_the_life(desk, make, client, county):
    row = make(summary="读诗", where="院坝", sign_up="book")
    client = desk("county_officer", "510112", name="赵静")

    def primary():
        return client.get(of("page", row)).context["primary"].name

    assert primary() == "schedule"
    start = clock.now() + dt.timedelta(days=3)
    sent = {"starts_at": typed(start), "ends_at": typed(start + dt.timedelta(hours=2))}
    client.post(of("schedule", row), sent)
    assert (primary(), Session.unscoped.count()) == ("submit", 1)
    client.post(of("submit", row))
    assert (Activity.unscoped.get().state, primary()) == (State.SUBMITTED, "review")
    with writing.allowed("test"):
        Activity.unscoped.update(state=State.APPROVED)
    assert primary() == "publish"
    client.post(of("publish", row))
    assert primary() == "sign_up"
    session = Session.unscoped.get()
    client.post(of("sign_up", session), {"size_online": 20, "size_elders": 5, "party_limit": 3, "waiting_list": "on"})
    assert sorted(Bucket.unscoped.values_list("channel", "size")) == [("elders", 5), ("online", 20)]
    past = start - dt.timedelta(days=6)
    with writing.allowed("test"):
        Session.unscoped.update(starts_at=past, ends_at=past + dt.timedelta(hours=2))
    assert primary() == "held"
    answer = client.post(of("held", session), {"n_adult": 12, "n_elder": 30, "photos": [photo(), photo(40, "q.jpg")]})
    assert answer["Location"] == of("page", row)
    assert dict(Headcount.unscoped.values_list("group", "number")) == {"adult": 12, "elder": 30}
    assert (EvidenceLink.unscoped.count(), primary()) == (2, "report")
    client.post(of("report", row))
    assert Activity.unscoped.get().state == State.REPORTED


def test_a_date_that_clashes_is_refused_at_the_field(desk, upcoming):
    row, session = upcoming()
    answer = desk().post(
        of("schedule", row), {"starts_at": typed(session.starts_at), "ends_at": typed(session.ends_at)}
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["starts_at"])


def test_recurring_dates_are_shown_before_they_are_saved(desk, make):
    row = make()
    client = desk()
    first = dt.date(2030, 5, 6)
    sent = {
        "first": "2030-05-06", "last": "2030-06-02", "start": "19:00", "minutes": 90, "monthly": "", "interval": 1,
        "weekdays": ["0"], "skip_days": "2030-05-20",
    }  # fmt: skip
    shown = client.post(of("recurring", row), sent).context["shown"]
    assert ([clock.day_of(start) for start, _end, _clash in shown], Session.unscoped.count()) == (
        [first, first + dt.timedelta(days=7), first + dt.timedelta(days=21)], 0,
    )  # fmt: skip
    client.post(of("recurring", row), {**sent, "save": "1"})
    assert Session.unscoped.count() == 3
    again = client.post(of("recurring", row), {**sent, "interval": 1, "skip_days": ""})
    assert [bool(clash) for _start, _end, clash in again.context["shown"]] == [True, True, False, True]


def test_moving_postponing_and_cancelling_a_date(desk, upcoming):
    _row, session = upcoming(sizes={"online": 5})
    client = desk("town_station", TOWN)
    later = session.starts_at + dt.timedelta(days=2)
    sent = {"starts_at": typed(later), "ends_at": typed(later + dt.timedelta(hours=1)), "reason": "场地检修"}
    client.post(of("move", session), sent)
    assert typed(Session.unscoped.get().starts_at) == typed(later)
    client.post(of("postpone", session), {"reason": "下雨"})
    assert Session.unscoped.get().state == "postponed"
    assert client.post(of("session_cancel", session), {"reason": " "}).status_code == 422
    client.post(of("session_cancel", session), {"reason": "老师生病"})
    assert Session.unscoped.get().state == "cancelled"


def test_noting_takes_half_a_minute(desk, county):
    client = desk()
    page = client.get(reverse("activities:note"))
    form = page.context["form"]
    assert (form["place"].value(), form["unit"].value()) == (VILLAGE, str(county.units[VILLAGE].pk))
    sent = {
        "id": str(form["id"].value()), "title": "坝坝电影", "kind": "film", "place": VILLAGE, "unit": form["unit"].value(),
        "starts_at": typed(clock.now() - dt.timedelta(days=1)), "hours": "2", "n_unknown": "80",
        "photos": [photo(), photo(30, "两.jpg")],
    }  # fmt: skip
    answer = client.post(reverse("activities:note"), sent, follow=True)
    row = Activity.unscoped.get()
    assert (row.state, row.in_plan, Headcount.unscoped.get().number) == (State.HELD, False, 80)
    assert "已补记“坝坝电影”，2 张照片" in answer.content.decode()
    client.post(reverse("activities:note"), {**sent, "photos": []})
    assert Activity.unscoped.count() == 1


def test_a_note_in_the_future_keeps_what_was_typed(desk, county):
    sent = {
        "id": str(uuid7()), "title": "明天的", "kind": "film", "place": VILLAGE, "unit": str(county.units[VILLAGE].pk),
        "starts_at": typed(clock.now() + dt.timedelta(days=1)), "hours": "2", "note": "记下来的话",
    }  # fmt: skip
    answer = desk().post(reverse("activities:note"), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["starts_at"])
    assert "记下来的话" in answer.content.decode()


def test_a_refused_photo_is_named_and_the_rest_is_kept(desk, held):
    from django.core.files.uploadedfile import SimpleUploadedFile

    row = held(1)[0]
    bad = SimpleUploadedFile("坏.jpg", b"GIF89a not a photo", "image/jpeg")
    answer = desk().post(of("photos", row), {"photos": [photo(), bad]}, follow=True)
    text = answer.content.decode()
    assert ("“坏.jpg”没有保存" in text, "已保存 1 份照片和材料" in text, EvidenceLink.unscoped.count()) == (
        True,
        True,
        1,
    )
    link = EvidenceLink.unscoped.get()
    desk_client = answer.wsgi_request.user and answer.client
    desk_client.post(reverse("activities:photo_remove", args=[row.county, row.pk, link.pk]))
    assert EvidenceLink.unscoped.get().removed_at is not None


def test_a_media_report_counts_once(desk, held):
    row = held(1)[0]
    client = desk()
    sent = {"outlet": "龙泉融媒", "level": "county", "title": "广场舞跳起来", "published_on": clock.today().isoformat()}
    for _time in range(2):
        client.post(of("media", row), sent)
    assert MediaReport.unscoped.get().outlet == "龙泉融媒"
    assert client.post(of("media", row), {**sent, "url": "不是网址"}).status_code == 422


def test_the_paper_list_names_the_date_and_has_lines(desk, upcoming):
    _row, session = upcoming(sizes={"online": 5})
    text = desk().get(of("sheet", session)).content.decode()
    assert ("书法课" in text, "签名" in text, text.count("<tr>") > 15) == (True, True, True)


def test_a_plan_line_is_dropped_or_refused(desk, make, held):
    client = desk()
    row = make()
    client.post(of("drop", row))
    assert Activity.unscoped.count() == 0
    there = held(1)[0]
    assert "不能移除" in client.post(of("drop", there), follow=True).content.decode()


def test_plan_takes_an_idea_with_one_click_once(desk, county):
    client = desk()
    page = client.get(reverse("activities:plan"), {"year": "2026"})
    lantern = next(one for one in page.context["festivals"] if one["festival"].code == "lantern")
    number, title, _kind, identity = lantern["ideas"][0]
    sent = {"take": f"lantern.{number}.{identity}", "unit": str(county.units[VILLAGE].pk), "year": "2026"}
    for _time in range(2):
        client.post(reverse("activities:idea"), sent)
    row = Activity.unscoped.get()
    assert (row.title, row.festival, row.plan_year, row.plan_month) == (title, "元宵节", 2026, 3)
    grid = client.get(reverse("activities:plan"), {"year": "2026"}).context["grid"]
    assert [(line["name"], line["total"]) for line in grid] == [("东街社区文化室", (1, 0))]


def test_series_are_made_and_changed(desk, county):
    client = desk("town_station", TOWN)
    sent = {
        "name": "桃花故里读书节",
        "kind": "street",
        "place": TOWN,
        "unit": str(county.units[TOWN].pk),
        "since_year": 2015,
    }
    page = client.post(reverse("activities:series_add"), sent, follow=True)
    assert "桃花故里读书节" in page.content.decode()
    assert client.post(reverse("activities:series_add"), sent).status_code == 422
    row = page.context["row"]
    client.post(of("series_edit", row), {"name": "桃花读书节", "kind": "county", "active": "on"})
    assert "桃花读书节" in client.get(reverse("activities:series_list")).content.decode()


ACTIVITY_PAGES = [
    "page",
    "edit",
    "submit",
    "publish",
    "report",
    "cancel",
    "drop",
    "schedule",
    "recurring",
    "photos",
    "media",
]
SESSION_PAGES = ["move", "postpone", "session_cancel", "sign_up", "held", "sheet", "door", "check_in", "walk_in"]


@pytest.mark.parametrize("name", ACTIVITY_PAGES + SESSION_PAGES)
@pytest.mark.parametrize("county_in_address", ["610327", "510112"])
def test_another_countys_ids_are_404_on_every_page(desk, foreign, name, county_in_address):
    row = foreign.session if name in SESSION_PAGES else foreign.activity
    url = reverse(f"activities:{name}", args=[county_in_address, row.pk])
    client = desk("county_officer", "510112")
    answers = []
    if name not in ("submit", "publish", "report", "check_in", "walk_in"):
        answers.append(client.get(url))
    if name not in ("page", "sheet", "door"):
        answers.append(client.post(url, {"reason": "x", "code": "x"}))
    assert [(a.status_code, "陇县" in a.content.decode()) for a in answers] == [(404, False)] * len(answers)


def test_who_may_only_look_is_refused_with_a_reason(desk, make):
    row = make()
    client = desk("auditor_readonly", "510112")
    assert client.get(of("page", row)).context["primary"] is None
    assert [client.get(of(name, row)).status_code for name in ("edit", "cancel", "schedule")] == [403, 403, 403]
    assert client.post(of("submit", row)).status_code == 403

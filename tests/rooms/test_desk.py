"""The rooms on the desk: from a resource to its week, a series with its clashes shown before, bundles, repairs, troupes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunwen.base.scope import clock, context, writing
from qunwen.base.scope.clock import start_of
from qunwen.services.rooms import actions
from qunwen.services.rooms.models import (
    Blackout,
    Bundle,
    OfferedHours,
    PrioritySeason,
    Reservation,
    Resource,
    Series,
    Team,
)
from tests.desk.people import county, desk, roles  # noqa: F401

from .conftest import BY, COUNTY

SOON = clock.today() + dt.timedelta(days=7)


@pytest.fixture
def officer(desk):  # noqa: F811
    return desk("county_officer", COUNTY)


@pytest.fixture
def van(county):  # noqa: F811
    """Make resources now, in 龙泉驿区."""

    def add(title="流动文化车", kind="vehicle", **details):
        with context.everything(reason="test"):
            return actions.add_resource(
                place=county.places[COUNTY], unit=county.units[COUNTY], kind=kind, title=title, by=BY, at=clock.now(),
                **details,
            )  # fmt: skip

    return add


def of(name, row, **query):
    return reverse(f"rooms:{name}", args=[row.county, row.pk], query=query)


def text(response):
    return response.content.decode()


def times(day=SOON, starts="09:00", ends="11:00", **more):
    return {
        "key": f"k{len(more)}",
        "day": f"{day}",
        "starts": starts,
        "ends": ends,
        "title": "排练",
        "use": "rehearsal",
        **more,
    }


def taken(row, day=SOON, hours=(9, 11), key="taken"):
    begins, ends = (start_of(day) + dt.timedelta(hours=h) for h in hours)
    with context.everything(reason="test"):
        return actions.reserve(
            resource=row, starts_at=begins, ends_at=ends, title="晚会", key=key, by=BY, at=clock.now()
        )


def test_a_resource_is_added_changed_and_its_week_is_a_table_with_links(officer, county):  # noqa: F811
    about = {
        "kind": "vehicle", "place": COUNTY, "unit": str(county.units[COUNTY].pk), "buffer_minutes": "0",
        "open_to": "staff", "longest_minutes": "180", "ahead_days": "30",
    }  # fmt: skip
    wrong = officer.post(reverse("rooms:add"), {**about, "title": ""})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["title"])
    officer.post(reverse("rooms:add"), {**about, "title": "流动文化车"})
    row = Resource.unscoped.get()
    officer.post(of("edit", row), {**about, "title": "流动文化车一号", "buffer_minutes": "15", "active": "on"})
    row.refresh_from_db()
    assert (row.title, row.buffer_minutes, row.active) == ("流动文化车一号", 15, True)
    taken(row)
    page = text(officer.get(of("resource", row, day=f"{SOON}")))
    assert ('<th scope="row">09:00</th>' in page, "晚会" in page, f"day={SOON}&amp;hour=14" in page) == (True,) * 3
    assert "流动文化车一号" in text(officer.get(reverse("rooms:list"), {"kind": "vehicle", "q": "文化车"}))
    assert "没有符合条件" in text(officer.get(reverse("rooms:list"), {"q": "礼堂"}))


def test_a_clash_is_told_at_the_form_and_nothing_typed_is_lost(officer, van):
    row = van()
    taken(row)
    wrong = officer.post(of("reserve", row), times(title="合唱团排练"))
    assert (wrong.status_code, "已被预约" in text(wrong), "合唱团排练" in text(wrong)) == (422, True, True)
    backwards = officer.post(of("reserve", row), times(starts="12:00", ends="11:00"))
    assert list(backwards.context["form"].errors) == ["ends"]
    assert officer.post(of("reserve", row), times(starts="11:00", ends="12:00")).status_code == 302
    assert Reservation.unscoped.filter(county=COUNTY).count() == 2


def test_a_series_shows_its_clashes_before_and_skips_them_when_told(officer, van):
    row = van()
    taken(row, SOON + dt.timedelta(weeks=1))
    sent = times(times="3", every="1")
    looked = officer.post(of("series", row), {**sent, "step": "look"})
    seen = text(looked)
    assert ("3 次里有 1 次冲突" in seen, "跳过冲突，预约其余 2 次" in seen) == (True, True)
    assert Series.unscoped.filter(county=COUNTY).count() == 0
    told = {"step": "skip", "seen": looked.context["seen"]}
    later = text(officer.post(of("series", row), {**sent, **told, "starts": "15:00", "ends": "16:00"}))
    assert ("3 次都没有冲突" in later, Series.unscoped.filter(county=COUNTY).count()) == (True, 0)
    page = officer.post(of("series", row), {**sent, **told}, follow=True)
    series = Series.unscoped.get()
    assert [day for day, _why in series.skipped] == [f"{SOON + dt.timedelta(weeks=1)}"]
    assert ("已预约 2 次，跳过 1 次" in text(page), "跳过的日期" in text(page)) == (True, True)
    assert "现在还是不行" in text(officer.post(of("series_again", series), follow=True))
    with context.everything(reason="test"):
        actions.release(reservation=Reservation.unscoped.get(key="taken"), by=BY, at=clock.now())
    assert "补上了 1 次" in text(officer.post(of("series_again", series), follow=True))
    series.refresh_from_db()
    assert series.skipped == []
    officer.post(of("series_release", series), {"reason": "停排"})
    assert Reservation.unscoped.filter(county=COUNTY, series=series, state="released").count() == 3


def test_a_bundle_is_all_or_nothing_on_the_desk(officer, van):
    bus, kit, room = van(), van("音响", "kit"), van("多功能厅", "room")
    taken(kit)
    sent = times(resources=[str(one.pk) for one in (bus, kit, room)])
    wrong = officer.post(reverse("rooms:bundle"), sent)
    assert (wrong.status_code, "“音响”在" in text(wrong)) == (422, True)
    assert Reservation.unscoped.filter(county=COUNTY).count() == 1
    page = officer.post(reverse("rooms:bundle"), {**sent, "starts": "12:00", "ends": "13:00"}, follow=True)
    bundle = Bundle.unscoped.get()
    assert ("一样不少" in text(page), bundle.reservations(manager="unscoped").filter(county=COUNTY).count()) == (
        True,
        3,
    )
    van("二号车")
    noon = start_of(SOON) + dt.timedelta(hours=12)
    with context.everything(reason="test"):
        actions.block(
            resource=bus, starts_at=noon, ends_at=noon + dt.timedelta(hours=1), reason="抛锚", by=BY, at=clock.now()
        )
    page = officer.get(of("bundle_page", bundle))
    assert ("抛锚" in text(page), "改到二号车" in text(page)) == (True, True)
    (broken,) = page.context["broken"]
    about = {"to": str(broken.proposals[0].resource.pk), "starts_at": broken.proposals[0].starts_at.isoformat()}
    page = officer.post(
        of("repair", broken.reservation), {"key": page.context["key"], "next": "bundle", **about}, follow=True
    )
    assert ("已改到“二号车”" in text(page), page.context["broken"]) == (True, [])
    officer.post(of("bundle_release", bundle), {"reason": "下雨"})
    assert Reservation.unscoped.filter(county=COUNTY, state="released").count() == 3


def test_asked_for_reservations_are_approved_or_refused_with_a_reason(desk, van):  # noqa: F811
    officer = desk("county_officer", COUNTY)
    row = van(needs_approval=True)
    rows = [taken(row, hours=(h, h + 1), key=f"{h}") for h in (9, 10)]
    first, second = rows
    _ask_again(first, second)
    listed = text(officer.get(reverse("rooms:approvals")))
    assert ("2 个预约等待审批" in listed, "批准" in listed) == (True, True)
    officer.post(of("approve", first), {"next": "approvals"})
    assert officer.post(of("refuse", second), {"reason": ""}).status_code == 422
    officer.post(of("refuse", second), {"reason": "要检修"})
    states = Reservation.unscoped.filter(county=COUNTY).order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["confirmed", "refused"]
    assert "没有待审批" in text(officer.get(reverse("rooms:approvals")))
    assert "要检修" in text(officer.get(of("reservation", second)))


def _ask_again(*rows):
    """As if somebody without the right to approve had reserved."""
    with writing.allowed("test"):
        for row in rows:
            row.state = "asked"
            row.save(update_fields=["state"])


def test_a_blackout_leads_to_the_repairs_where_one_press_moves_a_reservation(officer, van):
    row, other = van(), van("二号车")
    booked = taken(row)
    sent = {"starts_at": f"{SOON}T08:00", "ends_at": f"{SOON}T18:00", "reason": "年检"}
    page = officer.post(of("block", row), sent, follow=True)
    assert ("已约的有 1 个" in text(page), "改到二号车" in text(page)) == (True, True)
    proposal = page.context["found"][0].proposals[0]
    officer.post(
        of("repair", booked),
        {"key": page.context["key"], "to": str(other.pk), "starts_at": proposal.starts_at.isoformat()},
    )
    booked.refresh_from_db()
    assert (booked.state, booked.moved_to.resource) == ("moved", other)
    assert "没有要改期的" in text(officer.get(reverse("rooms:repairs")))
    officer.post(of("lift", Blackout.unscoped.get()))
    assert Blackout.unscoped.get().lifted_at is not None
    assert officer.post(of("repair", booked), {"key": "x", "to": "y", "starts_at": "z"}).status_code == 404


def test_a_reservation_is_moved_checked_in_and_released_on_its_page(officer, van):
    row = van()
    booked = taken(row)
    sent = {"key": "m", "to": str(row.pk), "day": f"{SOON}", "starts": "15:00", "ends": "16:00"}
    officer.post(of("move", booked), sent)
    moved = Reservation.unscoped.get(county=COUNTY, state="confirmed")
    assert clock.local(moved.starts_at).hour == 15
    assert moved.code in text(officer.get(of("reservation", moved)))
    officer.post(of("check_in", moved))
    moved.refresh_from_db()
    assert moved.state == "used"
    other = taken(row, hours=(18, 19), key="o")
    officer.post(of("release", other), {"reason": "下雨"})
    other.refresh_from_db()
    assert (other.state, other.ended_note) == ("released", "下雨")


def test_seasons_are_set_and_ended(officer, van):
    row = van()
    sent = {
        "of": f"r{row.pk}", "title": "春晚排练季", "starts_on": f"{SOON}", "ends_on": f"{SOON}", "kept_for": ["show"],
        "opens_days_before": "3",
    }  # fmt: skip
    wrong = officer.post(reverse("rooms:add_season"), {**sent, "ends_on": f"{SOON - dt.timedelta(days=1)}"})
    assert list(wrong.context["form"].errors) == ["ends_on"]
    page = officer.post(reverse("rooms:add_season"), sent, follow=True)
    assert ("春晚排练季" in text(page), "演出和展览" in text(page)) == (True, True)
    officer.post(of("end_season", PrioritySeason.unscoped.get()))
    assert "还没有优先时段" in text(officer.get(reverse("rooms:seasons")))


def test_a_troupe_is_registered_by_the_leaders_phone_and_empty_hours_are_offered(officer, van, person):
    row = van("排练厅", "room")
    person(phone="13800000009")
    about = {"name": "东街舞蹈队", "art": "广场舞", "people": "16", "place": "510112001001", "phone": "13900000000"}
    wrong = officer.post(reverse("rooms:add_team"), about)
    assert list(wrong.context["form"].errors) == ["phone"]
    page = officer.post(reverse("rooms:add_team"), {**about, "phone": "13800000009"}, follow=True)
    assert ("东街舞蹈队" in text(page), "138****0009" in text(page)) == (True, True)
    taken(row)
    shown = officer.get(of("offer", row, day=f"{SOON}"))
    pieces = [value for value, _label in shown.context["form"].fields["pieces"].choices]
    page = officer.post(of("offer", row, day=f"{SOON}"), {"pieces": pieces[:2]}, follow=True)
    assert ("已提供 2 个时段" in text(page), OfferedHours.unscoped.count()) == (True, 2)
    officer.post(of("withdraw_offer", OfferedHours.unscoped.order_by("starts_at").first()))
    assert OfferedHours.unscoped.filter(county=COUNTY, state="open").count() == 1
    officer.post(of("end_team", Team.unscoped.get()))
    assert "还没有登记文艺团队" in text(officer.get(reverse("rooms:teams")))


def test_village_workers_reserve_but_do_not_manage_and_other_counties_see_nothing(desk, van):  # noqa: F811
    row = van()
    worker = desk("village_worker", "510112001001")
    assert worker.get(reverse("rooms:list")).status_code == 200
    assert worker.get(reverse("rooms:add")).status_code == 403
    stranger = desk("county_officer", "610327", name="外县")
    assert stranger.get(of("resource", row)).status_code == 404


def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_three(officer, van):
    def questions(*addresses):
        for address in addresses:
            officer.get(address)
        with CaptureQueriesContext(connection) as seen:
            for address in addresses:
                assert officer.get(address).status_code == 200
        return len(seen)

    row = van()
    taken(row, key="0")
    addresses = (reverse("rooms:list"), reverse("rooms:approvals"), of("resource", row, day=f"{SOON}"))
    one = questions(*addresses)
    for n in (1, 2):
        van(f"{n}号车")
        taken(row, SOON + dt.timedelta(days=0), hours=(12 + 2 * n, 13 + 2 * n), key=f"{n}")
    assert questions(*addresses) == one

"""From the plan to the verified record."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.models import JournalEntry
from qunwen.base.people.models import Resident
from qunwen.base.reviews import actions as reviews
from qunwen.base.reviews.models import ReviewItem
from qunwen.base.scope import asking, context, writing
from qunwen.base.scope.context import DataScope, Reach
from qunwen.services.activities import actions, enums
from qunwen.services.activities.errors import WrongStateError
from qunwen.services.activities.models import Activity, Headcount, Session
from qunwen.services.bookings.models import Booking, Bucket

from .conftest import hour


def waiting_item(activity):
    return ReviewItem.unscoped.get(county=activity.county, subject_id=str(activity.pk), state="waiting")


def published(planned, session, county, at):
    actions.submit_activity(activity=planned, by=county.worker, at=at)
    reviews.approve(item=waiting_item(planned), by=county.town, at=at)
    reviews.approve(item=waiting_item(planned), by=county.officer, at=at)
    planned.refresh_from_db()
    return actions.publish_activity(activity=planned, by=county.town, at=at)


def codes_of(row):
    return list(
        JournalEntry.unscoped.filter(subject_id=str(row.pk))
        .order_by("recorded_at", "pk")
        .values_list("code", flat=True)
    )


def test_planning_records_and_fills_the_search_text(planned):
    assert planned.state == enums.State.PLANNED
    assert planned.host_level == "village"
    assert codes_of(planned) == ["activities.activity.planned"]
    assert "诗会" in planned.search_text
    assert "qmsh" in planned.search_text


def test_planning_twice_with_one_identity_is_one_activity(county, at, everything):
    identity = uuid.uuid4()
    about = {
        "title": "象棋赛", "kind": "contest", "place": county.places["510112001001"], "unit": county.room,
        "plan_year": 2026, "plan_month": 5, "by": county.worker, "at": at, "id": identity,
    }  # fmt: skip
    assert actions.plan_activity(**about).pk == actions.plan_activity(**about).pk == identity
    assert Activity.unscoped.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": "  "}, "title"), ({"plan_month": 13}, "plan_month"), ({"direction": "out"}, "partner")],
)
def test_bad_input_is_told_at_the_field(county, at, everything, change, field):
    about = {"title": "象棋赛", "kind": "contest", "plan_year": 2026, "plan_month": 5, **change}
    with pytest.raises(ValidationError) as caught:
        actions.plan_activity(**about, place=county.places["510112001001"], unit=county.room, by=county.worker, at=at)
    assert list(caught.value.message_dict) == [field]
    assert Activity.unscoped.count() == 0


def test_submitting_names_what_is_missing(county, at, everything):
    bare = actions.plan_activity(
        title="合唱", kind="performance", place=county.places["510112001001"], unit=county.room, plan_year=2026,
        plan_month=4, by=county.worker, at=at,
    )  # fmt: skip
    with pytest.raises(ValidationError) as caught:
        actions.submit_activity(activity=bare, by=county.worker, at=at)
    assert set(caught.value.message_dict) == {"summary", "where", "sessions"}
    bare.refresh_from_db()
    assert bare.state == enums.State.PLANNED


def test_the_whole_way_to_the_portal(planned, session, county, at):
    activity = published(planned, session, county, at)
    assert (activity.state, activity.published_at) == (enums.State.PUBLISHED, at)
    assert codes_of(planned) == [
        "activities.activity.planned",
        "reviews.item.submitted",
        "activities.activity.submitted",
        "reviews.item.approved_step",
        "reviews.item.approved",
        "activities.activity.approved",
        "activities.activity.published",
    ]
    with context.opened(context.PUBLIC):
        assert [a.title for a in Activity.objects.all()] == ["清明诗会"]
        assert Session.objects.count() == 1


def test_the_public_does_not_see_what_is_not_published(planned, session):
    with context.opened(context.PUBLIC):
        assert Activity.objects.count() == 0
        assert Session.objects.count() == 0


def test_returned_with_reasons_mended_and_sent_again(planned, session, county, at):
    actions.submit_activity(activity=planned, by=county.worker, at=at)
    reviews.return_back(item=waiting_item(planned), reasons={"summary": "请写明带什么"}, by=county.town, at=at)
    planned.refresh_from_db()
    assert planned.state == enums.State.RETURNED
    actions.change_activity(activity=planned, new={"summary": "自带诗集"}, by=county.worker, at=at)
    actions.submit_activity(activity=planned, by=county.worker, at=at)
    planned.refresh_from_db()
    assert planned.state == enums.State.SUBMITTED


def test_an_activity_under_review_cannot_be_changed(planned, session, county, at):
    actions.submit_activity(activity=planned, by=county.worker, at=at)
    with pytest.raises(WrongStateError, match="待审核"):
        actions.change_activity(activity=planned, new={"title": "别的"}, by=county.worker, at=at)


def test_an_unreviewed_activity_cannot_be_published(planned, session, county, at):
    with pytest.raises(WrongStateError):
        actions.publish_activity(activity=planned, by=county.town, at=at)


def booked(session, county, at, places):
    actions.open_sign_up(session=session, sizes={"online": 2}, by=county.worker, at=at)
    from qunwen.base.people.models import Household
    from qunwen.services.bookings import actions as bookings

    with writing.allowed("test"):
        home = Household.unscoped.create(county="510112", place=places["510112001001"], created_at=at)
        resident = Resident.unscoped.create(
            county="510112", household=home, place=home.place, name="陈婆婆", phone="13800000001", registered_at=at
        )
    bucket = Bucket.unscoped.get(subject_id=session.pk)
    return bookings.book(bucket=bucket, resident=resident, members=[resident], key="k1", by=county.town, at=at)


def test_cancelling_gives_the_places_back_and_tells(planned, session, county, at, places):
    published(planned, session, county, at)
    booked(session, county, at, places)
    planned.refresh_from_db()
    actions.cancel_activity(activity=planned, reason="暴雨橙色预警", by=county.town, at=at)
    assert Booking.unscoped.get().state == "cancelled"
    assert Bucket.unscoped.get().taken == 0
    session.refresh_from_db()
    assert (session.state, session.sequence) == ("cancelled", 1)
    from qunwen.base.notices.models import OutboxMessage

    assert "暴雨橙色预警" in OutboxMessage.unscoped.order_by("-id").first().text


def test_cancelling_needs_a_reason(planned, county, at):
    with pytest.raises(ValidationError, match="请写明原因"):
        actions.cancel_activity(activity=planned, reason="  ", by=county.town, at=at)


def test_moving_a_date_keeps_places_and_raises_the_sequence(planned, session, county, at, places):
    published(planned, session, county, at)
    booked(session, county, at, places)
    session.refresh_from_db()
    actions.move_session(
        session=session, starts_at=hour(6, 19), ends_at=hour(6, 21), reason="场地检修", by=county.town, at=at
    )
    session.refresh_from_db()
    assert (session.sequence, session.original_start) == (1, hour(5, 19))
    assert Booking.unscoped.get().state == "confirmed"
    assert Bucket.unscoped.get().starts_at == hour(6, 19)


def test_postponing_tells_and_keeps_places(planned, session, county, at, places):
    published(planned, session, county, at)
    booked(session, county, at, places)
    session.refresh_from_db()
    actions.postpone_session(session=session, reason="停电", by=county.town, at=at)
    from qunwen.base.notices.models import OutboxMessage

    assert "延期" in OutboxMessage.unscoped.order_by("-id").first().text
    assert Bucket.unscoped.get().taken == 1


def test_noting_an_evening_is_one_action(county, at, everything):
    activity = actions.note_activity(
        title="坝坝舞", kind="fitness", place=county.places["510112001001"], unit=county.room,
        starts_at=hour(1, 19, 3), ends_at=hour(1, 21, 3), headcounts={"adult": 32, "elder": 18}, by=county.worker, at=at,
    )  # fmt: skip
    assert activity.state == enums.State.HELD
    session = Session.unscoped.get()
    assert session.state == "held"
    assert dict(Headcount.unscoped.values_list("group", "number")) == {"adult": 32, "elder": 18}


@pytest.mark.parametrize(
    "bad",
    [
        {"starts_at": hour(1, 19, 6), "ends_at": hour(1, 21, 6)},
        {"ends_at": hour(1, 18, 3)},
        {"headcounts": {"adult": -1}},
        {"headcounts": {"adult": 10_000_000}},
        {"headcounts": {"martian": 3}},
    ],
)
def test_impossible_notes_are_refused_and_leave_nothing(county, at, everything, bad):
    about = {"starts_at": hour(1, 19, 3), "ends_at": hour(1, 21, 3), "headcounts": {"adult": 3}, **bad}
    with pytest.raises(ValidationError):
        actions.note_activity(
            title="坝坝舞", kind="fitness", place=county.places["510112001001"], unit=county.room, by=county.worker,
            at=at, **about,
        )  # fmt: skip
    assert (Activity.unscoped.count(), JournalEntry.unscoped.count()) == (0, 0)


def test_held_reported_sent_back_verified(planned, session, county, at):
    published(planned, session, county, at)
    later = hour(5, 22)
    session.refresh_from_db()
    actions.record_held(session=session, headcounts={"adult": 20}, by=county.worker, at=later)
    planned.refresh_from_db()
    assert planned.state == enums.State.HELD
    actions.report_held(activity=planned, by=county.worker, at=later)
    reviews.return_back(item=waiting_item(planned), reasons={}, note="请补照片", by=county.town, at=later)
    planned.refresh_from_db()
    assert planned.state == enums.State.SENT_BACK
    actions.set_headcounts(session=session, headcounts={"adult": 22, "child": 5}, by=county.worker, at=later)
    actions.report_held(activity=planned, by=county.worker, at=later)
    reviews.approve(item=waiting_item(planned), by=county.town, at=later)
    planned.refresh_from_db()
    assert planned.state == enums.State.VERIFIED
    session.refresh_from_db()
    with pytest.raises(WrongStateError):
        actions.set_headcounts(session=session, headcounts={"adult": 99}, by=county.worker, at=later)


def test_a_date_that_has_not_begun_cannot_be_recorded(planned, session, county, at):
    with pytest.raises(WrongStateError, match="还没有开始"):
        actions.record_held(session=session, headcounts={}, by=county.worker, at=at)


def test_a_worker_sees_and_changes_own_unit_only(planned, county, at):
    elsewhere = {"activities.plan": (Reach("510112001", DataScope.UNIT, units=frozenset({county.station.pk})),)}
    with context.opened(context.staff(elsewhere)), pytest.raises(asking.Forbidden):
        actions.change_activity(activity=planned, new={"title": "改"}, by=county.town, at=at)
    own = {"activities.plan": (Reach("510112001", DataScope.UNIT, units=frozenset({county.room.pk})),)}
    with context.opened(context.staff(own)):
        actions.change_activity(activity=planned, new={"title": "清明诗会二"}, by=county.worker, at=at)
    planned.refresh_from_db()
    assert planned.title == "清明诗会二"


def test_the_same_report_in_a_medium_counts_once(planned, county, at):
    about = {
        "activity": planned,
        "outlet": "龙泉融媒",
        "level": "county",
        "title": "诗会",
        "by": county.worker,
        "at": at,
    }
    first = actions.add_media_report(**about, published_on=dt.date(2026, 3, 10))
    again = actions.add_media_report(**about, published_on=dt.date(2026, 3, 10))
    assert first.pk == again.pk


def test_dropping_removes_a_line_that_was_never_sent(planned, session, county, at):
    actions.drop_activity(activity=planned, by=county.worker, at=at)
    assert (Activity.unscoped.count(), Session.unscoped.count()) == (0, 0)

"""Setting up, resizing, moving, rescheduling, calling off; recount; merged residents; lists."""

import datetime as dt

import pytest

from qunwen.base.journal.models import JournalEntry
from qunwen.base.notices.models import Notice
from qunwen.base.scope import context, writing
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.context import Reach
from qunwen.services.bookings import access, actions, errors, queries
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Attendee, Booking, Bucket

from .conftest import CLERK, COUNTY


@pytest.fixture(autouse=True)
def _all_rows(everything):
    return everything


def test_channel_is_opened_once(hall):
    hall.open()
    with pytest.raises(errors.BucketRefused, match="网上名额"):
        hall.open()


def test_several_channels_are_all_or_none(hall, at):
    ask = {"subject": hall.subject, "place": hall.place, "title": "讲座", "by": CLERK, "at": at}
    with pytest.raises(errors.BucketRefused):
        actions.open_buckets(sizes={"online": 5, "balcony": 2}, **ask)
    assert Bucket.unscoped.count() == 0
    made = actions.open_buckets(sizes={"online": 5, "elders": 2}, **ask)
    assert [(b.channel, b.size) for b in made] == [("online", 5), ("elders", 2)]


@pytest.mark.parametrize(
    "wrong", [{"size": -1}, {"per_household": 0}, {"party_limit": 0}, {"offer_minutes": 0}, {"length": -1}]
)
def test_numbers_that_cannot_be_are_refused(hall, wrong):
    with pytest.raises(errors.BucketRefused):
        hall.open(**wrong)


def test_size_never_falls_below_what_is_given_out(hall, people, at):
    hall.open(size=3)
    for one in people(2):
        hall.book(one)
    with pytest.raises(errors.SizeBelowTaken, match="已有 2 个名额报出，不能减到 1 个"):
        actions.resize_bucket(bucket=hall.bucket, size=1, by=CLERK, at=at)
    assert actions.resize_bucket(bucket=hall.bucket, size=2, by=CLERK, at=at).size == 2


def test_only_free_places_of_the_same_thing_can_be_moved(hall, another_hall, people, at):
    hall.open(size=2).open(size=1, channel="elders")
    another_hall.open(size=1)
    hall.book(*people(1))
    online, elders = hall.fresh(), Bucket.unscoped.get(channel="elders")
    with pytest.raises(errors.SizeBelowTaken, match="只空着 1 个"):
        actions.move_places(source=online, target=elders, number=2, by=CLERK, at=at)
    with pytest.raises(errors.BucketRefused):
        actions.move_places(source=online, target=another_hall.bucket, number=1, by=CLERK, at=at)
    actions.move_places(source=online, target=elders, number=1, by=CLERK, at=at)
    assert sorted(Bucket.unscoped.filter(subject_id=hall.subject.pk).values_list("channel", "size", "taken")) == [
        ("elders", 2, 0),
        ("online", 1, 1),
    ]


def test_settings_change_and_size_is_none_of_them(hall, at):
    hall.open()
    assert actions.change_bucket(bucket=hall.bucket, new={"per_household": 2}, by=CLERK, at=at).per_household == 2
    with pytest.raises(TypeError):
        actions.change_bucket(bucket=hall.bucket, new={"taken": 0}, by=CLERK, at=at)


def test_everybody_hears_of_a_new_time_and_keeps_the_place(hall, people, at):
    one, two = people(2)
    hall.open(size=1)
    hall.book(one), hall.book(two)
    ask = {"subject": hall.subject, "county": COUNTY, "by": CLERK, "at": at}
    later = hall.bucket.starts_at + dt.timedelta(days=1)
    for _ in range(2):
        actions.reschedule(starts_at=later, ends_at=later + dt.timedelta(hours=2), revision=1, **ask)
    assert hall.fresh().starts_at == later
    assert Notice.unscoped.filter(kind="change").count() == 2
    assert hall.taken == 1


def test_calling_off_ends_every_booking_and_tells_everybody(hall, people, at):
    one, two = people(2)
    hall.open(size=1)
    bookings = [hall.book(one), hall.book(two)]
    ask = {"subject": hall.subject, "county": COUNTY, "reason": "台风", "by": CLERK, "at": at}
    assert actions.call_off(**ask) == 2
    assert actions.call_off(**ask) == 0
    assert [hall.state(b) for b in bookings] == [State.CANCELLED, State.CANCELLED]
    assert hall.taken == 0
    assert ["台风" in n.text for n in Notice.unscoped.filter(kind="change")] == [True, True]


def test_recount_is_quiet_when_all_agrees_and_loud_when_not(hall, people, at):
    hall.open(size=5)
    for one in people(3):
        hall.book(one)
    assert actions.recount(county=COUNTY, by=CLERK, at=at) == []
    with writing.allowed("test"):
        Bucket.unscoped.filter(pk=hall.bucket.pk).update(taken=4)
    (drift,) = actions.recount(county=COUNTY, by=CLERK, at=at)
    assert (drift.bucket, drift.taken, drift.rows) == (hall.bucket.pk, 4, 3)
    assert JournalEntry.unscoped.get(code="bookings.bucket.drift_found").after == {"taken": 4, "rows": 3}


def test_merged_residents_keep_one_place_and_lose_none(hall, another_hall, people, at):
    keep, gone, friend = people(3)
    hall.open(size=5)
    another_hall.open(size=5, hours=80)
    first, double = hall.book(keep), hall.book(gone, friend)
    other = another_hall.book(gone)
    actions.move_bookings(keep=keep, gone=gone, by=CLERK, at=at)
    assert Booking.unscoped.get(pk=double.pk).party == 1
    assert hall.taken == 2
    assert hall.state(first) == State.CONFIRMED
    assert not Attendee.unscoped.filter(resident=gone).exists()
    assert set(Booking.unscoped.filter(resident=keep).values_list("pk", flat=True)) == {first.pk, double.pk, other.pk}
    assert actions.recount(county=COUNTY, by=CLERK, at=at) == []


def test_merge_frees_the_single_double_for_the_line(hall, people, at):
    keep, gone, waits = people(3)
    hall.open(size=2)
    hall.book(keep), hall.book(gone, later=1)
    line = hall.book(waits, later=2)
    actions.move_bookings(keep=keep, gone=gone, by=CLERK, at=at)
    assert hall.state(line) == State.OFFERED
    assert hall.taken == 2


@pytest.mark.parametrize("permission", list(access.Permission))
def test_staff_of_another_county_may_nothing(hall, people, at, permission):
    (one,) = people()
    booking = hall.open().book(one)
    scope = context.staff({str(p): (Reach("610327"),) for p in access.Permission})
    about = {"by": CLERK, "at": at}
    deeds = {
        "bookings.view": None,
        "bookings.manage": lambda: actions.resize_bucket(bucket=hall.bucket, size=9, **about),
        "bookings.book_for": lambda: actions.cancel(booking=booking, **about),
        "bookings.check_in": lambda: actions.check_in(booking=booking, via="list", **about),
        "bookings.override": lambda: actions.book(
            bucket=hall.bucket, resident=one, members=[one], key="k", override="x", **about
        ),
        "bookings.certify": lambda: actions.certify_group(
            resident=one, group="disabled", basis="残疾人证", since=at.date(), **about
        ),
        "bookings.review": lambda: actions.set_policy(county=COUNTY, policy=actions.Policy(), **about),
    }
    with context.opened(scope):
        assert list(Booking.objects.all()) == []
        if deeds[permission] is not None:
            with pytest.raises(Forbidden):
                deeds[permission]()
    assert hall.taken == 1


def test_availability_of_many_things_in_one_query(hall, another_hall, people, at, django_assert_num_queries):
    hall.open(size=1).open(size=4, channel="elders")
    another_hall.open(size=3, hours=-1)
    hall.book(*people(1))
    with django_assert_num_queries(1):
        found = queries.availability(
            county=COUNTY, subject_type=hall.bucket.subject_type, at=at,
            subject_ids=[hall.subject.pk, another_hall.subject.pk],
        )  # fmt: skip
    here = found[hall.subject.pk]
    assert (here.size, here.taken, here.left, here.waits) == (5, 1, {"elders": 4, "online": 0}, True)
    assert (found[another_hall.subject.pk].left, found[another_hall.subject.pk].bookable) == ({}, 0)


@pytest.mark.parametrize("name", ["my_bookings", "for_door", "for_desk"])
def test_lists_cost_the_same_with_one_row_and_with_three(hall, people, name, django_assert_max_num_queries):
    hall.open(size=9)
    persons = people(3)

    def rows():
        asked = {
            "my_bookings": lambda: queries.my_bookings(county=COUNTY, residents=[p.pk for p in persons]),
            "for_door": lambda: queries.for_door([hall.bucket.pk], county=COUNTY),
            "for_desk": lambda: queries.for_desk(county=COUNTY, subject_id=hall.subject.pk),
        }
        return [(b.bucket.title, b.contact, len(b.attendees.all())) for b in asked[name]()]

    for number, one in enumerate(persons, 1):
        hall.book(one)
        with django_assert_max_num_queries(2):
            assert len(rows()) == number


def test_child_booked_by_the_mother_is_on_both_lists(hall, people):
    mother, child = people(2, same_home=True)
    booking = hall.open().book(child, resident=mother)
    for who in (mother, child):
        assert [b.pk for b in queries.my_bookings(county=COUNTY, residents=[who.pk])] == [booking.pk]

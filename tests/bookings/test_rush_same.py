"""What the queue gives to many at once is what `actions.book` gives to one after the other."""

import datetime as dt
import uuid

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.journal.models import JournalEntry
from qunwen.base.notices.models import Notice, OutboxMessage
from qunwen.base.people.models import Guardianship
from qunwen.base.scope import context, writing
from qunwen.services.bookings import actions
from qunwen.services.bookings.models import Attendee, Booking, Bucket, Restraint, RushAnswer
from qunwen.services.bookings.rush.deciding import actor_of, decide_next
from qunwen.services.bookings.rush.taking import Asked, take_number

from .conftest import CLERK, COUNTY, VILLAGE, Hall

pytestmark = pytest.mark.django_db(transaction=False)
SECOND = dt.timedelta(seconds=1)

# Which thing, who asks, which of the household come, companions, the moment, whether the key was used before.
ORDERS = st.lists(
    st.tuples(
        st.integers(0, 5), st.integers(0, 5), st.sets(st.integers(0, 2), max_size=3), st.integers(0, 2),
        st.integers(-2, 12), st.integers(0, 9),
    ),
    min_size=1, max_size=14,
)  # fmt: skip
BUCKETS = st.tuples(
    st.integers(0, 6), st.booleans(), st.sampled_from([None, 1, 2]), st.integers(1, 3), st.sampled_from([1, 3])
)


class Town:
    """Six things (two at one time, one of a limited group, one kept for elders, one by draw), six households of three."""

    def __init__(self, place, at, people):
        self.at = at
        self.homes = [people(3, same_home=True, born=1950 if n == 5 else 1980) for n in range(6)]
        with writing.allowed("test"):
            for guardian, *wards in self.homes:
                type(guardian).unscoped.filter(pk=guardian.pk).update(phone=f"138{int(guardian.pk) % 10**8:08}")
                guardian.refresh_from_db()
                for ward in wards:
                    Guardianship.unscoped.create(
                        county=COUNTY, guardian=guardian, ward=ward, relation="child", since=at - 99 * SECOND
                    )
            Restraint.unscoped.create(
                county=COUNTY, place_id=VILLAGE, resident=self.homes[4][0], misses=3, at_most=1, since=at - 99 * SECOND,
                until=at + dt.timedelta(days=9),
            )  # fmt: skip
        things = [
            {"size": 2, "offer_minutes": 1},
            {},
            {"limit_group": "term.1", "limit_per_person": 1, "size": 3},
            {"kept_for": "elders", "size": 1},
            {"line_order": "draw", "size": 1},
            {"size": 2, "closes_at": at + 6 * SECOND, "opens_at": at + SECOND},
        ]
        hours = (48, 49, 60, 70, 80, 48)
        self.buckets = []
        for hour, more in zip(hours, things, strict=True):
            hall = Hall(place, at - dt.timedelta(days=1))
            self.buckets.append(hall.open(hours=hour + 24, **more).bucket)
        # Somebody holds a place already, and an offer nobody answered lapses while the queue is decided.
        hall.bucket = self.buckets[0]
        places = [hall.book(self.homes[n][0], key=f"before {n}") for n in range(3)]
        with context.everything(reason="test"):
            actions.cancel(booking=places[0], by=CLERK, at=at - 56 * SECOND)

    def change(self, rules):
        """Other sizes and limits of the first two things."""
        for bucket, one in zip(self.buckets, rules, strict=False):
            size, waits, household, party, _each = one
            Bucket.unscoped.filter(county=COUNTY, pk=bucket.pk).update(
                size=max(size, 2), waiting_list=waits, per_household=household, party_limit=party
            )

    def asked(self, order, number):
        thing, home, members, companions, later, key = order
        family = self.homes[home]
        people = [str(family[n].pk) for n in sorted(members)] + [(f"同伴{n}", "adult") for n in range(companions)]
        key = "before 0" if key == 0 else f"key {number if key > 2 else number % 3}"
        bucket = self.buckets[thing]
        return Asked(COUNTY, bucket.pk, VILLAGE, family[0].pk, tuple(people), key, "zh-hans"), self.at + later * SECOND


def one_by_one(town, orders):
    """The answers of the ordinary page."""
    from qunwen.services.bookings.errors import BookingRefused
    from qunwen.services.bookings.party import Guest

    said, seen, at = {}, set(), None
    for number, order in enumerate(orders):
        asked, moment = town.asked(order, number)
        if asked.key in seen:  # a key that was taken before takes no number, so its moment is nobody's
            continue
        at = max(at, moment) if at else moment
        seen.add(asked.key)
        family = {str(one.pk): one for home in town.homes for one in home}
        holder = family[str(asked.resident)]
        wards = frozenset(one.pk for home in town.homes if home[0].pk == holder.pk for one in home)
        people = [family[m] if isinstance(m, str) else Guest(name=m[0], group=m[1]) for m in asked.members]
        with context.opened(context.resident(wards, county=COUNTY)):
            try:
                booking = actions.book(
                    bucket=Bucket.unscoped.get(pk=asked.bucket), resident=holder, members=people, key=asked.key,
                    by=actor_of(holder), at=at,
                )  # fmt: skip
            except BookingRefused as refusal:
                said[asked.key] = ("refused", refusal.kind)
            else:
                ended = booking.state not in ("confirmed", "waiting")
                said[asked.key] = ("refused", "over") if ended else (booking.state, "")
    return said


def queued(town, orders, batch):
    """The answers of the queue."""
    from qunwen.services.bookings.rush.taking import KeyTaken

    keys = {}
    for number, order in enumerate(orders):
        asked, moment = town.asked(order, number)
        with context.everything(reason="test"):
            try:
                keys.setdefault(take_number(asked=asked, by=SYSTEM, at=moment), asked.key)
            except KeyTaken:
                continue
    while decide_next(COUNTY, town.at + 60 * SECOND, limit=batch):
        pass
    rows = RushAnswer.unscoped.filter(county=COUNTY)
    return {keys[row.number]: (row.verdict, row.kind) for row in rows}


def ledger():
    """Everything the ledger says, without what is random."""
    bookings = Booking.unscoped.filter(county=COUNTY)
    return {
        "bookings": sorted(bookings.values_list("key", "state", "party", "booked_at", "queued_at", "bucket", "contact")),
        "line": [
            row.key for row in bookings.filter(state="waiting").order_by("bucket_id", "priority", "lot", "queued_at", "id")
        ],
        "people": sorted(Attendee.unscoped.values_list("booking__key", "name", "group", "came")),
        "taken": sorted(Bucket.unscoped.values_list("pk", "taken", "size", "next_lapse")),
        "journal": sorted(JournalEntry.unscoped.values_list("code", "actor_name", "happened_at")),
        "told": sorted((n.resident_id, n.text[:8], n.made_at) for n in Notice.unscoped.all()),
        "texts": sorted((m.phone, m.text[:8], m.queued_at) for m in OutboxMessage.unscoped.all()),
    }  # fmt: skip


class Undone(Exception):
    """Forget it."""


def test_the_queue_decides_as_the_page_does(places, at, people):
    town = Town(places[VILLAGE], at, people)

    @settings(max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    @given(ORDERS, BUCKETS, BUCKETS)
    def both(orders, first, second):
        compare(town, orders, (first, second))

    both()


def compare(town, orders, rules):
    results = []
    for way in (one_by_one, lambda town, orders: queued(town, orders, rules[0][4] * 5)):
        try:
            with transaction.atomic(), writing.allowed("test"):
                town.change(rules)
                results.append((way(town, orders), ledger()))
                raise Undone
        except Undone:
            pass
    assert results[1][0] == results[0][0]
    assert results[1][1] == results[0][1]


def test_a_thing_of_another_county_is_not_there(places, at, people):
    [one] = people(1)
    asked = Asked(COUNTY, uuid.uuid4(), VILLAGE, one.pk, (str(one.pk),), "k", "zh-hans")
    with context.everything(reason="test"):
        take_number(asked=asked, by=SYSTEM, at=at)
    [answer] = decide_next(COUNTY, at)
    assert (answer.verdict, answer.kind, answer.booking_id) == ("refused", "refused", None)

"""The ledger against a simple model of itself: a list of parties and a number."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from qunwen.base.scope import context, writing
from qunwen.services.bookings import actions, errors, queries
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Attendee, Booking, Bucket
from qunwen.services.bookings.party import Guest

from .conftest import CLERK, COUNTY, NOON_STEP, Hall

OFFER = 60
HOLDS = ("confirmed", "offered", "attended")


class Party:
    def __init__(self, booking, size, key):
        self.pk, self.size, self.key = booking.pk, size, key
        self.state, self.until = "", None


class Ledger(RuleBasedStateMachine):
    """Newcomers, cancellations, answers, time that passes, sizes that change, people at the door."""

    place = None
    start = None

    def __init__(self):
        super().__init__()
        with writing.allowed("test"), context.everything(reason="test"):
            Attendee.unscoped.filter(county=COUNTY).delete()
            Booking.unscoped.filter(county=COUNTY).delete()
            Bucket.unscoped.filter(county=COUNTY).delete()
        self.hall = Hall(self.place, self.start).open(size=4, hours=200, offer_minutes=OFFER)
        self.size, self.minute, self.parties, self.step = 4, 0, [], 0

    # -- the model ----------------------------------------------------------------------------------------

    @property
    def free(self):
        return self.size - sum(p.size for p in self.parties if p.state in HOLDS)

    def settle(self):
        for party in self.parties:
            if party.state == "offered" and party.until <= self.minute:
                party.state = "expired"
        for party in self.parties:
            if party.state == "waiting" and party.size <= self.free:
                party.state, party.until = "offered", self.minute + OFFER

    def pick(self, number):
        return self.parties[number % len(self.parties)]

    def do(self, action, party, **more):
        booking = Booking.unscoped.get(county=COUNTY, pk=party.pk)
        return self.hall.do(action, booking, later=self.minute, **more)

    # -- what happens ---------------------------------------------------------------------------------------

    @rule(size=st.integers(1, 4))
    def book(self, size):
        self.step += 1
        self.settle_lapsed_only()
        expected = "confirmed" if size <= self.free else "waiting"
        people = [Guest(name=f"{self.step}-{n}") for n in range(size)]
        try:
            booking = self.hall.book(*people, key=f"k{self.step}", later=self.minute)
        except errors.PartyTooLarge:
            assert size > self.size
            return
        party = Party(booking, size, f"k{self.step}")
        party.state = expected
        self.parties.append(party)
        assert booking.state == expected

    def settle_lapsed_only(self):
        if any(p.state == "offered" and p.until <= self.minute for p in self.parties):
            self.settle()

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 99))
    def click_again(self, number):
        party = self.pick(number)
        people = [Guest(name="x")] * party.size
        assert self.hall.book(*people, key=party.key, later=self.minute).pk == party.pk

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 99))
    def cancel(self, number):
        party = self.pick(number)
        if party.state in ("confirmed", "waiting", "offered"):
            self.do(actions.cancel, party)
            party.state = "cancelled"
            self.settle()
        elif party.state == "cancelled":
            self.do(actions.cancel, party)
        else:
            with pytest.raises(errors.NotCancellable):
                self.do(actions.cancel, party)

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 99), yes=st.booleans())
    def answer(self, number, yes):
        party = self.pick(number)
        action = actions.accept_offer if yes else actions.decline_offer
        if party.state == "offered" and party.until > self.minute:
            self.do(action, party)
            party.state = "confirmed" if yes else "cancelled"
            if not yes:
                self.settle()
        elif not (yes and party.state == "confirmed") and not (not yes and party.state == "cancelled"):
            with pytest.raises(errors.OfferGone):
                self.do(action, party)

    @rule(size=st.integers(0, 8))
    def resize(self, size):
        with context.everything(reason="test"):
            ask = {"bucket": self.hall.bucket, "size": size, "by": CLERK, "at": self.now()}
            before = [(p, p.state, p.until) for p in self.parties]
            self.settle()
            if size < self.size - self.free:
                with pytest.raises(errors.SizeBelowTaken):
                    actions.resize_bucket(**ask)
                for party, state, until in before:
                    party.state, party.until = state, until
                return
            actions.resize_bucket(**ask)
        self.size = size
        self.settle()

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes):
        self.minute += minutes

    @rule()
    def background_task(self):
        with context.everything(reason="test"):
            actions.settle_bucket(bucket=self.hall.bucket, by=CLERK, at=self.now())
        self.settle()

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 99))
    def show_up_and_undo(self, number):
        party = self.pick(number)
        if party.state == "confirmed":
            booking = Booking.unscoped.get(county=COUNTY, pk=party.pk)
            with context.everything(reason="test"):
                there = self.hall.bucket.starts_at - NOON_STEP
                actions.check_in(booking=booking, via="list", by=CLERK, at=there)
            party.state = "attended"
        elif party.state == "attended":
            self.do(actions.undo_check_in, party)
            party.state = "confirmed"
            self.settle()

    def now(self):
        return self.start + dt.timedelta(minutes=self.minute)

    # -- what must always hold --------------------------------------------------------------------------------

    @invariant()
    def the_counter_is_the_sum_and_never_above_the_size(self):
        bucket = self.hall.fresh()
        assert (bucket.size, bucket.taken) == (self.size, self.size - self.free)
        assert 0 <= bucket.taken <= bucket.size

    @invariant()
    def every_party_is_where_the_model_says(self):
        found = dict(Booking.unscoped.filter(county=COUNTY).values_list("pk", "state"))
        assert found == {p.pk: p.state for p in self.parties}

    @invariant()
    def the_line_is_in_order(self):
        line = [p for p in self.parties if p.state == "waiting"]
        rows = {b.pk: b for b in Booking.unscoped.filter(county=COUNTY, state=State.WAITING)}
        assert [queries.waiting_position(rows[p.pk]) for p in line] == list(range(1, len(line) + 1))

    @invariant()
    def nobody_waits_who_could_be_served(self):
        assert all(p.size > self.free for p in self.parties if p.state == "waiting")


def test_ledger_agrees_with_its_model(places, at):
    Ledger.place, Ledger.start = places["510112001001"], at
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with context.everything(reason="test"):
        assert actions.recount(county=COUNTY, by=CLERK, at=at) == []

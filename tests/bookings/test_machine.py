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
HOLDS = ("confirmed", "offered", "held", "attended")
TIMED = ("offered", "held")


class Party:
    def __init__(self, booking, size, key):
        self.pk, self.size, self.key = booking.pk, size, key
        self.state, self.until, self.beyond = "", None, 0


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
            if party.state in TIMED and party.until <= self.minute:
                self.leave(party, "expired")
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
            self.lapsed_after_refusal()
            return
        party = Party(booking, size, f"k{self.step}")
        party.state = expected
        self.parties.append(party)
        assert booking.state == expected

    def settle_lapsed_only(self):
        if any(p.state in TIMED and p.until <= self.minute for p in self.parties):
            self.settle()

    def lapsed_after_refusal(self):
        """A refusal changes nothing: what had lapsed is settled by whoever comes next."""
        with context.everything(reason="test"):
            actions.settle_bucket(bucket=self.hall.bucket, by=CLERK, at=self.now())
        self.settle()

    def leave(self, party, state):
        """What was added to the size for a party leaves with it."""
        self.size -= party.beyond
        party.state, party.beyond = state, 0

    @rule(size=st.integers(1, 3), minutes=st.integers(1, 30))
    def hold(self, size, minutes):
        self.step += 1
        self.settle_lapsed_only()
        ask = {"people": [Guest()] * size, "minutes": minutes, "key": f"k{self.step}", "by": CLERK, "at": self.now()}
        with context.everything(reason="test"):
            try:
                booking = actions.hold(bucket=self.hall.fresh(), **ask)
            except (errors.Full, errors.PartyTooLarge):
                assert size > self.free
                self.lapsed_after_refusal()
                return
        party = Party(booking, size, f"k{self.step}")
        party.state, party.until = "held", self.minute + minutes
        self.parties.append(party)
        self.settle()

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 99), size=st.integers(1, 3))
    def confirm_hold(self, number, size):
        party = self.pick(number)
        if party.state == "held" and party.until > self.minute and size <= party.size:
            self.do(actions.confirm_hold, party, members=[Guest("客")] * size)
            party.state, party.size = "confirmed", size
            self.settle()
        elif party.state != "confirmed":
            with pytest.raises(errors.HoldGone):
                self.do(actions.confirm_hold, party, members=[Guest("客")] * size)

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 99), leaving=st.integers(1, 3))
    def release_some(self, number, leaving):
        party = self.pick(number)
        if party.state not in ("confirmed", "waiting", "offered", "held") or leaving >= party.size:
            return
        rows = Attendee.unscoped.filter(county=COUNTY, booking=party.pk).order_by("pk")
        self.do(actions.release, party, people=list(rows.values_list("pk", flat=True))[:leaving])
        gone = min(party.beyond, leaving)
        self.size, party.beyond, party.size = self.size - gone, party.beyond - gone, party.size - leaving
        self.settle()

    @rule(size=st.integers(1, 3))
    def override(self, size):
        self.step += 1
        people = [Guest(name=f"{self.step}-{n}") for n in range(size)]
        booking = self.hall.book(*people, key=f"k{self.step}", later=self.minute, override="嘉宾")
        party = Party(booking, size, f"k{self.step}")
        party.state, party.beyond = "confirmed", max(0, size - self.free)
        self.size += party.beyond
        self.parties.append(party)

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 99))
    def give_place(self, number):
        party = self.pick(number)
        if party.state != "waiting":
            return
        self.do(actions.give_place, party, reason="特批")
        party.beyond = max(0, party.size - self.free)
        self.size += party.beyond
        party.state = "confirmed"

    @rule(count=st.integers(1, 3))
    def import_list(self, count):
        self.step += 1
        self.settle_lapsed_only()
        bucket = self.hall.fresh()
        rows = [actions.ImportRow(line=n, bucket=bucket, members=[Guest("单")]) for n in range(count)]
        with context.everything(reason="test"):
            found = actions.import_bookings(rows=rows, batch=f"b{self.step}", by=CLERK, at=self.now())
        for one in found:
            if one.booking is None:
                assert self.size == 0 or one.refused
                self.lapsed_after_refusal()
                continue
            party = Party(one.booking, 1, one.booking.key)
            party.state = "confirmed" if self.free >= 1 else "waiting"
            self.parties.append(party)
            assert one.booking.state == party.state

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
        if party.state in ("confirmed", "waiting", "offered", "held"):
            self.do(actions.cancel, party)
            self.leave(party, "cancelled")
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
            before = [(p, p.state, p.until, p.beyond) for p in self.parties], self.size
            self.settle()
            if size < self.size - self.free:
                with pytest.raises(errors.SizeBelowTaken):
                    actions.resize_bucket(**ask)
                for party, state, until, beyond in before[0]:
                    party.state, party.until, party.beyond = state, until, beyond
                self.size = before[1]
                return
            actions.resize_bucket(**ask)
        if size != self.size:
            for party in self.parties:
                party.beyond = 0
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
            max_examples=14,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with context.everything(reason="test"):
        assert actions.recount(county=COUNTY, by=CLERK, at=at) == []

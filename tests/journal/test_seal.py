"""Sealing comes after the writers, in order, and makes nobody wait."""

import threading

import pytest
from django.db import connection, connections, transaction

from qunwen.base.journal import queries, sealing, tasks, verifying
from qunwen.base.journal.models import JournalChain, JournalEntry
from qunwen.base.scope import clock, context

from .conftest import note


def test_seal_takes_a_batch_in_order_of_recording(places, at):
    made = [note(place=places["510112"], n=n, at=at) for n in range(5)]
    assert [sealing.seal(county="510112", at=at, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    sealed = JournalEntry.unscoped.order_by("seal_position")
    assert [e.pk for e in sealed] == [e.pk for e in made]
    assert [e.seal_previous for e in sealed] == ["0" * 64, *[e.seal_hash for e in sealed][:-1]]


def test_the_hash_is_the_same_on_every_database(places, at):
    entry = JournalEntry(
        id="0190b0a0-0000-7000-8000-000000000001", county="510112", code="a.b.c", actor_kind="staff",
        actor_name="张三", place="510112001", subject_type="x.y", subject_id="7", subject_label="春节灯会",
        before={}, after={"z": 1, "a": ["好", None]}, happened_at=at, recorded_at=at, request_id="r",
    )  # fmt: skip
    assert sealing.digest("0" * 64, entry, 1) == "c01739dab1a05b53f8dac938253e5f26936b70b6e7d85b696b904efb60662882"


def test_the_task_seals_every_county_and_is_idempotent(places, at):
    for code in ("510112001", "610327100", "51"):
        note(place=places[code], n=1, at=at)
    assert tasks.seal_tail(at=at) == 3
    assert tasks.seal_tail(at=at, from_a_later_version=1) == 0
    assert sorted(JournalChain.unscoped.values_list("county", "length")) == [
        ("000000", 1), ("510112", 1), ("610327", 1),
    ]  # fmt: skip


def test_the_tail_says_how_much_waits_and_since_when(places, at):
    entry = note(place=places["510112"], n=1, at=at)
    note(place=places["510112"], n=2, at=at)
    tail = queries.tail("510112")
    assert (tail.entries, tail.oldest) == (2, entry.recorded_at)
    sealing.seal(county="510112", at=at)
    assert queries.tail("510112").entries == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_writers_go_on_while_the_chain_is_held(places, at):
    """On PostgreSQL, 32 threads act while another transaction sits on the chain's row."""
    if connection.vendor != "postgresql":
        return
    note(place=places["510112"], n=0, at=at)
    sealing.seal(county="510112", at=at)
    with transaction.atomic():
        JournalChain.unscoped.select_for_update().get(county="510112")
        errors = _run_threads(32, lambda n: [note(place=places["510112001"], n=n * 10 + i, at=at) for i in range(5)])
        assert (errors, JournalEntry.unscoped.count()) == ([], 161)
    while tasks.seal_tail(at=at):
        pass
    assert (verifying.verify().ok, verifying.verify().checked) == (True, 161)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_sealers_and_writers_make_one_chain(places, at):
    """Writers and sealers at once, from the first entry of the county on: every entry is sealed once."""
    if connection.vendor != "postgresql":
        return

    def work(n):
        if n % 4 == 0:
            for _turn in range(10):
                sealing.seal(county="510112", at=at, limit=7)
        else:
            for i in range(6):
                note(place=places["510112001"], n=n * 10 + i, at=at)

    assert _run_threads(32, work) == []
    while tasks.seal_tail(at=at):
        pass
    assert (verifying.verify().ok, verifying.verify().checked) == (True, 24 * 6)


def _run_threads(count, work):
    errors = []

    def one(n):
        try:
            with context.everything(reason="test"):
                work(n)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def test_the_head_of_a_day_is_its_last_hash(chain, at):
    last = JournalEntry.unscoped.get(county="510112", seal_position=7)
    day = clock.day_of(last.recorded_at)
    (head,) = queries.daily_heads("510112", day, day)
    assert (head.day, head.position, head.entries, head.hash) == (day, 7, 7, last.seal_hash)

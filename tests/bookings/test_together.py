"""Two children in one go, lists that are imported."""

import datetime as dt

import pytest

from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.services.bookings import actions, errors
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Booking
from qunwen.services.bookings.party import Guest

from .conftest import CLERK, COUNTY, Hall, resident_actor


@pytest.fixture
def family(people):
    """A parent with two children, and the scope they have."""
    parent, ann, bob = people(3, same_home=True)
    return parent, ann, bob


def ask(hall, parent, child, key, **more):
    return actions.Request(bucket=hall.fresh(), members=[child], key=key, resident=parent, **more)


def book_many(family, *requests):
    scope = context.resident(frozenset(one.pk for one in family), county=COUNTY)
    with context.opened(scope):
        return actions.book_many(
            requests=requests, by=resident_actor(family[0]), at=requests[0].bucket.opens_at or family[0].registered_at
        )


def test_one_child_gets_the_last_place_and_the_other_is_first_in_line(hall, family):
    parent, ann, bob = family
    hall.open(size=1)
    answers = book_many(family, ask(hall, parent, ann, "a"), ask(hall, parent, bob, "b"))
    assert [answer.booking.state for answer in answers] == [State.CONFIRMED, State.WAITING]
    assert [answer.request.key for answer in answers] == ["a", "b"]
    assert hall.taken == 1


def test_refusal_of_one_does_not_undo_the_other(hall, another_hall, family):
    parent, ann, bob = family
    hall.open(size=1)
    another_hall.open(size=1, hours=-1)
    answers = book_many(family, ask(another_hall, parent, bob, "b"), ask(hall, parent, ann, "a"))
    assert (answers[0].booking, answers[0].refusal.kind) == (None, "not_open")
    assert answers[1].booking.state == State.CONFIRMED


def test_sent_twice_gives_the_same_answers(hall, family):
    parent, ann, bob = family
    hall.open(size=5)
    requests = [ask(hall, parent, ann, "a"), ask(hall, parent, bob, "b")]
    first, again = book_many(family, *requests), book_many(family, *requests)
    assert [one.booking.pk for one in first] == [one.booking.pk for one in again]
    assert hall.taken == 2


def test_limits_hold_among_the_requests_of_one_call(places, at, family):
    parent, ann, _bob = family
    halls = [
        Hall(places["510112001001"], at).open(hours=48 + 5 * n, limit_group="g", limit_per_person=2) for n in range(3)
    ]
    answers = book_many(family, *[ask(one, parent, ann, f"k{n}") for n, one in enumerate(halls)])
    assert [answer.refusal.kind if answer.refusal else "" for answer in answers] == ["", "", "group_limit"]


def test_all_refused_leaves_nothing(hall, family):
    parent, ann, _bob = family
    hall.open(size=1, hours=-1)
    assert book_many(family, ask(hall, parent, ann, "a"))[0].booking is None
    assert Booking.unscoped.count() == 0


def test_strangers_child_books_nothing_at_all(hall, family, people):
    parent, ann, _bob = family
    (stranger,) = people()
    hall.open(size=5)
    with pytest.raises(Forbidden):
        book_many(family, ask(hall, parent, ann, "a"), ask(hall, parent, stranger, "b"))
    assert Booking.unscoped.count() == 0


@pytest.mark.parametrize("number", [0, 21])
def test_one_to_twenty_requests(hall, family, number):
    hall.open(size=50)
    request = ask(hall, *family[:2], "a")
    with context.everything(reason="test"), pytest.raises(errors.PartyTooLarge):
        actions.book_many(requests=[request] * number, by=CLERK, at=hall.at)


def rows(hall, names):
    return [
        actions.ImportRow(line=n, bucket=hall.fresh(), members=[Guest(name=name)], contact=name)
        for n, name in enumerate(names, 2)
    ]


def load(hall, names, **more):
    with context.everything(reason="test"):
        return actions.import_bookings(
            rows=rows(hall, names), batch=more.pop("batch", "2025秋.xlsx"), by=CLERK,
            at=hall.at + dt.timedelta(minutes=1), **more,
        )  # fmt: skip


def test_imported_list_obeys_the_size_and_stands_in_order(hall):
    hall.open(size=2)
    found = load(hall, ["甲", "乙", "丙"])
    assert [(one.line, one.booking.state) for one in found] == [(2, "confirmed"), (3, "confirmed"), (4, "waiting")]
    assert hall.taken == 2
    entry = JournalEntry.unscoped.get(code="bookings.ledger.imported")
    assert entry.after == {"bookings": 2, "waiting": 1, "refused": 0}


def test_same_list_sent_again_changes_nothing(hall):
    hall.open(size=5)
    first, again = load(hall, ["甲", "乙"]), load(hall, ["甲", "乙"])
    assert [one.booking.pk for one in first] == [one.booking.pk for one in again]
    assert load(hall, ["甲"], batch="另一份")[0].booking.pk != first[0].booking.pk
    assert hall.taken == 3


def test_trial_says_what_would_be_and_leaves_nothing(hall):
    hall.open(size=1, waiting_list=False)
    found = load(hall, ["甲", "乙"], dry_run=True)
    assert found[0].refused == ""
    assert "刚刚满员" in found[1].refused
    assert (Booking.unscoped.count(), hall.taken, JournalEntry.unscoped.filter(code__contains="imported").count()) == (
        0, 0, 0,
    )  # fmt: skip


def test_line_that_is_refused_stops_no_other(hall, people):
    (one,) = people()
    hall.open(size=3)
    hall.book(one)
    doubled = actions.ImportRow(line=2, bucket=hall.fresh(), members=[one], resident=one)
    with context.everything(reason="test"):
        found = actions.import_bookings(rows=[doubled, *rows(hall, ["甲"])], batch="x", by=CLERK, at=hall.at)
    assert "已经报过" in found[0].refused
    assert found[1].booking.state == State.CONFIRMED

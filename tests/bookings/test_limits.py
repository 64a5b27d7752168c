"""Groups for whom places are kept, and limits over several things."""

import datetime as dt

import pytest

from qunwen.base.people import actions as people_actions
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.services.bookings import actions, errors, queries
from qunwen.services.bookings.enums import State
from qunwen.services.bookings.models import Attendee, Booking, Bucket, GroupProof
from qunwen.services.bookings.party import Guest

from .conftest import CLERK, Hall, resident_actor

TERM = {"limit_group": "school.term.1", "limit_per_person": 2}


@pytest.fixture
def halls(places, at):
    """Four classes at four times under one limit."""
    return [Hall(places["510112001001"], at).open(hours=48 + 5 * n, **TERM) for n in range(4)]


def as_resident(hall, one, **more):
    """What a resident gets who asks for oneself."""
    with context.opened(context.resident(frozenset({one.pk}), county=one.county)):
        return actions.book(
            bucket=more.pop("bucket", None) or hall.fresh(), resident=one, members=[one], key=f"k{one.pk}{hall.bucket.pk}",
            by=resident_actor(one), at=hall.at, **more,
        )  # fmt: skip


def certify(resident, group, at, **more):
    with context.everything(reason="test"):
        return actions.certify_group(
            resident=resident, group=group, basis="证件", since=at.date(), by=CLERK, at=at, **more
        )


def test_at_most_two_classes_of_a_term(halls, people):
    one, other = people(2)
    halls[0].book(one), halls[1].book(one)
    with pytest.raises(errors.GroupLimit, match="已报 2 项"):
        halls[2].book(one)
    assert halls[2].book(other).state == State.CONFIRMED


def test_waiting_counts_and_leaving_makes_room(halls, people):
    one, *others = people(4)
    for other in others:
        halls[0].book(other)
    waits = halls[0].book(one, later=1)
    assert waits.state == State.WAITING
    halls[1].book(one)
    with pytest.raises(errors.GroupLimit):
        halls[2].book(one)
    halls[0].do(actions.release, waits, later=2)
    assert halls[2].book(one, later=3).state == State.CONFIRMED


def test_limit_of_a_household_counts_every_member(places, at, people):
    mother, child = people(2, same_home=True)
    halls = [
        Hall(places["510112001001"], at).open(hours=48 + 5 * n, limit_group="g", limit_per_household=2)
        for n in range(2)
    ]
    halls[0].book(mother, child)
    with pytest.raises(errors.GroupLimit, match="您家已报 2 项"):
        halls[1].book(child)


def test_limit_of_another_group_does_not_matter(halls, another_hall, people):
    (one,) = people()
    halls[0].book(one), halls[1].book(one)
    another_hall.open(hours=90, limit_group="school.term.2", limit_per_person=2)
    assert another_hall.book(one).state == State.CONFIRMED


def test_override_goes_beyond_the_limit_and_is_on_record(halls, people):
    (one,) = people()
    halls[0].book(one), halls[1].book(one)
    made = halls[2].book(one, by=CLERK, override="残疾学员，老师同意")
    assert (made.state, made.override_reason) == (State.CONFIRMED, "残疾学员，老师同意")


def test_limit_without_a_group_is_refused(hall):
    with pytest.raises(errors.BucketRefused, match="哪一组"):
        hall.open(limit_per_person=2)


def test_kept_places_go_only_to_their_group(hall, people, at):
    one, disabled = people(2)
    hall.open(size=2, kept_for="disabled")
    with pytest.raises(errors.NotOfGroup, match="留给残疾人"):
        as_resident(hall, one)
    certify(disabled, "disabled", at)
    assert as_resident(hall, disabled).state == State.CONFIRMED


def test_elders_are_known_by_their_year_of_birth(hall, people):
    (elder,), (young,) = people(born=1950), people(born=2000)
    hall.open(size=2, channel="elders", kept_for="elders")
    assert as_resident(hall, elder).state == State.CONFIRMED
    with pytest.raises(errors.NotOfGroup):
        as_resident(hall, young)


def test_disabled_person_brings_one_helper_and_no_more(hall, people, at):
    disabled, helper, third = people(3, same_home=True)
    certify(disabled, "disabled", at)
    hall.open(size=5, kept_for="disabled")
    with pytest.raises(errors.NotOfGroup):
        hall.book(disabled, helper, third)
    assert hall.book(disabled, helper).party == 2


def test_certificate_ends_by_itself_and_by_hand(hall, people, at):
    one, other = people(2)
    hall.open(size=5, kept_for="left_behind")
    certify(one, "left_behind", at, until=at.date())
    proof = certify(other, "left_behind", at)
    with context.everything(reason="test"):
        actions.end_proof(proof=proof, by=CLERK, at=at)
    with pytest.raises(errors.NotOfGroup):
        hall.book(other)
    with pytest.raises(errors.NotOfGroup):
        hall.book(one, later=60 * 24)
    assert hall.book(one).state == State.CONFIRMED


def test_certified_again_replaces_the_old_proof(people, at):
    (one,) = people()
    certify(one, "veteran", at)
    certify(one, "veteran", at)
    certify(one, "veteran", at, until=at.date() + dt.timedelta(days=30))
    assert GroupProof.unscoped.filter(ended_at=None).count() == 1
    assert GroupProof.unscoped.count() == 2


def test_internal_places_are_not_for_residents(hall, people):
    (one,) = people()
    hall.open(size=5, channel="staff", kept_for="staff")
    with pytest.raises(errors.NotOfGroup, match="内部名额"):
        as_resident(hall, one)
    assert hall.book(Guest(name="评委"), by=CLERK).state == State.CONFIRMED


def test_several_groups_have_buckets_of_one_channel(hall, people, at):
    (one,) = people()
    hall.open(size=1).open(size=2, channel="priority", kept_for="veteran").open(
        size=2, channel="priority", kept_for="disabled"
    )
    kept = Bucket.unscoped.filter(channel="priority").order_by("kept_for")
    assert [bucket.kept_for for bucket in kept] == ["disabled", "veteran"]
    where = {"county": one.county, "subject_type": kept[0].subject_type, "subject_id": kept[0].subject_id}
    assert queries.bucket_of(**where).pk == hall.bucket.pk
    with pytest.raises(errors.BucketRefused, match="已经设置过"):
        hall.open(size=2, channel="priority", kept_for="veteran")


def test_resident_cannot_certify_oneself(people, at):
    (one,) = people()
    with context.opened(context.resident(frozenset({one.pk}), county=one.county)), pytest.raises(Forbidden):
        actions.certify_group(resident=one, group="disabled", basis="x", since=at.date(), by=resident_actor(one), at=at)


def test_merged_households_keep_their_places_and_count_together(hall, another_hall, people, at):
    one, other = people(2)
    hall.open(size=5, per_household=1)
    first, second = hall.book(one), hall.book(other)
    with context.everything(reason="test"):
        merged = actions.merge_households(keep=one.household, gone=other.household, by=CLERK, at=at)
    assert (merged.moved, merged.over) == (1, (hall.bucket.pk,))
    assert [hall.state(first), hall.state(second)] == [State.CONFIRMED, State.CONFIRMED]
    assert set(Attendee.unscoped.values_list("household_id", flat=True)) == {one.household_id}
    assert set(Booking.unscoped.values_list("household_id", flat=True)) == {one.household_id}
    another_hall.open(size=5, per_household=1, hours=90)
    another_hall.book(one)
    other.refresh_from_db()
    with pytest.raises(errors.HouseholdLimit):
        another_hall.book(other)


def test_who_leaves_home_counts_for_the_new_one(hall, people, at):
    one, other = people(2, same_home=True)
    hall.open(size=5, per_household=1)
    hall.book(one)
    with pytest.raises(errors.HouseholdLimit):
        hall.book(other)
    with context.everything(reason="test"):
        moved = people_actions.leave_household(resident=one, by=CLERK, at=at)
    assert Attendee.unscoped.get().household_id == moved.household_id
    assert hall.book(other).state == State.CONFIRMED

"""Entering the pool: every way the same, once each, groups by certificate, households as one; and the memory of bad luck."""

from __future__ import annotations

import datetime as dt

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.notices.models import Notice, OutboxMessage
from qunwen.base.people.models import Household
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.ids import uuid7
from qunwen.services.bookings.actions.groups import certify_group
from qunwen.services.bookings.party import Guest
from qunwen.services.draws import actions, kernel, luck, published, queries
from qunwen.services.draws.actions.applying import Slip
from qunwen.services.draws.drafts import Rules
from qunwen.services.draws.errors import AlreadyApplied, WrongApplication
from qunwen.services.draws.models import Application, Luck, Wish

from .conftest import CLERK, COUNTY, DAY, EAST, NORTH, SEED

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("channel", ["app", "paper", "phone", "worker"])
def test_every_way_of_applying_gives_one_and_the_same_ticket(office, channel):
    office.notice(office.course("书法", 1))
    office.apply(channel=channel)
    office.apply(office.guest(), channel="paper", later=20)
    draw = office.freeze()
    file = published.list_of(draw)
    assert kernel.tickets(file["applications"], file["rules"]) == {one["id"]: 1 for one in file["applications"]}
    assert all(
        set(one) == {"id", "won", "credit", "n", "groups", "village", "wishes", "leaf"} for one in file["applications"]
    )


def test_same_key_gives_the_first_answer(office):
    office.notice(office.course("书法", 1))
    lin = office.resident()
    first = office.apply(lin, key="k")
    assert office.apply(lin, key="k").pk == first.pk
    assert Application.unscoped.count() == 1


def test_nobody_stands_in_the_pool_twice(office):
    office.notice(office.course("书法", 1))
    lin = office.resident()
    office.apply(lin)
    with pytest.raises(AlreadyApplied, match=lin.name):
        office.apply(lin)


def test_household_stands_once_where_it_counts_as_one(office):
    office.notice(office.course("亲子", 1), rules=Rules(party="household", people_at_most=3))
    home = office.home()
    mother, father, child = (office.resident(home=home) for _ in range(3))
    office.apply(mother, child)
    with pytest.raises(AlreadyApplied, match="一户一份"):
        office.apply(father)


def test_person_is_in_one_application_only_even_as_a_companion(office):
    office.notice(office.course("亲子", 1), rules=Rules(party="household", people_at_most=3))
    aunt, mother, child = office.resident(), office.resident(), office.resident()
    office.apply(mother, child)
    with pytest.raises(AlreadyApplied, match=child.name):
        office.apply(aunt, child)


def test_withdrawn_application_makes_room_for_a_new_one_and_leaves_the_list(office):
    office.notice(office.course("书法", 1))
    lin = office.resident()
    first = office.apply(lin)
    with context.everything(reason="test"):
        actions.withdraw(application=first, by=CLERK, at=office.at + DAY)
        actions.withdraw(application=first, by=CLERK, at=office.at + DAY)
    second = office.apply(lin, later=25)
    listed = [one["id"] for one in published.list_of(office.freeze())["applications"]]
    assert listed == [str(second.pk)]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("王桂花", "13800000009"), ("王 桂花", "138-0000-0009"), True),
        (("王桂花", "13800000009"), ("王桂花", "13800000008"), False),
        (("王桂花", ""), ("王桂花", ""), True),
        (("Ｗａｎｇ", "1"), ("wang", "１"), True),
    ],
)
def test_names_outside_the_register_are_told_apart_by_name_and_telephone(office, first, second, same):
    office.notice(office.course("书法", 1))
    office.apply(Guest(name=first[0]), slip=Slip(phone=first[1]), channel="paper")
    again = lambda: office.apply(Guest(name=second[0]), slip=Slip(phone=second[1]), channel="paper")  # noqa: E731
    if same:
        with pytest.raises(AlreadyApplied):
            again()
    else:
        assert again().pk


def test_wrong_people_and_wishes_are_refused_at_their_field(office):
    office.notice(office.course("书法", 1), office.course("古筝", 1))
    lin = office.resident()
    for people, wishes, field in (
        ([lin, office.resident()], (1,), "people"),
        ([Guest(name=" ")], (1,), "people"),
        ([lin], (1, 1), "wishes"),
    ):
        with pytest.raises(WrongApplication) as refusal:
            office.apply(*people, wishes=wishes)
        assert list(refusal.value.message_dict) == [field]
    other = office.options
    office.notice(office.course("国画", 1), title="另一场")
    with pytest.raises(WrongApplication, match="不在这次摇号里"), context.everything(reason="test"):
        actions.apply(
            draw=office.draw,
            people=[lin],
            wishes=other[:1],
            channel="app",
            groups=frozenset(),
            key="x",
            by=CLERK,
            at=office.at,
        )


def test_wishes_are_kept_in_their_order_and_changed_as_a_whole(office):
    office.notice(*(office.course(title, 1) for title in ("书法", "古筝", "国画")))
    one = office.apply(wishes=(3, 1))

    def wishes():
        rows = Wish.unscoped.filter(application=one).order_by("rank")
        return list(rows.values_list("option__title", flat=True))

    assert wishes() == ["国画", "书法"]
    with context.everything(reason="test"):
        actions.change_wishes(application=one, wishes=office.options[1:], by=CLERK, at=office.at + DAY)
    assert wishes() == ["古筝", "国画"]


def test_certified_group_counts_by_itself_and_a_claim_alone_does_not(office):
    office.notice(office.course("书法", 1, kept={"elders": 1}), office.course("古筝", 1, kept={"disabled": 1}))
    elder, certified, plain = office.resident(born=1940), office.resident(), office.resident()
    day = dt.date(2026, 3, 1)
    with context.everything(reason="test"):
        certify_group(resident=certified, group="disabled", basis="残疾人证", since=day, by=CLERK, at=office.at)
    assert office.apply(elder).groups == ["elders"]
    assert office.apply(certified).groups == ["disabled"]
    mother = Actor(kind=ActorKind.RESIDENT, id=plain.pk, name=plain.name)
    with context.opened(context.resident(frozenset({plain.pk}), county=COUNTY)):
        made = actions.apply(
            draw=office.draw, people=[plain], wishes=office.options, channel="app", groups=frozenset({"disabled", "elders"}),
            key="x", by=mother, at=office.at,
        )  # fmt: skip
    assert made.groups == []


def test_group_that_staff_saw_the_paper_of_counts_on_a_slip(office):
    office.notice(office.course("书法", 1, kept={"veteran": 1}))
    made = office.apply(office.guest(), groups={"veteran", "disabled"}, channel="paper")
    assert made.groups == ["veteran"]  # only what this draw keeps places for is written down


def test_resident_applies_only_for_oneself_and_wards_and_only_by_the_app(office):
    office.notice(office.course("书法", 1))
    lin, stranger = office.resident(), office.resident()
    by = Actor(kind=ActorKind.RESIDENT, id=lin.pk, name=lin.name)
    for people, channel in (([stranger], "app"), ([lin], "paper"), ([Guest(name="张三")], "app")):
        with context.opened(context.resident(frozenset({lin.pk}), county=COUNTY)), pytest.raises(Forbidden):
            actions.apply(
                draw=office.draw, people=people, wishes=office.options, channel=channel, groups=frozenset(),
                key=str(uuid7()), by=by, at=office.at,
            )  # fmt: skip


def test_villages_are_where_people_live_and_the_list_shows_only_those_with_a_floor(office):
    office.notice(office.course("书法", 2, floors={EAST: 1}))
    east, north = office.apply(office.resident(village=EAST)), office.apply(office.resident(village=NORTH))
    shown = {one["id"]: one["village"] for one in published.list_of(office.freeze())["applications"]}
    assert shown == {str(east.pk): EAST, str(north.pk): ""}


def test_applying_and_the_result_are_told_once_by_inbox_and_telephone(office):
    office.notice(office.course("书法", 1))
    office.apply(office.guest(), slip=Slip(phone="13800000009"), channel="phone")
    office.apply(slip=Slip(phone="13800000008"), channel="phone")
    office.carry_out()
    office.do(actions.publish, after=3)
    office.do(actions.publish, after=3)
    for what in ("applied", "result"):
        assert Notice.unscoped.filter(key__endswith=f":{what}").count() == 1
        assert OutboxMessage.unscoped.filter(key__contains=f":{what}").count() == 2


# -- luck ---------------------------------------------------------------------------------------------------


def held(office, at, people, *, seats=1, seed=SEED, **more):
    """A draw of its own at some later time with these people."""
    before, office.at = office.at, at
    office.notice(office.course("书法", seats), **more)
    for one in people:
        office.apply(one)
    office.carry_out(seed)
    office.at = before
    return {row.resident_id: row for row in office.rows()}


def credit(person):
    row = Luck.unscoped.filter(household=person.household_id).first()
    return row.credit if row else 0


def test_who_goes_away_empty_gathers_a_point_and_who_wins_begins_anew(office):
    people = [office.resident() for _ in range(3)]
    rows = held(office, office.at, people)
    assert {one.pk: credit(one) for one in people} == {one.pk: int(rows[one.pk].state == "lost") for one in people}
    losers = [one for one in people if rows[one.pk].state == "lost"]
    again = held(office, office.at + 40 * DAY, losers)
    assert {one.pk: again[one.pk].credit for one in losers} == {one.pk: 1 for one in losers}
    assert sorted(credit(one) for one in losers) == [0, 2]


def test_points_are_gathered_once_in_thirty_days_however_many_draws_are_entered(office):
    people = [office.resident() for _ in range(6)]
    for n in range(3):
        held(office, office.at + n * 5 * DAY, people)
    assert max(credit(one) for one in people) == 1


def test_household_is_lucky_when_one_of_it_is(office):
    home = office.home()
    family = [office.resident(home=home) for _ in range(3)]
    held(office, office.at, family)
    assert credit(family[0]) == 0
    assert Luck.unscoped.filter(household=home).count() == 0
    assert Household.unscoped.filter(pk=home.pk).count() == 1


@pytest.mark.parametrize(("days", "left"), [(0, 3), (179, 3), (180, 2), (359, 2), (360, 1), (540, 0), (5000, 0)])
def test_points_fade_by_one_each_half_year(office, days, left):
    assert luck.faded(3, office.at, office.at + dt.timedelta(days=days)) == left


def test_points_are_bounded():
    assert [luck.after_loss(n) for n in range(6)] == [1, 2, 3, 4, 4, 4]


def test_applications_of_one_season_share_the_tickets_of_one(office):
    greedy, modest = office.resident(), office.resident()
    for title in ("甲", "乙", "丙"):
        office.notice(office.course(title, 1), title=title, rules=Rules(season="2026春"))
        office.apply(greedy)
    office.apply(modest)
    file = published.list_of(office.freeze())
    by_person = {str(row.pk): row.resident_id for row in Application.unscoped.filter(draw=office.draw)}
    shares = {by_person[one["id"]]: one["n"] for one in file["applications"]}
    assert shares == {greedy.pk: 3, modest.pk: 1}
    assert {by_person[k]: n for k, n in kernel.tickets(file["applications"], file["rules"]).items()} == {
        greedy.pk: 1, modest.pk: 3,
    }  # fmt: skip


def test_why_names_rank_rule_wishes_that_would_have_won_and_luck(office):
    office.notice(office.course("书法", 1, kept={"elders": 1}), office.course("古筝", 3))
    elder, other = office.apply(office.resident(born=1940)), office.apply()
    office.carry_out()
    rows = {row.pk: row for row in office.rows()}
    for row in rows.values():
        row.draw = office.fresh()
    with context.everything(reason="test"):
        won, lost = queries.why(rows[elder.pk]), queries.why(rows[other.pk])
    assert (won.rule, won.missed, won.credit_next) == ("kept:elders", [], 0)
    assert (lost.pool, lost.rule, [one.option.title for one in lost.missed], lost.credit_next) == (2, "", ["古筝"], 1)
    assert lost.stands[0].kept == (("kept:elders", 1, rows[elder.pk].rank),)
    assert (lost.tickets, lost.tickets_each) == (1, 1)

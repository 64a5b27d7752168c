"""From the notice to the result: each step once, in its order, with the hash before the seed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import context, writing
from qunwen.services.draws import actions, kernel, published
from qunwen.services.draws.drafts import OptionDraft, Rules
from qunwen.services.draws.enums import Standing, State
from qunwen.services.draws.errors import ListChanged, NotOpen, WrongNotice, WrongSeed, WrongState
from qunwen.services.draws.models import Application, Draw

from .conftest import CLERK, DAY, EAST, SEED

pytestmark = pytest.mark.django_db


def test_draw_gives_every_place_and_books_the_winners(office):
    course = office.course("书法", 2)
    office.notice(course)
    made = [office.apply() for _ in range(5)]
    office.carry_out()
    rows = office.rows()
    assert [row.rank for row in rows] == [1, 2, 3, 4, 5]
    assert [row.state for row in rows] == [Standing.WON] * 2 + [Standing.LOST] * 3
    assert {row.pk for row in rows} == {row.pk for row in made}
    assert office.booked(course) == 2


def test_published_file_is_found_right_by_the_script(office):
    office.notice(office.course("书法", 2, kept={"elders": 1}), office.course("古筝", 1, floors={EAST: 1}))
    for born in (1950, 1980, 1990, 1940, 2000):
        office.apply(office.resident(born=born), wishes=(1, 2))
    office.carry_out()
    file = published.file_of(office.fresh())
    assert kernel.check(file, office.draw.list_hash) == []
    assert sum(1 for row in file["results"] if row["option"]) == 3


def test_names_and_telephones_are_not_in_the_published_file(office):
    office.notice(office.course("书法", 1, kept={"elders": 1}))
    one = office.apply(office.resident(born=1940))
    office.carry_out()
    text = published.text_of(published.file_of(office.fresh()))
    assert one.contact not in text
    assert one.code not in text
    assert str(one.household_id) not in text


def test_list_cannot_be_frozen_before_the_window_ends(office):
    office.notice(office.course("书法", 1))
    office.apply()
    with pytest.raises(WrongState, match="还没有截止"):
        office.do(actions.freeze, after=1)


def test_list_cannot_be_frozen_once_the_event_is_over_and_another_event_mends_it(office):
    office.notice(office.course("书法", 1))
    office.apply()
    with pytest.raises(WrongState, match="公开事件已经发生"):
        office.do(actions.freeze, after=3)
    later = office.at + 6 * DAY
    office.do(actions.move_seed, after=4, seed_notice="双色球第2026033期", seed_at=later, reason="锁定晚了")
    office.do(actions.freeze, after=5)
    assert office.fresh().state == State.FROZEN


def test_moving_the_event_opens_the_list_for_freezing_anew(office):
    office.notice(office.course("书法", 1))
    office.apply()
    before = office.freeze().list_hash
    office.do(
        actions.move_seed, after=2, seed_notice="双色球第2026033期", seed_at=office.at + 6 * DAY, reason="停止开奖"
    )
    assert office.fresh().list_hash == ""
    office.do(actions.freeze, after=4)
    assert office.fresh().list_hash != before


def test_seed_is_refused_before_the_event_and_in_another_spelling(office):
    office.notice(office.course("书法", 1))
    office.apply()
    office.freeze()
    with pytest.raises(WrongSeed, match="还没有发生"):
        office.do(actions.enter_seed, after=2, seed=SEED, witness="李四")
    with pytest.raises(WrongSeed, match="14 位"):
        office.do(actions.enter_seed, after=3, seed="02 08", witness="李四")
    with pytest.raises(WrongSeed, match="不允许"):
        office.do(actions.enter_seed, after=3, seed=SEED + "红", witness="李四")
    with pytest.raises(WrongSeed, match="见证人"):
        office.do(actions.enter_seed, after=3, seed=SEED, witness=" ")


def test_every_spelling_of_the_same_numbers_is_one_seed(office):
    office.notice(office.course("书法", 1))
    office.apply()
    office.freeze()
    office.do(actions.enter_seed, after=3, seed="０２，０８、13/21+27 32|05", witness="李四")
    assert office.fresh().seed == "02081321273205"


def test_seed_may_be_mended_on_record_until_lots_are_drawn(office):
    office.notice(office.course("书法", 1))
    office.apply()
    office.freeze()
    office.do(actions.enter_seed, after=3, seed="12 08 13 21 27 32 05", witness="李四")
    office.do(actions.enter_seed, after=3, seed=SEED, witness="李四")
    office.do(actions.carry_out, after=3)
    kept = JournalEntry.unscoped.filter(code="draws.draw.seeded").order_by("recorded_at", "pk")
    assert [entry.after["seed"] for entry in kept] == ["12081321273205", "02081321273205"]
    with pytest.raises(WrongState):
        office.do(actions.enter_seed, after=3, seed="12 08 13 21 27 32 05", witness="李四")


def test_database_refuses_a_seed_that_came_before_the_hash(office):
    office.notice(office.course("书法", 1))
    office.apply()
    office.freeze()
    rows = Draw.unscoped.filter(county=office.draw.county, pk=office.draw.pk)
    with pytest.raises(IntegrityError), transaction.atomic(), writing.allowed("test"):
        rows.update(seeded_at=office.at, seed="1")


def test_row_changed_behind_the_platform_stops_the_draw_and_is_named(office):
    office.notice(office.course("书法", 1, kept={"elders": 1}))
    one, _other = office.apply(), office.apply()
    office.freeze()
    with writing.allowed("test"):
        Application.unscoped.filter(county=one.county, pk=one.pk).update(groups=["elders"])
    office.do(actions.enter_seed, after=3, seed=SEED, witness="李四")
    with pytest.raises(ListChanged, match=str(one.pk)):
        office.do(actions.carry_out, after=3)


def test_steps_done_twice_change_nothing(office):
    course = office.course("书法", 1)
    office.notice(course)
    office.apply()
    office.apply()
    office.carry_out()
    before = [(row.pk, row.rank) for row in office.rows()]
    office.do(actions.carry_out, after=4)
    office.do(actions.publish, after=4)
    office.do(actions.publish, after=5)
    assert [(row.pk, row.rank) for row in office.rows()] == before
    assert office.booked(course) == 1
    assert office.fresh().published_at == office.at + 4 * DAY


@pytest.mark.parametrize(
    ("action", "more"),
    [
        (actions.enter_seed, {"seed": SEED, "witness": "李四"}),
        (actions.carry_out, {}),
        (actions.publish, {}),
    ],
)
def test_steps_out_of_order_are_refused(office, action, more):
    office.notice(office.course("书法", 1))
    office.apply()
    with pytest.raises(WrongState):
        office.do(action, after=4, **more)
    assert office.fresh().state == State.OPEN


def test_nobody_applies_withdraws_or_rewishes_outside_the_window(office):
    office.notice(office.course("书法", 1), office.course("古筝", 1))
    one = office.apply()
    with pytest.raises(NotOpen, match="截止"):
        office.apply(later=48)
    with pytest.raises(NotOpen):
        office.apply(later=-1)
    office.freeze()
    for action, more in ((actions.withdraw, {}), (actions.change_wishes, {"wishes": office.options})):
        with pytest.raises(NotOpen), context.everything(reason="test"):
            action(application=one, by=CLERK, at=office.at + 2 * DAY, **more)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"closes_at": dt.timedelta(days=-1)}, "closes_at"),
        ({"seed_at": dt.timedelta(days=2)}, "seed_at"),
        ({"seed_notice": " 彩票 "}, "seed_notice"),
        ({"title": " "}, "title"),
        ({"rules": Rules(seed_form="digits", seed_length=5)}, "seed_length"),
        ({"rules": Rules(seed_form="dice", seed_length=7)}, "seed_length"),
        ({"rules": Rules(party="person", people_at_most=2)}, "people_at_most"),
        ({"rules": Rules(party="household", people_at_most=11)}, "people_at_most"),
    ],
)
def test_notice_that_cannot_be_is_refused_at_its_field(office, change, field):
    course = office.course("书法", 1)
    moved = {key: office.at + value if isinstance(value, dt.timedelta) else value for key, value in change.items()}
    with pytest.raises(WrongNotice) as refusal:
        office.notice(course, **moved)
    assert list(refusal.value.message_dict) == [field]


@pytest.mark.parametrize(
    "change",
    [
        {"seats": 0},
        {"kept": {"elders": 2}},
        {"kept": {"elders": 1}, "floors": {EAST: 1}},
        {"kept": {"gentry": 1}},
        {"floors": {"610327100001": 1}},
        {"subject_type": "nobody.knows"},
    ],
)
def test_option_that_cannot_be_is_refused(office, change):
    course = office.course("书法", 1)._replace(**change)
    with pytest.raises(WrongNotice) as refusal:
        office.notice(course)
    assert list(refusal.value.message_dict) == ["options"]


def test_draw_without_options_or_with_one_twice_is_refused(office):
    course = office.course("书法", 1)
    for drafts in ((), (course, course)):
        with pytest.raises(WrongNotice, match="选"):
            office.notice(*drafts)


def test_called_off_draw_tells_everybody_and_takes_no_more(office):
    office.notice(office.course("书法", 1))
    office.apply()
    with pytest.raises(WrongNotice):
        office.do(actions.call_off, after=0, reason=" ")
    office.do(actions.call_off, after=0, reason="老师病了")
    office.do(actions.call_off, after=0, reason="老师病了")
    assert office.fresh().state == State.CALLED_OFF
    with pytest.raises(NotOpen, match="取消"):
        office.apply()


def test_winner_whom_the_ledger_refuses_is_noted_and_stops_nobody(office):
    small = office.course("书法", 2, size=1)
    office.notice(small)
    office.apply()
    office.apply()
    office.carry_out()
    assert [bool(row.refusal) for row in office.rows()] == [False, True]
    assert office.booked(small) == 1


def test_draw_without_applications_is_not_frozen(office):
    office.notice(office.course("书法", 1))
    with pytest.raises(WrongState, match="没有人申请"):
        office.freeze()


def test_refusals_are_validation_errors():
    assert issubclass(WrongState, ValidationError)
    assert OptionDraft("a.b", None, "x", 1).kept == {}

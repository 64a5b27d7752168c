"""Confirming norms, and a county's own stricter floors."""

import datetime as dt
from dataclasses import replace

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.models import JournalEntry
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.governance.norms import actions, defining, queries
from qunwen.governance.norms.actions import ConfirmationRefused, FloorRefused
from qunwen.governance.norms.enums import Standing

BY = Actor(kind="staff", id=None, name="李明")
NORMS = defining.shipped().by_code
MED, SURE, LOW = NORMS["demozone.satisfaction"], NORMS["law.catalogue"], NORMS["demozone.east.circulation"]
BOOKS = NORMS["demozone.west3.books_per_head"]
NEW_YEAR = dt.date(2026, 1, 1)


@pytest.fixture
def here(places, everything):
    return places["510112"]


def confirm(place, rule, at, **more):
    about = {"place": place, "rule": rule, "sha256": rule.sha256, "by": BY, "at": at, **more}
    return actions.confirm_norm(**about)


def standing(rule, county="510112"):
    return queries.standings([rule], county=county)[rule.code]


def test_a_confirmed_norm_counts_in_its_county_alone(here, at):
    assert standing(MED) == Standing.WAITING
    confirm(here, MED, at, note="县文〔2026〕3号")
    assert [standing(MED), standing(MED, "610327"), standing(MED, "")] == [
        Standing.IN_FORCE, Standing.WAITING, Standing.WAITING,
    ]  # fmt: skip
    entry = JournalEntry.objects.get(county="510112")
    assert (entry.code, entry.place, entry.after["norm"], entry.after["note"]) == (
        "norms.norm.confirmed", "510112", MED.code, "县文〔2026〕3号",
    )  # fmt: skip


def test_a_changed_norm_has_to_be_confirmed_anew(here, at):
    confirm(here, MED, at)
    changed = replace(MED, op=">", expr=replace(MED.expr, op=">"))
    assert (changed.sha256 != MED.sha256, standing(changed)) == (True, Standing.WAITING)
    with pytest.raises(ConfirmationRefused, match="刚刚有改动"):
        confirm(here, changed, at, sha256=MED.sha256)


def test_confirming_twice_or_what_needs_none_is_refused(here, at):
    confirm(here, MED, at)
    with pytest.raises(ConfirmationRefused, match="已经有人确认过"):
        confirm(here, MED, at)
    with pytest.raises(ConfirmationRefused, match="不需要确认"):
        confirm(here, SURE, at)
    with pytest.raises(ConfirmationRefused, match="把握不足"):
        confirm(here, LOW, at)
    assert standing(LOW) == Standing.DISABLED


def test_a_city_confirms_nothing(places, everything, at):
    with pytest.raises(ConfirmationRefused, match="由县（市、区）确认"):
        confirm(places["5101"], MED, at)


def test_a_town_confirms_for_its_county(places, everything, at):
    assert confirm(places["510112001"], MED, at).county == "510112"


def test_withdrawing_makes_it_wait_again(here, at):
    confirm(here, MED, at)
    row = actions.withdraw_confirmation(place=here, rule=MED, by=BY, at=at)
    assert (row.withdrawn_by, standing(MED)) == ("李明", Standing.WAITING)
    with pytest.raises(ConfirmationRefused, match="无需撤回"):
        actions.withdraw_confirmation(place=here, rule=MED, by=BY, at=at)
    confirm(here, MED, at)
    assert standing(MED) == Standing.IN_FORCE
    assert [e.code for e in JournalEntry.objects.filter(county="510112").order_by("recorded_at", "pk")] == [
        "norms.norm.confirmed", "norms.norm.confirmation_withdrawn", "norms.norm.confirmed",
    ]  # fmt: skip


def test_the_public_may_do_nothing(places, at):
    with context.opened(context.staff({})):
        for call in (
            lambda: confirm(places["510112"], MED, at),
            lambda: actions.withdraw_confirmation(place=places["510112"], rule=MED, by=BY, at=at),
            lambda: set_floor(places["510112"], "0.8", at),
        ):
            with pytest.raises(Forbidden):
                call()


def set_floor(place, floor, at, norm=BOOKS, **more):
    about = {"valid_from": NEW_YEAR, "doc": "县文〔2026〕1号", "by": BY, "at": at} | more
    return actions.set_floor(place=place, norm=norm, floor=floor, **about)


def test_a_stricter_floor_is_a_version_from_its_day(here, at):
    set_floor(here, "0.7", at)
    set_floor(here, "0.8 册/人", at, valid_from=dt.date(2027, 1, 1))
    own = [n for n in queries.norms(county="510112") if n.family == BOOKS.family and n.where.area]
    assert [(n.code, str(n.floor.value), n.where.valid_from, n.where.valid_to) for n in own] == [
        ("demozone.west3.books_per_head.v1", "7/10", NEW_YEAR, dt.date(2026, 12, 31)),
        ("demozone.west3.books_per_head.v2", "4/5", dt.date(2027, 1, 1), None),
    ]
    assert [standing(n) for n in own] == [Standing.IN_FORCE, Standing.IN_FORCE]
    assert [n for n in queries.norms(county="610327") if n.where.area == ("510112",)] == []
    before = queries.norms(county="510112", on=dt.date(2025, 12, 31))
    assert [n.code for n in before if n.family == BOOKS.family and n.where.area] == []


def test_a_laxer_or_unreadable_floor_is_refused_at_its_field(here, at):
    for floor, reason in (("0.59", "不得低于上级标准"), ("很多", "要写成 0.8 或 65"), ("-1", "要写成"), ("", "要写成")):
        with pytest.raises(FloorRefused, match=reason) as problem:
            set_floor(here, floor, at, doc="")
        assert sorted(problem.value.message_dict) == ["doc", "floor"]
    ceiling = NORMS["demozone.west4.library_grade"]
    with pytest.raises(FloorRefused, match="不得低于上级标准"):
        set_floor(here, "4", at, norm=ceiling)
    set_floor(here, "2", at, norm=ceiling)
    with pytest.raises(FloorRefused, match="不是与一个数比较"):
        set_floor(here, "1", at, norm=NORMS["demozone.west4.e_reading_room"])


def test_one_floor_a_day_and_a_withdrawn_one_judges_nothing(here, at):
    row = set_floor(here, "0.7", at)
    with pytest.raises(FloorRefused, match="已经有一个本县标准值"):
        set_floor(here, "0.8", at)
    actions.withdraw_floor(row=row, place=here, by=BY, at=at)
    assert queries.floors("510112") == []
    with pytest.raises(FloorRefused, match="已经撤回"):
        actions.withdraw_floor(row=row, place=here, by=BY, at=at)
    assert set_floor(here, "0.8", at).version == 2
    entries = JournalEntry.objects.filter(county="510112", code__startswith="norms.floor").order_by("recorded_at", "pk")
    assert [(e.code, e.after["floor"]) for e in entries] == [
        ("norms.floor.set", "0.7"), ("norms.floor.withdrawn", "0.7"), ("norms.floor.set", "0.8"),
    ]  # fmt: skip

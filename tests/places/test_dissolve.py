"""Places that end without a successor, grids mended and closed, and what a preview says before anything is done."""

import datetime as dt

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.models import JournalEntry
from qunwen.base.places import actions, previewing, queries
from qunwen.base.places.actions import NewPlace
from qunwen.base.places.models import Place, PlaceChange, PlaceSuccession
from qunwen.base.places.problems import ChildrenUnplaced, DateRefused, WrongLevel

BY = Actor(kind=ActorKind.COMMAND, id=None, name="命令行")
BEFORE, DAY, TODAY = dt.date(2025, 6, 1), dt.date(2026, 1, 1), dt.date(2026, 3, 14)


@pytest.fixture
def act(places, everything, at):
    """Call an action as the operator."""
    return lambda action, **arguments: action(by=BY, at=at, **arguments)


def ancestors(code, *, map, on=BEFORE):
    """For whom a fact at the place on that day counts."""
    rows = queries.closure(as_of=TODAY, map=map, root="510112")
    return sorted(
        r.ancestor for r in rows
        if r.descendant == code and (r.valid_from is None or r.valid_from <= on) and (r.valid_to is None or on < r.valid_to)
    )  # fmt: skip


def test_dissolved_village_keeps_what_was_recorded_there(act, places):
    act(actions.dissolve_place, place=places["510112001001"], on=DAY, document="川府〔2025〕9号")
    assert [p.code for p in queries.villages_of("510112001", on=DAY)] == ["510112001002"]
    for map in ("then", "now"):
        assert ancestors("510112001001", map=map) == ["510112", "510112001", "510112001001"]
    entry = JournalEntry.unscoped.get()
    assert (entry.code, entry.after) == ("places.place.dissolved", {"on": "2026-01-01", "document": "川府〔2025〕9号"})


def test_town_with_villages_in_use_is_not_dissolved(act, places):
    with pytest.raises(ChildrenUnplaced, match="还有 2 个在用的区划（东街社区 等）"):
        act(actions.dissolve_place, place=places["510112001"], on=DAY)
    assert PlaceChange.unscoped.count() == 0


def test_grid_is_renamed_closed_and_its_number_not_given_again(act, places):
    grid = act(actions.create_grid, village=places["510112001001"], name="一网格", since=BEFORE)
    act(actions.rename_grid, grid=grid, name=" 东街北网格 ")
    act(actions.close_grid, grid=grid, on=DAY)
    row = Place.unscoped.get(pk=grid.pk)
    assert (row.name, row.valid_to) == ("东街北网格", DAY)
    assert act(actions.create_grid, village=places["510112001001"], name="二网格").code == "510112001001002"
    with pytest.raises(DateRefused, match="已于 2026-01-01 撤销"):
        act(actions.close_grid, grid=row, on=DAY)
    with pytest.raises(WrongLevel, match="不是网格"):
        act(actions.close_grid, grid=places["510112001002"], on=DAY)
    with pytest.raises(WrongLevel, match="请填写网格名称"):
        act(actions.rename_grid, grid=row, name=" ")


def test_preview_says_what_moves_and_leaves_nothing(act, places, at):
    into = NewPlace("510112002009", "东街社区")
    found = previewing.preview(
        lambda: act(actions.merge_places, places=[places["510112001"]], into=places["510112002"], on=DAY),
        place=places["510112001"],
        at=at,
    )
    assert [(p.old_code, p.new_code) for p in found.passed] == [
        ("510112001", "510112002"), ("510112001001", "510112002003"), ("510112001002", "510112002004"),
    ]  # fmt: skip
    assert [p.code for p in found.ended] == ["510112001", "510112001001", "510112001002"]
    assert [p.code for p in found.begun] == ["510112002003", "510112002004"]
    assert (
        PlaceSuccession.unscoped.count(),
        JournalEntry.unscoped.count(),
        Place.unscoped.filter(valid_to=DAY).count(),
    ) == (0, 0, 0)
    assert not Place.unscoped.filter(pk=into.code).exists()


def test_preview_of_a_rename_shows_both_names(act, places, at):
    found = previewing.preview(
        lambda: act(actions.rename_place, place=places["510112002"], name="新城街道", on=DAY),
        place=places["510112002"],
        at=at,
    )
    assert [(p.old_name, p.new_name) for p in found.passed] == [("大面街道", "新城街道")]
    assert Place.unscoped.get(pk="510112002").name == "大面街道"

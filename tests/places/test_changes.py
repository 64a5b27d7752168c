"""Renames, merges, splits and moves, and the figures of last year under both maps."""

import datetime as dt

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.models import JournalEntry
from qunwen.base.places import actions, queries
from qunwen.base.places.actions import NewPlace
from qunwen.base.places.enums import HierarchyKind
from qunwen.base.places.models import HierarchyEdge, Place, PlaceChange
from qunwen.base.places.problems import (
    ChildrenUnplaced,
    CodeTaken,
    DateRefused,
    EdgeRefused,
    NotInUse,
    WrongLevel,
)

BY = Actor(kind=ActorKind.COMMAND, id=None, name="命令行")
BEFORE, DAY, AFTER = dt.date(2025, 6, 1), dt.date(2026, 1, 1), dt.date(2026, 2, 1)
TODAY = dt.date(2026, 3, 14)


@pytest.fixture
def act(places, everything, at):
    """Call an action as the operator."""

    def call(action, **arguments):
        return action(by=BY, at=at, **arguments)

    return call


def count_for(ancestor, descendant, day, *, map):
    """Whether a fact at a place on a day counts for an ancestor."""
    return any(
        row.descendant == descendant
        and (row.valid_from is None or row.valid_from <= day)
        and (row.valid_to is None or day < row.valid_to)
        for row in queries.closure(as_of=TODAY, map=map)
        if row.ancestor == ancestor
    )


def test_renamed_place_has_the_name_of_the_day(act, places):
    act(actions.rename_place, place=places["510112002"], name="大面新城街道", on=DAY, document="川府〔2025〕1号")
    assert queries.place_on("510112002", BEFORE) == "大面街道"
    assert queries.place_on("510112002", DAY) == "大面新城街道"
    entry = JournalEntry.unscoped.get()
    assert (entry.code, entry.before, entry.after["name"]) == (
        "places.place.renamed",
        {"name": "大面街道"},
        "大面新城街道",
    )


def test_merged_villages_count_for_the_new_one_only_today(act, places):
    olds = [places["510112001001"], places["510112001002"]]
    act(actions.merge_places, places=olds, into=NewPlace("510112001009", "龙泉社区"), on=DAY)
    assert count_for("510112001001", "510112001001", BEFORE, map="then")
    assert not count_for("510112001009", "510112001001", BEFORE, map="then")
    assert count_for("510112001009", "510112001001", BEFORE, map="now")
    assert not count_for("510112001001", "510112001001", BEFORE, map="now")
    assert count_for("510112001", "510112001001", BEFORE, map="now")
    assert [p.code for p in queries.villages_of("510112001", on=BEFORE)] == ["510112001001", "510112001002"]
    assert [p.code for p in queries.villages_of("510112001", on=DAY)] == ["510112001009"]
    with pytest.raises(NotInUse, match="510112001001"):
        queries.place_on("510112001001", AFTER)


def test_village_absorbed_by_its_neighbour(act, places):
    act(actions.merge_places, places=[places["510112001002"]], into=places["510112001001"], on=DAY)
    assert count_for("510112001001", "510112001002", BEFORE, map="now")
    assert count_for("510112001001", "510112001001", BEFORE, map="now")


def test_split_village_counts_for_the_town_only_today(act, places):
    into = [NewPlace("510112001011", "东街一社区"), NewPlace("510112001012", "东街二社区")]
    act(actions.split_place, place=places["510112001001"], into=into, on=DAY)
    assert count_for("510112001001", "510112001001", BEFORE, map="then")
    assert count_for("510112001", "510112001001", BEFORE, map="now")
    assert not count_for("510112001011", "510112001001", BEFORE, map="now")
    assert not count_for("510112001012", "510112001001", BEFORE, map="now")
    assert count_for("510112001011", "510112001011", AFTER, map="now")


def test_village_that_gives_a_part_away_keeps_its_code(act, places):
    into = [places["510112001001"], NewPlace("510112001013", "新东社区")]
    act(actions.split_place, place=places["510112001001"], into=into, on=DAY)
    assert not count_for("510112001001", "510112001001", BEFORE, map="now")
    assert count_for("510112001001", "510112001001", AFTER, map="now")
    assert count_for("510112001001", "510112001001", BEFORE, map="then")
    assert Place.unscoped.get(pk="510112001001").valid_to is None


def test_moved_village_counts_for_its_new_town_today(act, places):
    act(actions.move_place, place=places["510112001001"], to=places["510112002"], code="510112002031", on=DAY)
    assert count_for("510112001", "510112001001", BEFORE, map="then")
    assert count_for("510112002", "510112001001", BEFORE, map="now")
    assert not count_for("510112001", "510112001001", BEFORE, map="now")


def test_moved_town_takes_everything_below_along(act, places):
    grid = act(actions.create_grid, village=places["610327101200"], name="一网格")
    act(actions.move_place, place=places["610327101"], to=places["510112"], code="510112101", on=DAY)
    assert [p.code for p in queries.below("510112101")] == [
        "510112101",
        "510112101200",
        "510112101200001",
        "510112101201",
    ]
    assert count_for("510112", grid.code, BEFORE, map="now")
    assert not count_for("610327", grid.code, BEFORE, map="now")
    assert count_for("610327", grid.code, BEFORE, map="then")
    rows = queries.closure(as_of=TODAY, map="now", root="510112")
    assert "610327101200" in {row.descendant for row in rows}
    assert all(row.ancestor.startswith("510112") for row in rows)


def test_merged_towns_keep_their_villages_apart(act, places):
    act(actions.merge_places, places=[places["510112002"]], into=places["510112001"], on=DAY)
    names = {p.code: p.name for p in queries.villages_of("510112001", on=DAY)}
    assert names == {
        "510112001001": "东街社区",
        "510112001002": "北干道社区",
        "510112001003": "五星社区",
        "510112001004": "洪河社区",
    }
    assert count_for("510112001", "510112002001", BEFORE, map="now")


def test_split_town_must_place_every_village(act, places):
    into = [NewPlace("510112011", "东街道"), NewPlace("510112012", "西街道")]
    with pytest.raises(ChildrenUnplaced, match="东街社区"):
        act(actions.split_place, place=places["510112001"], into=into, on=DAY)
    assert PlaceChange.unscoped.count() == 0
    children = {"510112001001": "510112011", "510112001002": "510112012"}
    act(actions.split_place, place=places["510112001"], into=into, children=children, on=DAY)
    assert count_for("510112011", "510112001001", BEFORE, map="now")
    assert not count_for("510112012", "510112001001", BEFORE, map="now")
    assert not count_for("510112011", "510112001", BEFORE, map="now")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"on": dt.date(2027, 1, 1)}, DateRefused),
        ({"into": NewPlace("510112001", "已用")}, CodeTaken),
        ({"into": NewPlace("510112001011", "村")}, WrongLevel),
        ({"into": NewPlace("5101120", "坏")}, WrongLevel),
        ({"into": NewPlace("990112011", "无上级")}, NotInUse),
        ({"into": NewPlace("510112011", " ")}, WrongLevel),
    ],
)
def test_merge_that_cannot_be_changes_nothing(act, places, arguments, problem):
    olds = [places["510112001"], places["510112002"]]
    with pytest.raises(problem):
        act(actions.merge_places, **{"places": olds, "into": NewPlace("510112011", "新街道"), "on": DAY} | arguments)
    assert Place.unscoped.count() == len(places)
    assert JournalEntry.unscoped.count() == 0


def test_place_that_is_gone_cannot_change_again(act, places):
    act(actions.move_place, place=places["510112001001"], to=places["510112002"], code="510112002031", on=DAY)
    with pytest.raises(NotInUse):
        act(actions.rename_place, place=places["510112001001"], name="新名", on=AFTER)


def test_change_before_a_recorded_one_is_refused(act, places):
    act(actions.rename_place, place=places["510112002"], name="甲", on=DAY)
    with pytest.raises(DateRefused):
        act(actions.rename_place, place=places["510112002"], name="乙", on=BEFORE)


def test_library_network_follows_its_days(act, places):
    town, other = places["510112001"], places["510112002"]
    edge = act(actions.set_edge, hierarchy=HierarchyKind.LIBRARY, child=town, parent=other, since=DAY)
    rows = queries.closure(hierarchy=HierarchyKind.LIBRARY, as_of=TODAY, root="510112002")
    found = {(row.descendant, row.valid_from) for row in rows if row.ancestor == "510112002"}
    assert ("510112001001", DAY) in found
    assert ("510112002001", None) in found
    act(actions.end_edge, edge=edge, on=AFTER)
    assert HierarchyEdge.unscoped.get().valid_to == AFTER


def test_ring_in_a_network_is_refused(act, places):
    town, other = places["510112001"], places["510112002"]
    act(actions.set_edge, hierarchy=HierarchyKind.LIBRARY, child=town, parent=other, since=BEFORE)
    with pytest.raises(EdgeRefused, match="成环"):
        act(actions.set_edge, hierarchy=HierarchyKind.LIBRARY, child=other, parent=town, since=DAY)
    assert HierarchyEdge.unscoped.count() == 1


def test_network_follows_a_moved_town(act, places):
    act(
        actions.set_edge, hierarchy=HierarchyKind.FUND, child=places["510112001"], parent=places["610327"], since=BEFORE
    )
    act(actions.move_place, place=places["510112001"], to=places["510112"], code="510112021", on=DAY)
    edges = HierarchyEdge.unscoped.order_by("valid_from").values_list("child_id", "parent_id", "valid_from", "valid_to")
    assert list(edges) == [("510112001", "610327", BEFORE, DAY), ("510112021", "610327", DAY, None)]


def test_grid_numbers_run_on(act, places):
    codes = [act(actions.create_grid, village=places["510112001001"], name=f"{n}网格").code for n in "一二"]
    assert codes == ["510112001001001", "510112001001002"]
    with pytest.raises(WrongLevel):
        act(actions.create_grid, village=places["510112001"], name="不行")
    with pytest.raises(CodeTaken):
        act(actions.create_grid, village=places["510112001001"], name="重号", number=2)

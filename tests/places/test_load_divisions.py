"""Loading divisions into the database."""

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.models import JournalEntry
from qunwen.base.places import actions, divisions
from qunwen.base.places.models import Place
from qunwen.base.places.problems import DivisionUnknown
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.context import Reach

BY = Actor(kind=ActorKind.COMMAND, id=None, name="命令行")


@pytest.mark.parametrize(
    ("code", "towns", "villages"), [("510112", 10, 124), ("441900", 36, 609), ("469001", 8, 64), ("350527", 1, 1)]
)
def test_county_is_there_with_everything_above_and_below(db, everything, at, code, towns, villages):
    loaded = actions.load_divisions(root=code, by=BY, at=at)
    assert (loaded.towns, loaded.villages, loaded.added) == (towns, villages, towns + villages + 3)
    assert Place.unscoped.count() == towns + villages + 3
    assert Place.unscoped.filter(parent=None).get().code == code[:2]
    for place in Place.unscoped.select_related("parent"):
        assert place.parent is None or place.code.startswith(place.parent.code)
        assert place.parent is None or place.parent.level == place.level - 1


def test_second_run_changes_nothing_and_keeps_a_rename(db, everything, at):
    actions.load_divisions(root="510112", by=BY, at=at)
    town = Place.unscoped.get(pk="510112002")
    actions.rename_place(place=town, name="新大面街道", on=at.date(), by=BY, at=at)
    entries = JournalEntry.unscoped.count()
    assert actions.load_divisions(root="510112", by=BY, at=at).added == 0
    assert JournalEntry.unscoped.count() == entries
    assert Place.unscoped.get(pk="510112002").name == "新大面街道"


def test_city_after_its_county_adds_the_rest(db, everything, at):
    actions.load_divisions(root="460400", by=BY, at=at)
    assert actions.load_divisions(root="4604", by=BY, at=at).added == 0
    expected = sum(1 for _ in divisions.below("4604")) + 1
    assert Place.unscoped.count() == expected


def test_one_entry_per_load(db, everything, at):
    actions.load_divisions(root="510112", by=BY, at=at)
    entry = JournalEntry.unscoped.get()
    assert (entry.code, entry.county, entry.after["towns"]) == ("places.divisions.loaded", "510112", 10)


def test_unknown_code_is_refused(db, everything, at):
    with pytest.raises(DivisionUnknown, match="999999"):
        actions.load_divisions(root="999999", by=BY, at=at)
    assert Place.unscoped.count() == 0


def test_another_county_is_refused(db, at):
    with context.opened(context.staff({"places.load": (Reach("510112"),)})), pytest.raises(Forbidden):
        actions.load_divisions(root="610327", by=BY, at=at)

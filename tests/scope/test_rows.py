"""The scope reaches every way a query can run."""

import uuid

import pytest
from django.db.models import Count, Exists, OuterRef

from qunwen.base.people.models import Household, Resident, Unit
from qunwen.base.scope import asking, context, writing
from qunwen.base.scope.context import DataScope, Reach, ScopeMissing


@pytest.fixture
def households(places, at, door):
    codes = ["510112001001", "510112001002", "510112002001", "610327100001"]
    return {code: Household.unscoped.create(county=code[:6], place=places[code], created_at=at) for code in codes}


def staff(*reaches, permission="people.resident_view"):
    return context.opened(context.staff({permission: reaches}))


def test_unscoped_query_raises(db):
    for run in (
        lambda: list(Household.objects.all()),
        lambda: Household.objects.count(),
        lambda: Household.objects.exists(),
        lambda: Household.objects.values("place").annotate(n=Count("id")).count(),
        lambda: list(Household.objects.iterator()),
        lambda: Household.objects.aggregate(n=Count("id")),
    ):
        with pytest.raises(ScopeMissing):
            run()


def test_rows_below_the_granted_place_only(households):
    with staff(Reach("510112001")):
        assert {h.place_id for h in Household.objects.all()} == {"510112001001", "510112001002"}
        assert Household.objects.count() == 2
        assert not Household.objects.filter(pk=households["610327100001"].pk).exists()
        assert Household.objects.order_by("place_id")[:1].count() == 1
        assert Household.objects.order_by("place_id")[1:2].get().place_id == "510112001002"
        assert Household.objects.aggregate(n=Count("id")) == {"n": 2}
        assert sorted(Household.objects.values_list("place_id", flat=True)) == ["510112001001", "510112001002"]


def test_queryset_made_in_one_scope_obeys_the_scope_it_runs_in(households):
    with staff(Reach("510112")):
        rows = Household.objects.order_by("place_id")
        assert len(rows.all()) == 3
    with staff(Reach("610327")):
        assert [h.place_id for h in rows.all()] == ["610327100001"]


def test_two_grants_add_up(households):
    with staff(Reach("510112002"), Reach("610327")):
        assert {h.place_id for h in Household.objects.all()} == {"510112002001", "610327100001"}


def test_updates_and_deletes_touch_visible_rows_only(households, at):
    with staff(Reach("510112001")), writing.allowed("test"):
        assert Household.objects.update(created_at=at) == 2
        assert Household.objects.all().delete()[0] == 2
    assert Household.unscoped.count() == 2


def test_subquery_is_scoped_too(households, places, door, at):
    with staff(Reach("510112001")):
        from qunwen.base.places.models import Place

        inner = Household.objects.filter(place=OuterRef("pk"))
        assert {p.code for p in Place.objects.filter(Exists(inner))} == {"510112001001", "510112001002"}
        assert Place.objects.filter(pk__in=Household.objects.values("place")).count() == 2


def test_the_public_sees_nothing_of_households(households):
    with context.opened(context.PUBLIC):
        assert Household.objects.count() == 0


def test_a_resident_sees_own_row_and_wards(households, at, door):
    home = households["510112001001"]
    rows = [
        Resident.unscoped.create(county="510112", household=home, place_id=home.place_id, name=n, registered_at=at)
        for n in ("母", "儿", "邻")
    ]
    with context.opened(context.resident(frozenset({rows[0].pk, rows[1].pk}), county=rows[0].county)):
        assert {r.name for r in Resident.objects.all()} == {"母", "儿"}


def test_a_write_outside_an_action_is_refused(households, places, at):
    home = next(iter(households.values()))
    with DoorClosed(), context.everything(reason="test"):
        for write in (home.save, home.delete, lambda: Household.unscoped.update(created_at=at)):
            with pytest.raises(writing.OutsideAction):
                write()


class DoorClosed:
    def __enter__(self):
        self.token = writing._open.set("")

    def __exit__(self, *_):
        writing._open.reset(self.token)


@pytest.mark.parametrize("scope", list(DataScope))
def test_may_and_visible_agree_for_every_data_scope(scope, places, door):
    units = [
        Unit.unscoped.create(name=f"{code}{n}", kind="station", place=places[code])
        for code in ("510112001", "510112001001", "510112002", "610327100")
        for n in range(2)
    ]
    reach = Reach(
        "510112",
        scope,
        units=frozenset({units[0].pk, units[6].pk}),
        places=("510112002",),
        owner=units[2].pk,
    )
    with staff(reach, permission="people.unit_view"):
        seen = {u.pk for u in asking.visible(Unit.unscoped.all(), "people.unit_view")}
        assert seen == {u.pk for u in units if asking.may("people.unit_view", on=u)}
        assert {u.pk for u in Unit.objects.all()} == seen
        assert all(u.place_id.startswith("510112") for u in units if u.pk in seen)
    assert uuid.UUID(int=0) not in seen

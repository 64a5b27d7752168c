"""One look-up for "may this person" and "which rows": they agree for every permission on every scoped table there is."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.people import actions
from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock, context, writing
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.context import DataScope, Reach
from qunwen.base.scope.permissions import known
from tests.journeys import counties

from .conftest import COMMAND

PLACES = ["", "51", "510112", "510112001", "510112001001", "510112002", "610327", "610327100", "610327100001"]
SPEAKS_OF_NO_ROWS: list[str] = []
EACH = 14  # rows of one table; the two counties take turns


def scoped_models():
    """Every table whose rows belong somewhere."""
    found = [model for model in apps.get_models() if getattr(model, "scoping", None) and hasattr(model, "unscoped")]
    return [model for model in found if not model.scoping.open_because]


def models_of(permission):
    """The tables a permission speaks of: those of its area, and those it opens."""
    area = permission.partition(".")[0]
    return [m for m in scoped_models() if m._meta.app_label == area or m.scoping.view == permission]


@pytest.fixture
def rows(places, settings, tmp_path):
    """Both counties with something in every table, each row with what its place, unit and owner are found by."""
    settings.MEDIA_ROOT = tmp_path
    at = clock.now()
    with context.everything(reason="test"):
        actions.sync_roles(by=COMMAND, at=at)
    both = [counties.build(words, places, at) for words in (counties.OWN, counties.FOREIGN)]
    with context.everything(reason="test"), writing.allowed("test"):
        for model in scoped_models():
            if not model.unscoped.exists():
                model.unscoped.bulk_create(_any_row(model, county, at) for county in both)
        return {model: _some(model) for model in scoped_models()}


def _any_row(model, county, at):
    """A row that nobody has made yet, of whatever its fields will take."""
    values = {}
    for field in model._meta.concrete_fields:
        if field.is_relation:
            values[field.name] = _pointed_at(field, county)
        elif field.name == "county":
            values["county"] = county.code
        elif not field.has_default() and not field.null and not field.blank:
            values[field.name] = field.choices[0][0] if field.choices else _something(field, at)
    return model(**values)


def _pointed_at(field, county):
    if field.name == "parent":
        return Place.unscoped.get(pk=county.code)
    model, rows = (
        field.related_model,
        (*county.rows.values(), *county.staff.values(), *county.units.values(), county.village),
    )
    return next((row for row in rows if isinstance(row, model)), None)


def _something(field, at):
    made = {
        "DateField": day_of(at), "DateTimeField": at, "TimeField": dt.time(18 if "close" in field.name else 9), "UUIDField": uuid.uuid4(), "JSONField": [1],
        "CharField": "2026-03"[: field.max_length], "TextField": "字",
    }  # fmt: skip
    return made.get(field.get_internal_type(), 1)


def _some(model):
    paths = (model.scoping.place, model.scoping.unit, model.scoping.owner)
    joined = sorted({path.rpartition("__")[0] for path in paths if path and "__" in path})
    every = list(model.unscoped.select_related(*joined).order_by("pk"))
    own = [row for row in every if str(asking.located(row)[0] or "").startswith("51")]
    other = [row for row in every if row not in own]
    return own[: EACH // 2] + other[: EACH // 2]


def reaches(units, owners):
    """Grants as people have them: anywhere, of all five data scopes, some of them empty."""
    return st.sampled_from(list(DataScope)).flatmap(
        lambda scope: st.builds(
            Reach,
            st.sampled_from(PLACES),
            st.just(scope),
            units=st.frozensets(st.sampled_from(units), max_size=3),
            places=st.lists(st.sampled_from(PLACES[1:]), max_size=2).map(tuple),
            owner=st.sampled_from(owners),
        )
    )


def agree(permission, rows):
    seen = set(
        asking.visible(type(rows[0]).unscoped.filter(pk__in=[row.pk for row in rows]), permission).values_list(
            "pk", flat=True
        )
    )
    assert seen == {row.pk for row in rows if asking.may(permission, on=row)}, (permission, type(rows[0]))
    return len(seen)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_may_and_visible_agree_for_every_permission_of_every_area(data, rows):
    owners = sorted({row.pk for row in rows[Staff]}, key=str)
    drawn = reaches(sorted((row.pk for row in rows[Unit]), key=str), owners)
    held = {permission: tuple(data.draw(st.lists(drawn, min_size=1, max_size=3))) for permission in sorted(known())}
    with context.opened(context.staff(held)):
        for permission in held:
            for model in models_of(permission):
                if rows[model]:
                    agree(permission, rows[model])


def test_each_data_scope_lets_some_rows_through_and_keeps_others_back(rows):
    """Or the agreement above would be one of empty lists. What the lists of pages show is the same again."""
    for scope in DataScope:
        _some_but_not_all(scope, rows)


def _some_but_not_all(scope, rows):
    places = ("510112001",) if scope == DataScope.CHOSEN else ()
    units = frozenset(row.pk for row in rows[Unit] if row.place_id.startswith("510112001"))
    shown, every = 0, 0
    for model, kept in rows.items():
        owners = sorted({asking.located(row)[2] for row in kept} - {None}, key=str) or [uuid.uuid4()]
        reach = Reach("5101", scope, units=units, places=places, owner=owners[0])
        if model.scoping.view and kept:
            with context.opened(context.staff({model.scoping.view: (reach,)})):
                shown += agree(model.scoping.view, kept)
                listed = {row.pk for row in model.objects.filter(pk__in=[row.pk for row in kept])}
                assert listed == {row.pk for row in kept if asking.may(model.scoping.view, on=row)}, model
            every += len(kept)
    assert 0 < shown < every


def test_a_permission_not_held_shows_nothing_of_any_table(rows):
    assert [model._meta.label for model, kept in rows.items() if not kept] == []
    assert [code for code in known() if not models_of(code)] == SPEAKS_OF_NO_ROWS
    with context.opened(context.staff({})):
        for permission in known():
            for model in models_of(permission):
                assert not asking.visible(model.unscoped.all(), permission).exists()
                assert not any(asking.may(permission, on=row) for row in rows[model])

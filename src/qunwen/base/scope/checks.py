"""System checks: the rules for tables that may be distributed, one function a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.db import models
from django.db.models.constraints import UniqueConstraint

from . import wall
from .rows import Scoping
from .tables import CountyForeignKey


def own_models() -> list[type[models.Model]]:
    """Every concrete model of this package."""
    return [m for m in apps.get_models() if m.__module__.startswith("qunwen.")]


def kind_of(model: type[models.Model]) -> str | None:
    """fact, reference, local; None when undeclared. Models of libraries are local."""
    if not model.__module__.startswith("qunwen."):
        return "local"
    return getattr(model, "table_kind", None)


@register()
def check_tables(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Walk all models and name every broken rule."""
    return [message for model in own_models() for message in check_model(model)]


def check_model(model: type[models.Model]) -> list[CheckMessage]:
    """All broken rules of one model."""
    found: list[CheckMessage] = []
    for rule in (_kind, _scope, _fact_identity, _fact_uniques, _fact_links, _reference_links, _wall):
        found += [Error(text, obj=model, id=f"qunwen.{code}") for code, text in rule(model)]
    return found


def _kind(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    if kind_of(model) not in ("fact", "reference", "local"):
        yield "E001", "table_kind is not declared (fact, reference or local)"


def _scope(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    if kind_of(model) in ("fact", "reference"):
        scoping = getattr(model, "scoping", None)
        if not isinstance(scoping, Scoping):
            yield "E002", "no scope decision: state `scoping = Scoping(...)`"
        elif not scoping.open_because and not (scoping.place and scoping.view):
            yield "E003", "a scoped model names its place path and the permission that shows its rows"


def _wall(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    if not wall.needed(model):
        return
    columns = {f.column: f for f in model._meta.concrete_fields}
    if not isinstance(getattr(columns.get(wall.column_of(model)), "target_field", None), models.CharField) and (
        not isinstance(columns.get(wall.column_of(model)), models.CharField)
    ):
        yield "E050", "personal data: name the column of the county or place in wall_column, for row-level security"


def _fact_identity(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    if kind_of(model) != "fact":
        return
    if not isinstance(model._meta.pk, models.UUIDField):
        yield "E010", "a fact has a UUID primary key"
    names = {f.name: f for f in model._meta.concrete_fields}
    if getattr(names.get("county"), "max_length", None) != 6:
        yield "E011", "a fact has a six-digit county"
    if [p for p in model._meta.parents if not p._meta.abstract]:
        yield "E012", "a fact does not use multi-table inheritance"


def _fact_uniques(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    if kind_of(model) != "fact":
        return
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield "E020", f"{field.name}: unique on one column; put county into a UniqueConstraint"
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and "county" not in constraint.fields:
            yield "E021", f"{constraint.name}: the constraint lacks county"
        if constraint.__class__.__name__ == "ExclusionConstraint" and "county" not in str(constraint.deconstruct()):
            yield "E022", f"{constraint.name}: the exclusion lacks county"


def _fact_links(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    if kind_of(model) != "fact":
        return
    if model._meta.local_many_to_many:
        yield "E030", "no ManyToMany on a fact: a link table is a fact of its own"
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey):
            continue
        target = kind_of(field.related_model)
        if isinstance(field, models.OneToOneField):
            yield "E031", f"{field.name}: no OneToOne on a fact"
        if target == "fact" and not isinstance(field, CountyForeignKey):
            yield "E032", f"{field.name}: fact to fact needs CountyForeignKey"
        if target == "local":
            yield "E033", f"{field.name}: a fact does not point at a local table"


def _reference_links(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    if kind_of(model) != "reference":
        return
    for field in [*model._meta.concrete_fields, *model._meta.local_many_to_many]:
        target = kind_of(field.related_model) if field.is_relation and field.related_model else None
        if target in ("fact", "local"):
            yield "E040", f"{field.name}: a reference does not point at a {target}"

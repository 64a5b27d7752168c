"""Scoped rows: the filter is put into the SQL at the last moment, when a query is compiled.

Applying it that late means that a queryset built at import time, kept on a form class or handed to
a template still gets the scope that is open when it runs, and that counts, exports, subqueries,
updates and deletes obey it alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.sql import Query

from . import context, writing
from .codes import LENGTHS, Level, county_of, upper_bound
from .context import DataScope, Reach, Scope, ScopeMissing

NOTHING = Q(pk__in=[])


def at_and_below(place: str) -> Q:
    """Rows of a fact at a place and below it; from a county down by their county too, which finds them faster."""
    found = Q(place_id__gte=place, place_id__lt=upper_bound(place))
    return found & Q(county=county_of(place)) if len(place) >= LENGTHS[Level.COUNTY] else found


@dataclass(frozen=True, slots=True)
class Scoping:
    """How a model's rows are found by scope. Every model states one (`scoping = Scoping(...)`).

    place, unit, owner, resident: field paths (forward keys only). `view` is the permission that
    lets staff see rows. `public` says which rows anybody may see. `open_because` marks a model
    without rows of a place (definitions, divisions), with the reason.
    """

    place: str | None = None
    unit: str | None = None
    owner: str | None = None
    resident: str | None = None
    view: str | None = None
    public: Callable[[], Q] | None = None
    open_because: str | None = None

    def filter_for(self, scope: Scope) -> Q | None:
        """The condition for a scope; None for no condition at all."""
        if scope.kind == "everything" or self.open_because:
            return None
        if scope.kind == "staff":
            found = self.rows_for(scope.reaches_for(self.view or ""))
        else:
            found = NOTHING
            if scope.kind == "resident" and self.resident:
                found = Q(**{f"{self.resident}__in": sorted(scope.residents)})
        if self.public is not None and scope.kind != "staff":
            found = found | self.public()
        return found

    def rows_for(self, reaches: tuple[Reach, ...]) -> Q:
        """The rows that any of the reaches admits."""
        found: Q | None = None
        for reach in reaches:
            part = self._one(reach)
            found = part if found is None else found | part
        return NOTHING if found is None else found

    def _below(self, prefix: str) -> Q:
        if not prefix:
            return Q()
        return Q(**{f"{self.place}__gte": prefix, f"{self.place}__lt": upper_bound(prefix)})

    def _one(self, reach: Reach) -> Q:
        if self.place is None:
            return NOTHING
        here = self._below(reach.prefix)
        if reach.scope == DataScope.ALL:
            return here if reach.prefix else ~NOTHING
        if reach.scope == DataScope.SELF:
            mine = self.owner and reach.owner
            return here & Q(**{str(self.owner): reach.owner}) if mine else NOTHING
        narrowed = Q(**{f"{self.unit}__in": sorted(reach.units)}) if self.unit else NOTHING
        if reach.scope == DataScope.CHOSEN:
            for place in reach.places:
                narrowed = narrowed | self._below(place)
        return here & narrowed


class ScopedQuery(Query):
    """A query that adds the ambient scope when it is turned into SQL."""

    scope_applied = False

    def scoped(self) -> ScopedQuery:
        """A copy with the condition of the open scope. Raises ScopeMissing when none is open."""
        if self.scope_applied or self.combinator:
            return self
        model: Any = self.model
        scoping: Scoping = model.scoping
        scope = context.current()
        if scope is None:
            if not scoping.open_because:
                raise ScopeMissing(f"{model.__name__} 查询时没有数据范围")
            return self
        condition = scoping.filter_for(scope)
        if condition is None and not (scope.kind == "staff" and scoping.view):
            return self
        copy: Any = self.clone()
        copy.scope_applied = True
        limits = (copy.low_mark, copy.high_mark)
        copy.clear_limits()
        if condition is not None:
            copy.add_q(condition)
        if scope.kind == "staff" and scoping.view and getattr(model, "county_bound", False):
            county = context.single_county(scope.reaches_for(scoping.view))
            if county:
                copy.add_q(Q(county=county))
        copy.low_mark, copy.high_mark = limits
        return copy

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        return super(ScopedQuery, self.scoped()).get_compiler(*args, **kwargs)

    def chain(self, klass: type[Query] | None = None) -> Any:
        # UPDATE and DELETE queries change class here and would lose the scope.
        if klass is not None and not issubclass(klass, ScopedQuery):
            return Query.chain(self.scoped(), klass)
        return super().chain(klass)


class LockedQuerySet(models.QuerySet):
    """All rows whatever the scope; writes only while an action runs."""

    def _guard(self) -> None:
        if getattr(self.model, "actions_only", False):
            writing.demand(self.model)

    def update(self, **kwargs: Any) -> int:
        self._guard()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._guard()
        if not getattr(self.model, "county_bound", False):
            return super().delete()
        # Django would collect the rows and delete by id alone, on every shard. Facts go by the query's own
        # conditions; what still hangs on them is refused by the database's foreign keys.
        number = self._raw_delete(self.db)
        return number, {self.model._meta.label: number}

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        self._guard()
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Any, *args: Any, **kwargs: Any) -> int:
        self._guard()
        return super().bulk_update(objs, *args, **kwargs)


class ScopedQuerySet(LockedQuerySet):
    """A queryset whose rows are those of the open scope."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        query = query or (ScopedQuery(model) if model else None)
        super().__init__(model=model, query=query, using=using, hints=hints)

    def _raw_delete(self, using: Any) -> Any:
        copy = self._chain()
        if isinstance(copy.query, ScopedQuery):
            copy.query = copy.query.scoped()
        return models.QuerySet._raw_delete(copy, using)


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """`objects`: the rows of the open scope."""


class UnscopedManager(models.Manager.from_queryset(LockedQuerySet)):  # type: ignore[misc]
    """`unscoped`: every row. For actions, queries and measures that name their county themselves."""

"""What every table is: a fact, a reference or local (see the rules for distributed tables).

fact       many rows or a hot counter; has a UUIDv7 `id` and a `county` that never changes
reference  small, seldom written: places, units, venues, people, definitions
local      accounts, web sessions, queues: stays on one machine
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.lookups import Exact
from django.db.models.sql.where import AND, WhereNode
from django.utils.translation import gettext_lazy as _

from . import writing
from .ids import uuid7
from .rows import ScopedManager, Scoping, UnscopedManager


class _Guarded(models.Model):
    """The action lock on single rows."""

    actions_only: ClassVar[bool] = True
    # Fields with personal data: name -> (class, what replaces it when anonymised). Every model says.
    personal: ClassVar[dict[str, str]] = {}
    # The column of the county or of the place, by which PostgreSQL walls the rows off (see wall.py).
    wall_column: ClassVar[str] = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.actions_only:
            writing.demand(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.actions_only:
            writing.demand(type(self))
        return super().delete(*args, **kwargs)


class FactModel(_Guarded):
    """A row of what happened or a hot counter, sharded by county."""

    table_kind: ClassVar[str] = "fact"
    county_bound: ClassVar[bool] = True
    wall_column: ClassVar[str] = "county"
    scoping: ClassVar[Scoping]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, verbose_name=_("编号"))
    county = models.CharField(max_length=6, editable=False, verbose_name=_("县级代码"))

    objects = ScopedManager()
    unscoped = UnscopedManager()

    class Meta:
        abstract = True
        default_manager_name = "objects"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete this row in its county; rows that hang on it have to go first."""
        return type(self).unscoped.filter(county=self.county, pk=self.pk).delete()

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        # An update by id alone would go to every shard.
        return super()._do_update(base_qs.filter(county=self.county), *args, **kwargs)


class ReferenceModel(_Guarded):
    """A small, seldom written row that facts may point at."""

    table_kind: ClassVar[str] = "reference"
    scoping: ClassVar[Scoping]

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, verbose_name=_("编号"))

    objects = ScopedManager()
    unscoped = UnscopedManager()

    class Meta:
        abstract = True
        default_manager_name = "objects"


class LocalModel(models.Model):
    """A row that stays on the machine it was written on."""

    table_kind: ClassVar[str] = "local"
    personal: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True


class CountyForeignKey(models.ForeignKey):
    """A key from fact to fact. Both lie in one county; every join and look-up over it says so,
    because on a distributed database that is what keeps it on one shard.
    """

    def get_extra_restriction(self, alias: str, related_alias: str) -> WhereNode:
        """`… AND there.county = here.county` on every join over this key."""
        here: Any = self.model._meta.get_field("county")
        there: Any = self.remote_field.model._meta.get_field("county")
        same: Any = Exact(there.get_col(alias), here.get_col(related_alias))
        return WhereNode([same], connector=AND)

    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, str]:
        """The county beside the id when `row.other` is fetched."""
        return {"county": instance.county}

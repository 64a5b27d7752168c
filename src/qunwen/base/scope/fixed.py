"""Statements whose shape never changes: the ORM makes their SQL once a connection, afterwards only values are put in.

Making the SQL of a dozen statements takes the ORM longer than the database needs to run them; the busiest
transaction of the house uses these instead. What is sent is the same text as ever, so the wall, the county
and whoever watches statements see no difference. Only for `unscoped` querysets: a scope changes the SQL.

A shape is a module-level function that gets the values by name and returns a queryset. It is called once with
stand-ins of the same types and numbers, so it must not look at the values; None and bools it may look at.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router, transaction
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery

from . import writing
from .rows import ScopedQuery


class NotFixed(TypeError):
    """A shape that cannot be kept: scoped, or a value is not found again in its SQL. A programming error."""


@dataclass(frozen=True, slots=True)
class _Kept:
    sql: str
    # Of each parameter: the name and position of the value that goes there, or (None, the parameter itself).
    places: tuple[tuple[Any, Any], ...]
    converters: dict[int, Any]
    compiler: Any


def rows(shape: Callable[..., models.QuerySet[Any, Any]], **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` queryset. Values: str, int, UUID, moment, sequences of them; None, bool.

    Raises NotFixed for a scoped queryset.
    """
    connection = connections["default"]
    try:
        kept = _kept(connection, shape, values, None)
    except EmptyResultSet:  # nothing can be in an empty sequence: nobody is asked
        return []
    with connection.cursor() as cursor:
        cursor.execute(kept.sql, _put(kept, values, connection))
        found = cursor.fetchall()
    if not kept.converters:
        return found
    return [tuple(row) for row in kept.compiler.apply_converters(found, kept.converters)]


def update(
    shape: Callable[..., models.QuerySet[Any, Any]], change: Callable[..., Mapping[str, Any]], **values: Any
) -> int:
    """Change the rows of the shape to what `change` says (a function of the same values); how many there were.

    Raises OutsideAction outside an action, NotFixed for a scoped queryset.
    """
    connection = connections["default"]
    kept = _kept(connection, shape, values, change)
    writing.demand(kept.compiler.query.model)
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(kept.sql, _put(kept, values, connection))
        return int(cursor.rowcount)


def insert(row: models.Model, *, once: Sequence[str] = ()) -> None:
    """Insert a row whose key is already made; `once`: unless there is one with these fields alike, which stays.

    No signals. Raises OutsideAction outside an action, IntegrityError.
    """
    model: Any = type(row)
    writing.demand(model)
    connection = connections[router.db_for_write(model)]
    held = _held(connection)
    key = ("insert", model, tuple(once))
    if key not in held:
        held[key] = _insert_sql(connection, row, tuple(once))
    sql, fields = held[key]
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(sql, [f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields])
    row._state.adding = False
    row._state.db = connection.alias


def _insert_sql(connection: Any, row: models.Model, once: tuple[str, ...]) -> tuple[str, list[Any]]:
    meta = type(row)._meta
    fields = [f for f in meta.local_concrete_fields if not f.generated]
    conflict: dict[str, Any] = {}
    if once:
        named = [meta.get_field(name) for name in once]
        conflict = {
            "on_conflict": OnConflict.UPDATE,
            "unique_fields": named,
            "update_fields": [named[-1]],
        }
    query = InsertQuery(type(row), **conflict)
    query.insert_values(fields, [row], raw=False)
    compiler = query.get_compiler(connection=connection)
    [(sql, params)] = compiler.as_sql()
    if len(params) != len(fields):
        raise NotFixed(f"{meta.label}: not one parameter a field")
    return sql, fields


def _kept(connection: Any, shape: Callable[..., Any], values: Mapping[str, Any], change: Any) -> _Kept:
    held = _held(connection)
    key = (shape, change, tuple(_form(value) for value in values.values()), tuple(values))
    found = held.get(key)
    if found is None:
        found = held[key] = _make(connection, shape, values, change)
    return found


def _held(connection: Any) -> dict[Any, Any]:
    # With the connection's wrapper: its thread's own, gone with it, and of one kind of database.
    return connection.__dict__.setdefault("qunwen_fixed", {})


def _form(value: Any) -> Any:
    """What of a value changes the SQL: its type, and for several their number; None and bools themselves."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple):
        return (type(value[0]) if value else None, len(value))
    return type(value)


def _make(connection: Any, shape: Callable[..., Any], values: Mapping[str, Any], change: Any) -> _Kept:
    stand_ins: dict[str, Any] = {}
    where: dict[Any, tuple[str, int | None]] = {}
    for name, value in values.items():
        if value is None or isinstance(value, bool):
            stand_ins[name] = value
        elif isinstance(value, list | tuple):
            stand_ins[name] = [_stand_in(one, len(where) + n) for n, one in enumerate(value)]
            where |= {_adapted(one, connection): (name, n) for n, one in enumerate(stand_ins[name])}
        else:
            stand_ins[name] = _stand_in(value, len(where))
            where[_adapted(stand_ins[name], connection)] = (name, None)
    query = shape(**stand_ins).query
    if isinstance(query, ScopedQuery):
        raise NotFixed(f"{shape.__qualname__}: scoped")
    if change is not None:
        query = query.chain(UpdateQuery)
        query.clear_ordering(force=True)
        query.add_update_values(change(**stand_ins))
    compiler = query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    places = tuple(where.get(param, (None, param)) for param in params)
    if lost := set(where.values()) - set(places):
        raise NotFixed(f"{shape.__qualname__}: {lost} not in its SQL")
    columns = [] if change is not None else [column for column, _sql, _alias in compiler.select]
    return _Kept(sql, places, compiler.get_converters(columns), compiler)


def _stand_in(value: Any, number: int) -> Any:
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=(0xFEED << 112) + number)
    if isinstance(value, dt.datetime):
        return dt.datetime(9000, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=number)
    if isinstance(value, int):
        return 900_000_001 + number
    if isinstance(value, str):
        return f"stand-in {number}"
    raise NotFixed(f"{type(value).__name__} cannot be put in")


def _adapted(value: Any, connection: Any) -> Any:
    """The value as this database's driver takes it."""
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return str(value) if isinstance(value, str) else value


def _put(kept: _Kept, values: Mapping[str, Any], connection: Any) -> list[Any]:
    return [
        place if name is None else _adapted(values[name] if place is None else values[name][place], connection)
        for name, place in kept.places
    ]

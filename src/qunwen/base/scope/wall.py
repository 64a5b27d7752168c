"""The second wall: PostgreSQL itself shows rows with personal data only of the counties that are open.

The scope of `rows.py` is put into each query by the ORM. This wall stands below it, for raw SQL, for a
forgotten `unscoped` and for whatever else reaches the database on our connection: each table whose model
declares personal data has a row-level policy on its county (or place), which compares it with the
setting `qunwen.wall`. The setting goes with the statements themselves (see postgresql/base.py) and lasts
as long as their transaction; where it was not sent, nothing is there. SQLite has no such thing.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from . import context

SETTING = "qunwen.wall"
EVERYTHING = "*"
POLICY, ADDING = "wall", "wall_adding"
_CODES = re.compile(r"[0-9]{2,6}")


def needed(model: type[models.Model]) -> bool:
    """Whether the rows are walled: personal data of a county or place that not everybody may read anyway."""
    if getattr(model, "table_kind", "local") == "local" or not getattr(model, "personal", None):
        return False
    scoping = getattr(model, "scoping", None)
    return scoping is None or (scoping.public is None and not scoping.open_because)


def column_of(model: type[models.Model]) -> str:
    """The column with the code of the county or of the place."""
    return str(getattr(model, "wall_column", ""))


def walled() -> Iterator[type[models.Model]]:
    """Every model with a wall, in the order of the apps."""
    return (m for m in apps.get_models() if m.__module__.startswith("qunwen.") and needed(m))


@functools.cache
def tables() -> tuple[str, ...]:
    """The walled tables."""
    apps.check_models_ready()
    return tuple(model._meta.db_table for model in walled())


@functools.lru_cache(maxsize=2048)
def concerns(sql: str) -> bool:
    """Whether a statement names a walled table."""
    return any(table in sql for table in tables())


def setting() -> str:
    """What the setting has to be for the present work: `*`, or codes between commas; empty for nothing."""
    return _text(context.walls())


@functools.lru_cache(maxsize=1024)
def _text(walls: frozenset[str]) -> str:
    if "" in walls:
        return EVERYTHING
    if strange := [code for code in walls if not _CODES.fullmatch(code)]:
        raise ValueError(f"不是区划代码:{strange}")
    return f",{','.join(sorted(walls))}," if walls else ""


def condition(model: type[models.Model]) -> str:
    """The policy in SQL: the county of the row, its city or its province is in the setting.

    References are joined from what lies below them (a county's activity was entered by somebody of the
    city): those of superior places are seen too. No subquery and no other table, so that a distributed
    table could have it.
    """
    here, column = f"current_setting('{SETTING}', true)", f'"{column_of(model)}"'
    parts = [f"{here} = '{EVERYTHING}'"]
    if column_of(model) == "county":
        # Six digits are in no shorter code and never run over a comma: cheap, and true for nearly every row read.
        parts.insert(0, f"strpos({here}, {column}) > 0")
    parts += [
        f"strpos({here}, ',' || left({column}, {length}) || ',') > 0"
        for length in ((4, 2) if len(parts) > 1 else (6, 4, 2))
    ]
    if getattr(model, "table_kind", "") == "reference":
        parts.append(f"strpos({here}, ',' || {column}) > 0")
    return " OR ".join(parts)


def raise_walls(connection: BaseDatabaseWrapper) -> list[str]:
    """Put the policies up where one is missing or different; the tables that were changed.

    Adding rows is free: notices and journal entries go to other counties, and who adds learns nothing.
    Does nothing on SQLite and on tables that are distributed.
    """
    if connection.vendor != "postgresql":
        return []
    changed = []
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        wanting = set(_wanting(connection))
        for model in walled():
            table = model._meta.db_table
            if table not in wanting:
                continue
            text = condition(model)
            for name in (POLICY, ADDING):
                cursor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
            cursor.execute(f"CREATE POLICY {POLICY} ON {table} USING ({text})")
            cursor.execute(f"CREATE POLICY {ADDING} ON {table} FOR INSERT WITH CHECK (true)")
            cursor.execute(f"COMMENT ON POLICY {POLICY} ON {table} IS '{_mark(text)}'")
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
            changed.append(table)
    return changed


def lower_walls(connection: BaseDatabaseWrapper) -> None:
    """Take all policies down: before the tables are distributed."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in tables():
            for name in (POLICY, ADDING):
                cursor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Walled tables on which the policy does not stand, or is an older one. Empty on SQLite."""
    return [] if connection.vendor != "postgresql" else _wanting(connection)


def bypassed(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database lets our user past every policy (superuser or BYPASSRLS)."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


_STANDING = """
    SELECT c.relname, obj_description(p.oid, 'pg_policy') FROM pg_class c
    JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'wall' AND p.polpermissive AND p.polcmd = '*'
    JOIN pg_policy a ON a.polrelid = c.oid AND a.polname = 'wall_adding'
    WHERE c.relrowsecurity AND c.relforcerowsecurity AND c.relnamespace = 'public'::regnamespace
    AND (SELECT count(*) FROM pg_policy q WHERE q.polrelid = c.oid) = 2
"""
_DISTRIBUTED = "SELECT logicalrelid::regclass::text FROM pg_dist_partition"


def _wanting(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        standing = dict(cursor.fetchall())
        cursor.execute("SELECT to_regclass('pg_dist_partition') IS NOT NULL")
        apart: set[str] = set()
        if cursor.fetchone()[0]:
            cursor.execute(_DISTRIBUTED)
            apart = {name for (name,) in cursor.fetchall()}
        present = set(connection.introspection.table_names(cursor))
    return [
        model._meta.db_table
        for model in walled()
        if model._meta.db_table in present - apart and standing.get(model._meta.db_table) != _mark(condition(model))
    ]


def _mark(text: str) -> str:
    # PostgreSQL gives a policy back in words of its own; the comment keeps which one it is.
    return "qunwen " + re.sub(r"[^a-z0-9_,*]+", " ", text.replace("'", "")).strip()

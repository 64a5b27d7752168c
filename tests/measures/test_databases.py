"""The same vocabulary on SQLite and PostgreSQL: the cells of DuckDB and of the plain loops, to the bit."""

import contextlib
import json
import sqlite3
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection
from hypothesis import HealthCheck, given, settings

from qunwen.base.measures import declare, sql
from qunwen.base.measures.composing import Composer, answered

from .test_rollup_oracle import (
    ASKS,
    PERIODS,
    PLACES,
    asked_of,
    assert_right,
    book_of,
    computed,
    declared,
    worlds,
    written,
)

TYPES = {pa.int64(): "BIGINT", pa.int32(): "INTEGER", pa.date32(): "DATE", pa.string(): "TEXT"}


def fill(execute, many, name, table, plain):
    """An Arrow table as a temporary table."""
    columns = ", ".join(f"{f.name} {TYPES[f.type]}" for f in table.schema)
    execute(f"DROP TABLE IF EXISTS {name}")
    execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
    rows = [tuple(map(plain, row.values())) for row in table.to_pylist()]
    many(name, len(table.schema), rows)


def sqlite_value(value):
    if isinstance(value, list):
        return json.dumps(value)
    return value if isinstance(value, int | str | None) else value.isoformat()


@contextlib.contextmanager
def sqlite():
    with contextlib.closing(sqlite3.connect(":memory:")) as mine:

        def many(name, width, rows):
            mine.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * width)})", rows)

        def ask(text, bound):
            return mine.execute(text, {k: sqlite_value(v) for k, v in bound.items()}).fetchall()

        yield sql.SQLITE, lambda name, table: fill(mine.execute, many, name, table, sqlite_value), ask


@contextlib.contextmanager
def postgres():
    with connection.cursor() as cursor:

        def many(name, width, rows):
            cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * width)})", rows)

        def ask(text, bound):
            cursor.execute(text, bound)
            return cursor.fetchall()

        yield sql.POSTGRES, lambda name, table: fill(cursor.execute, many, name, table, lambda v: v), ask


def asked_there(database, closure, about):
    """The cells of the question from rows in a database's own tables."""
    asked = asked_of(about)
    composer = Composer(asked, places=PLACES, periods=PERIODS, closure=closure)
    days = composer.segments
    with database() as (dialect, load, ask), tempfile.TemporaryDirectory() as folder:
        load("facts", pa.concat_tables(pq.read_table(f) for f in written(folder)))

        def run(writer, places):
            edges, dated = closure.table(places, starts=days.starts, ends=days.ends)
            load("closure", edges)
            text = writer(composer.plan(dated=dated), dialect)
            return ask(text, {"measures": list(asked.measures), **days.parameters, **asked.parameters})

        return answered(composer, run)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds(), ASKS)
def test_the_databases_engine_equals_duckdb_and_the_oracle(db, world, about):
    rows, closure = world
    book = book_of(rows)
    with declare.only(*declared(book)):
        cells = asked_there(postgres if connection.vendor == "postgresql" else sqlite, closure, about)
        assert_right(cells, book, closure, about)
        assert cells == computed(closure, PLACES, **about)

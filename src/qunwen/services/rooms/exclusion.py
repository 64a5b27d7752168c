"""PostgreSQL's own word against double booking: two reservations of a resource that hold time never overlap.

The slot rows (`Slot`) are kept on every database, PostgreSQL too, and decide what is free: one rule, one look-up and the
same answers wherever the house runs, also on databases of PostgreSQL's family that have no btree_gist, and a copy made on
one database can be read on another. The exclusion constraint stands behind them on PostgreSQL. It is exact to the
microsecond while slots are exact to the quarter, so it never refuses what the slots admit.

It needs the extension btree_gist, which comes with PostgreSQL's contrib modules and which the owner of a database may
create since version 13. Where that is refused nothing else fails: the slots go on, `qunwen doctor` says what is missing,
and the next `qunwen manage migrate` puts it up.
"""

from __future__ import annotations

import contextlib

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .enums import HOLDS

TABLE, NAME = "rooms_reservation", "reservation_held_once"
EXTENSION = "CREATE EXTENSION IF NOT EXISTS btree_gist"


def _constraint() -> str:
    states = ", ".join(f"'{state}'" for state in sorted(HOLDS))
    return (
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} EXCLUDE USING gist "
        "(county WITH =, resource_id WITH =, tstzrange(held_from, held_until) WITH &&) "
        f"WHERE (state IN ({states}))"
    )


def standing(connection: BaseDatabaseWrapper) -> bool:
    """Whether the constraint is there. True where there is nothing to put up (other databases)."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s AND contype = 'x'", [NAME])
        return cursor.fetchone() is not None


def put_up(connection: BaseDatabaseWrapper) -> str:
    """Put the constraint up unless it stands; "" when it does, else what the database said against it."""
    if standing(connection):
        return ""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(EXTENSION)
            cursor.execute(_constraint())
    except DatabaseError as refused:
        return str(refused).strip().splitlines()[0]
    return ""


def extend(connection: BaseDatabaseWrapper) -> None:
    """The extension alone, where it may be made: before a copy is put back that holds the constraint."""
    if connection.vendor != "postgresql":
        return
    with (
        contextlib.suppress(DatabaseError),
        transaction.atomic(using=connection.alias),
        connection.cursor() as cursor,
    ):
        cursor.execute(EXTENSION)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Remove the constraint; the extension stays."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {NAME}")

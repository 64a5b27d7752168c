"""Triggers that let the journal only grow, on SQLite and on plain PostgreSQL.

An entry is inserted and, once, gets its three sealing columns; nothing else ever changes it. A chain
only grows. On a distributed table triggers are not allowed: there the rights to update other
columns, to delete and to truncate are revoked from the application's role instead.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

ENTRIES = "journal_journalentry"
CHAINS = "journal_journalchain"
SEALING = ("seal_position", "seal_previous", "seal_hash")
NAMES = ("journal_entry_keep", "journal_entry_stay", "journal_chain_keep", "journal_chain_stay")
# Only PostgreSQL knows TRUNCATE.
TRUNCATE_NAMES = ("journal_entry_whole", "journal_chain_whole")

_TOLD = "操作日志只能追加，不能修改或删除"
_NOW_SEALED = (
    "OLD.seal_position IS NULL AND OLD.seal_previous = '' AND OLD.seal_hash = '' AND NEW.seal_position IS NOT NULL "
    "AND length(NEW.seal_previous) = 64 AND length(NEW.seal_hash) = 64"
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers up; those that stand already are renewed. Does nothing on distributed tables."""
    if is_distributed(connection):
        return
    lift(connection)
    statements = _sqlite(connection) if connection.vendor == "sqlite" else _postgresql()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers down: before the tables are distributed, and in tests that empty the database."""
    with connection.cursor() as cursor:
        for name in (*NAMES, *TRUNCATE_NAMES):
            table = ENTRIES if "entry" in name else CHAINS
            where = "" if connection.vendor == "sqlite" else f" ON {table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


def standing(connection: BaseDatabaseWrapper) -> bool:
    """Whether every trigger that belongs there is there. True on distributed tables, which have none."""
    if is_distributed(connection):
        return True
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            wanted = set(NAMES)
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            wanted = {*NAMES, *TRUNCATE_NAMES}
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        return wanted <= {name for (name,) in cursor.fetchall()}


def is_distributed(connection: BaseDatabaseWrapper) -> bool:
    """Whether the entries lie on several machines (Citus)."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_dist_partition') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid::text = %s)", [ENTRIES])
        return bool(cursor.fetchone()[0])


def _sqlite(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, ENTRIES)]
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in columns if name not in SEALING)
    stop = f"BEGIN SELECT RAISE(ABORT, '{_TOLD}'); END"
    grows = "NEW.id IS OLD.id AND NEW.county IS OLD.county AND NEW.length >= OLD.length"
    return [
        f"CREATE TRIGGER journal_entry_keep BEFORE UPDATE ON {ENTRIES} WHEN NOT ({_NOW_SEALED} AND {same}) {stop}",
        f"CREATE TRIGGER journal_entry_stay BEFORE DELETE ON {ENTRIES} {stop}",
        f"CREATE TRIGGER journal_chain_keep BEFORE UPDATE ON {CHAINS} WHEN NOT ({grows}) {stop}",
        f"CREATE TRIGGER journal_chain_stay BEFORE DELETE ON {CHAINS} {stop}",
    ]


def _postgresql() -> list[str]:
    sealing = ", ".join(f"'{name}'" for name in SEALING)
    same = f"(to_jsonb(NEW) - ARRAY[{sealing}]) = (to_jsonb(OLD) - ARRAY[{sealing}])"
    refuse = (
        "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_TOLD}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    guard = (
        "CREATE OR REPLACE FUNCTION journal_entry_guard() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NOT ({_NOW_SEALED} AND {same}) THEN "
        f"RAISE EXCEPTION '{_TOLD}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    call = "FOR EACH ROW EXECUTE FUNCTION journal_refuse()"
    whole = "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"
    grows = "NEW.id = OLD.id AND NEW.county = OLD.county AND NEW.length >= OLD.length"
    guarded = "FOR EACH ROW EXECUTE FUNCTION journal_entry_guard()"
    shrinks = f"FOR EACH ROW WHEN (NOT ({grows})) EXECUTE FUNCTION journal_refuse()"
    return [
        refuse,
        guard,
        f"CREATE TRIGGER journal_entry_keep BEFORE UPDATE ON {ENTRIES} {guarded}",
        f"CREATE TRIGGER journal_entry_stay BEFORE DELETE ON {ENTRIES} {call}",
        f"CREATE TRIGGER journal_entry_whole BEFORE TRUNCATE ON {ENTRIES} {whole}",
        f"CREATE TRIGGER journal_chain_keep BEFORE UPDATE ON {CHAINS} {shrinks}",
        f"CREATE TRIGGER journal_chain_stay BEFORE DELETE ON {CHAINS} {call}",
        f"CREATE TRIGGER journal_chain_whole BEFORE TRUNCATE ON {CHAINS} {whole}",
    ]

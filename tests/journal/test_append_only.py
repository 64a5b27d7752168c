"""The journal only grows."""

import pytest
from django.db import DatabaseError, connection, transaction

from qunwen.base.journal import append_only, sealing
from qunwen.base.journal.models import JournalChain, JournalEntry

from .conftest import note

TRIES = [
    "UPDATE journal_journalentry SET subject_label = 'x'",
    "UPDATE journal_journalentry SET seal_position = NULL, seal_previous = '', seal_hash = ''",
    "UPDATE journal_journalentry SET seal_hash = 'x'",
    "DELETE FROM journal_journalentry",
    "UPDATE journal_journalchain SET length = length - 1",
    "UPDATE journal_journalchain SET county = '000001'",
    "DELETE FROM journal_journalchain",
]


def refused(sql):
    with pytest.raises(DatabaseError, match="操作日志只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", TRIES)
def test_a_sealed_entry_and_its_chain_stay(chain, sql):
    refused(sql)


@pytest.mark.parametrize("column", [f.column for f in JournalEntry._meta.concrete_fields if f.name != "id"])
def test_an_unsealed_entry_keeps_every_column(places, at, column):
    note(place=places["510112"], n=1, at=at)
    value = {"actor_id": "'0190b0a0-0000-7000-8000-000000000000'", "for_id": "'0190b0a0-0000-7000-8000-000000000000'",
             "before": "'{}'", "after": "'{}'", "happened_at": "'2020-01-01 00:00:00+00:00'",
             "recorded_at": "'2020-01-01 00:00:00+00:00'", "seal_position": "1"}.get(column, "'9'")  # fmt: skip
    refused(f"UPDATE journal_journalentry SET {column} = {value}")
    if not column.startswith("seal_"):
        refused(
            f"UPDATE journal_journalentry SET seal_position = 1, seal_previous = '{'p' * 64}', seal_hash = '{'h' * 64}', "
            f"{column} = {value}"
        )


def test_truncate_is_refused(chain):
    if connection.vendor == "postgresql":
        for table in (append_only.ENTRIES, append_only.CHAINS):
            refused(f"TRUNCATE {table}")


def test_sealing_is_let_through_once(places, at):
    entry = note(place=places["510112"], n=1, at=at)
    assert sealing.seal(county="510112", at=at) == 1
    sealed = JournalEntry.unscoped.get(pk=entry.pk)
    assert (sealed.seal_position, sealed.seal_previous) == (1, "0" * 64)
    assert JournalChain.unscoped.get(county="510112").head == sealed.seal_hash
    assert sealing.seal(county="510112", at=at) == 0


def test_triggers_stand_after_all_migrations(db):
    assert append_only.standing(connection)
    append_only.lift(connection)
    assert not append_only.standing(connection)
    append_only.install(connection)
    assert append_only.standing(connection)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_may_still_empty_the_database(places, at, turn):
    assert JournalEntry.unscoped.count() == 0
    note(place=places["510112"], n=turn, at=at)
    assert append_only.standing(connection)

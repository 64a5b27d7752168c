"""What the journal asks of a whole test run: triggers that make way for flushes, words for all that is written."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def _journal_lets_tests_flush():
    """Lift the triggers around every flush of a transactional test, in the same transaction."""
    from django.db import connection, transaction

    from qunwen.base.journal import append_only

    from . import words_kept

    words_kept.watch()
    ops = connection.ops
    flush = ops.execute_sql_flush

    def flush_without_triggers(sql_list):
        with transaction.atomic(using=connection.alias):
            append_only.lift(connection)
            flush(sql_list)
            append_only.install(connection)

    ops.execute_sql_flush = flush_without_triggers
    yield
    ops.execute_sql_flush = flush

"""Sends the setting `qunwen.wall` in the same message as the statement that needs it.

No round trip is added, and no state is left behind: SET LOCAL ends with the transaction (of a single
statement, too), so a pooled connection, also one pooled by PgBouncer, never carries somebody else's wall.
Inside a transaction it is sent once, and again when the scope changes or a savepoint was rolled back.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from qunwen.base.scope import wall

_READS_OR_WRITES = re.compile(r"\s*\(*\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|EXPLAIN)\b", re.IGNORECASE)
_BACK = re.compile(r"\s*ROLLBACK\b", re.IGNORECASE)


def _ahead(text: str) -> str:
    # Digits, commas and a star only: checked where the text is made.
    return f"SET LOCAL {wall.SETTING} = '{text}'"


class Cursor(base.Cursor):  # type: ignore[misc]
    """Puts the setting before a statement on a walled table."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """As the parent; the result is that of the statement alone."""
        connection: Any = self.connection
        fresh = connection.info.transaction_status == TransactionStatus.IDLE
        sent = None if fresh else getattr(connection, "qunwen_wall", None)
        connection.qunwen_wall = None
        text = str(query) if isinstance(query, str) else ""
        if not (_READS_OR_WRITES.match(text) and wall.concerns(text)):
            result = super().execute(query, params, **options)
            connection.qunwen_wall = None if _BACK.match(text) else sent
            return result
        wanted = wall.setting()
        if wanted == sent:
            result = super().execute(query, params, **options)
        else:
            result = super().execute(f"{_ahead(wanted)};{query}", params, **options)
            self.nextset()
        connection.qunwen_wall = wanted
        return result

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> Any:
        """One by one: each needs the setting when no transaction is open."""
        if isinstance(query, str) and wall.concerns(query):
            for params in params_seq:
                self.execute(query, params)
            return None
        return super().executemany(query, params_seq, **options)


class ServerSideCursor(base.ServerSideCursor):  # type: ignore[misc]
    """The declaration of a named cursor is a message of its own: the setting goes before it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """As the parent. Without a transaction the rows are kept by the server (WITH HOLD) when it is declared."""
        if not (isinstance(query, str) and wall.concerns(query)):
            return super().execute(query, params, **options)
        connection: Any = self.connection
        alone = connection.autocommit and connection.info.transaction_status == TransactionStatus.IDLE
        with connection.cursor() as plain:
            plain.execute(f"BEGIN;{_ahead(wall.setting())}" if alone else _ahead(wall.setting()))
            connection.qunwen_wall = None
            try:
                return super().execute(query, params, **options)
            finally:
                if alone:
                    plain.execute("COMMIT")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with these cursors."""

    def get_connection_params(self) -> Any:
        """Plain cursors of every connection, those of the pool too, are ours."""
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def create_cursor(self, name: str | None = None) -> Any:
        """Named cursors too."""
        cursor = super().create_cursor(name)
        if name:
            cursor.__class__ = ServerSideCursor
        return cursor

"""Sealing: entries that are committed are put, in batches, into the hash chain of their county.

Writers of entries never touch the chain: they insert, and wait for nobody. The sealer comes after
them, holds the chain's row, and gives every unsealed entry its position, the hash before it and its
own. An entry that commits late simply gets a later position.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import connection, transaction

from qunwen.base.scope import writing

from .append_only import ENTRIES
from .models import JournalChain, JournalEntry

START = "0" * 64
BATCH = 500
# Everything an entry says, in the order of nothing: the canonical form sorts its keys.
SEALED_FIELDS = (
    "id", "county", "code", "actor_kind", "actor_id", "actor_name", "for_id", "for_name", "place",
    "subject_type", "subject_id", "subject_label", "before", "after", "happened_at", "recorded_at", "request_id",
)  # fmt: skip


def canonical(entry: JournalEntry, position: int) -> bytes:
    """The entry with its position as JSON that is the same on every database: sorted keys, UTC, ASCII."""
    said: dict[str, Any] = {name: _canonical(getattr(entry, name)) for name in SEALED_FIELDS}
    said["position"] = position
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _canonical(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return value if isinstance(value, dict | list) or value is None else str(value)


def digest(previous: str, entry: JournalEntry, position: int) -> str:
    """SHA-256 over the hash before (64 hexadecimal digits) and the canonical entry, in hexadecimal digits."""
    return hashlib.sha256(previous.encode("ascii") + canonical(entry, position)).hexdigest()


def seal(*, county: str, at: dt.datetime, limit: int = BATCH) -> int:
    """Seal up to `limit` entries of one county in one short transaction; how many it were.

    Two sealers of one county come after one another; sealers of different counties do not meet.
    """
    with writing.allowed("journal.seal"), transaction.atomic():
        JournalChain.unscoped.get_or_create(county=county)
        chain = JournalChain.unscoped.select_for_update().get(county=county)
        unsealed = JournalEntry.unscoped.filter(county=county, seal_position=None)
        position, head = chain.length, chain.head
        seals = []
        for entry in unsealed.order_by("recorded_at", "id")[:limit]:
            position += 1
            previous, head = head, digest(head, entry, position)
            seals.append((position, previous, head, county, _stored(entry)))
        if not seals:
            return 0
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {ENTRIES} SET seal_position = %s, seal_previous = %s, seal_hash = %s "  # noqa: S608
                "WHERE county = %s AND id = %s",
                seals,
            )
        JournalChain.unscoped.filter(county=county).update(length=position, head=head, sealed_at=at)
    return len(seals)


def _stored(entry: JournalEntry) -> Any:
    return JournalEntry._meta.pk.get_db_prep_value(entry.pk, connection)


def counties_with_tail() -> list[str]:
    """Counties that have entries not yet sealed, in order."""
    rows = JournalEntry.unscoped.filter(seal_position=None).order_by("county")
    return list(rows.values_list("county", flat=True).distinct())

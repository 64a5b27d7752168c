"""A digest per table that does not depend on the database engine.

Every row becomes canonical JSON of its values as Python sees them (moments in UTC, UUIDs and bytes as
text, JSON with sorted keys) and is hashed; the sorted hashes are hashed again. Sorting the hashes
instead of the rows needs no collation, which differs between engines.
"""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.recorder import MigrationRecorder

CHUNK = 2000


def tables() -> Iterator[type[models.Model]]:
    """One model per table of the database, link tables and the list of migrations included."""
    seen: set[str] = set()
    for model in [MigrationRecorder.Migration, *apps.get_models(include_auto_created=True)]:
        meta = model._meta
        if meta.managed and not meta.proxy and not meta.swapped and meta.db_table not in seen:
            seen.add(meta.db_table)
            yield model


def digest_all(progress: Callable[[int, int], None] | None = None) -> dict[str, dict[str, Any]]:
    """Table → {rows, sha256} of the default database, inside the caller's transaction."""
    every = sorted(tables(), key=lambda model: model._meta.db_table)
    found: dict[str, dict[str, Any]] = {}
    for number, model in enumerate(every, 1):
        found[model._meta.db_table] = digest(model)
        if progress:
            progress(number, len(every))
    return found


def digest(model: type[models.Model]) -> dict[str, Any]:
    """How many rows, and the digest of them all. The whole table, whatever scope is open."""
    names = [field.attname for field in model._meta.concrete_fields if _kept(field)]
    rows = models.QuerySet(model).order_by().values_list(*names)
    hashes = sorted(hashlib.sha256(_canonical(row)).digest() for row in rows.iterator(chunk_size=CHUNK))
    whole = hashlib.sha256("\n".join(names).encode())
    for one in hashes:
        whole.update(one)
    return {"rows": len(hashes), "sha256": whole.hexdigest()}


def _kept(field: models.Field[Any, Any]) -> bool:
    # What the database derives itself (search vectors) is derived again.
    return not field.generated and "SearchVector" not in type(field).__name__


def _canonical(row: tuple[Any, ...]) -> bytes:
    return json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return [value.days, value.seconds, value.microseconds]
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)

"""From operational tables to immutable Parquet: one file a county and month, named by its content.

A figure is never older than a change: a touch written with the change marks its month, and whoever
reads first rebuilds what is marked. What a rebuild has seen it takes off, in the transaction that
publishes the file; what it has not seen stays marked. Publishing is a guarded update of the
partition's version, so a slower rebuild with older rows can never replace a newer one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from qunwen.base.scope import writing

from . import declare, leaf, touching
from .models import MeasureTouch, Partition
from .periods import Period

_ATTEMPTS = 50
_DELETE_AT_ONCE = 500


class NeverFreshError(RuntimeError):
    """A partition kept changing under every rebuild: the reader is told instead of given an old figure."""


def folder() -> Path:
    """Where partition files live."""
    return Path(settings.QUNWEN_HOME) / "snapshots"


def path_of(partition: Partition) -> Path:
    """The file of a partition."""
    return folder() / partition.county / partition.month / f"{partition.digest}.parquet"


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """One consistent read transaction: REPEATABLE READ on PostgreSQL, a deferred read on SQLite (WAL).

    Inside a transaction that is already open it reads with that one's own isolation; a change seen
    in part then still has its touch, so the partition is built again.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            # atomic() would take SQLite's one write lock for the whole export.
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def fresh(counties: Iterable[str], months: Iterable[Period | str]) -> list[Partition]:
    """The partitions of these counties and months, each at least as new as any change committed before the call.

    Rebuilds what was touched, was never built or was built under other declarations. Raises NeverFreshError
    when a month changes faster than it can be counted, DeclarationError when a measure's rows are wrong.
    """
    wanted = sorted({str(c) for c in counties}), sorted({str(m) for m in months})
    for county, month in stale(*wanted):
        _until_current(county, month)
    return _built(*wanted)


def _until_current(county: str, month: str) -> None:
    for _attempt in range(_ATTEMPTS):
        # One published rebuild begun after the question holds every change before it, whatever came since.
        if rebuild(county=county, month=month) or not stale([county], [month]):
            return
    raise NeverFreshError(_("数据正在大量写入，暂时算不出最新数字，请稍后再看。"))


def _built(counties: Sequence[str], months: Sequence[str]) -> list[Partition]:
    return list(Partition.unscoped.filter(county__in=counties, month__in=months, version__gt=0))


def stale(counties: Sequence[str], months: Sequence[str]) -> list[tuple[str, str]]:
    """(county, month) of these that have to be built before they may be read."""
    counted = _onward_counts(counties)
    touched = set(
        MeasureTouch.unscoped.filter(county__in=counties, month__in=months, onward=False)
        .values_list("county", "month")
        .distinct()
    )
    # After the touches: whatever was published in between is newer, never older.
    built = {(p.county, p.month): p for p in _built(counties, months)}
    digest = declare.digest()
    due = []
    for county in counties:
        for month in months:
            partition = built.get((county, month))
            if (
                partition is None
                or (county, month) in touched
                or partition.definitions != digest
                or partition.onward_seen != _onward_until(counted, county, month)
            ):
                due.append((county, month))
    return due


def _onward_counts(counties: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    rows = (
        MeasureTouch.unscoped.filter(county__in=counties, onward=True)
        .values_list("county", "month")
        .annotate(number=Count("id"))
    )
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for county, month, number in rows:
        found[county].append((month, number))
    return found


def _onward_until(counted: dict[str, list[tuple[str, int]]], county: str, month: str) -> int:
    return sum(number for since, number in counted.get(county, ()) if since <= month)


@dataclass(frozen=True)
class _Export:
    """What one read transaction gave."""

    version: int
    touches: tuple[object, ...]
    onward_seen: int
    rows: int
    rows_digest: str
    part: Path


def rebuild(*, county: str, month: str) -> bool:
    """Count a county's month anew and publish the file. Somebody else may be doing it: then wait for them.

    One attempt. True when the partition now holds every change committed before the call; False when
    somebody else published in the meantime, which may have been an older view: ask again.
    """
    place = folder() / county / month
    place.mkdir(parents=True, exist_ok=True)
    with _turn(place / ".turn") as waited:
        if waited and not stale([county], [month]):
            return True
        _announce(county, month)
        export = _export(county, Period.of(month), place)
        try:
            digest = _settle(export.part, place)
        finally:
            export.part.unlink(missing_ok=True)
        return _publish(county, month, export, digest)


@contextlib.contextmanager
def _turn(path: Path) -> Iterator[bool]:
    """One rebuilder at a time in a county's month; gives whether one had to wait.

    Only saves double work: what keeps figures right is the guarded update. So inside a transaction,
    where waiting could mean waiting for oneself, nobody waits. A killed process lets go by itself.
    """
    with path.open("w") as turn:
        waited = False
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not connection.in_atomic_block:
                fcntl.flock(turn, fcntl.LOCK_EX)
                waited = True
        yield waited


def _announce(county: str, month: str) -> None:
    if not Partition.unscoped.filter(county=county, month=month).exists():
        with writing.allowed("measures: a month is counted for the first time"):
            Partition.unscoped.bulk_create([Partition(county=county, month=month)], ignore_conflicts=True)


def _export(county: str, month: Period, place: Path) -> _Export:
    part = place / f".{os.getpid()}.{secrets.token_hex(6)}.part"
    try:
        with reading():
            # First of all the touches: a change whose touch is seen here is seen by every later read.
            touches = MeasureTouch.unscoped.filter(county=county, month=month.code, onward=False)
            seen = tuple(touches.values_list("id", flat=True))
            onward = _onward_until(_onward_counts([county]), county, month.code)
            version = Partition.unscoped.get(county=county, month=month.code).version
            tables = (leaf.table_of(m, county=county, month=month) for m in declare.all())
            rows, digest = leaf.write(part, tables)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return _Export(version, seen, onward, rows, digest, part)


def _settle(part: Path, place: Path) -> str:
    """Give the finished file its name for good; a kill before this leaves only a hidden .part."""
    with part.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
        os.fsync(written.fileno())
    final = place / f"{digest}.parquet"
    if final.exists():
        os.utime(final)  # young again, so that no sweep takes it before it is published
    else:
        part.replace(final)
    directory = os.open(place, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return digest


def _publish(county: str, month: str, export: _Export, digest: str) -> bool:
    """One transaction: the new file is the partition, and the changes it holds are no longer pending."""
    with transaction.atomic(), writing.allowed("measures: publish a partition"):
        mine = Partition.unscoped.filter(county=county, month=month, version=export.version).update(
            version=export.version + 1,
            digest=digest,
            rows_digest=export.rows_digest,
            row_count=export.rows,
            definitions=declare.digest(),
            onward_seen=export.onward_seen,
            built_at=Now(),
        )
        if not mine:
            return False
        for start in range(0, len(export.touches), _DELETE_AT_ONCE):
            some = export.touches[start : start + _DELETE_AT_ONCE]
            MeasureTouch.unscoped.filter(county=county, id__in=some).delete()
        touching.forget(county=county, month=month)
    return True

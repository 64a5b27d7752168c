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

import pyarrow as pa
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from qunwen.base.scope import writing

from . import carrying, declare, leaf, touching
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
    due, built = _looked_at(*wanted)
    for county, month in due:
        _until_current(county, month)
    return _built(*wanted) if due else built


def _until_current(county: str, month: str) -> None:
    for _attempt in range(_ATTEMPTS):
        # One published rebuild begun after the question holds every change before it, whatever came since.
        if rebuild(county=county, month=month) or not stale([county], [month]):
            return
    raise NeverFreshError(_("数据正在大量写入，暂时算不出最新数字，请稍后再看。"))


def _built(counties: Sequence[str], months: Sequence[str]) -> list[Partition]:
    return list(Partition.unscoped.filter(county__in=counties, month__in=months, version__gt=0))


def touched(county: str) -> list[str]:
    """Months of a county that something has been written for since they were counted, in order."""
    rows = MeasureTouch.unscoped.filter(county=county, onward=False).order_by("month")
    return list(rows.values_list("month", flat=True).distinct())


def stale(counties: Sequence[str], months: Sequence[str]) -> list[tuple[str, str]]:
    """(county, month) of these that have to be built before they may be read."""
    return _looked_at(counties, months)[0]


def _looked_at(counties: Sequence[str], months: Sequence[str]) -> tuple[list[tuple[str, str]], list[Partition]]:
    touched, counted = _touches(counties, months)
    # After the touches: whatever was published in between is newer, never older.
    there = _built(counties, months)
    built = {(p.county, p.month): p for p in there}
    digest = declare.digest()
    due = []
    for county in counties:
        for month in months:
            partition = built.get((county, month))
            if (
                partition is None
                or (county, month) in touched
                or partition.definitions != digest
                or partition.onward_seen != sum(_onward_until(counted, county, month).values())
            ):
                due.append((county, month))
    return due, there


_Onward = dict[str, list[tuple[str, str, int]]]  # county -> (month, feed, touches)


def _touches(counties: Sequence[str], months: Sequence[str]) -> tuple[set[tuple[str, str]], _Onward]:
    """(county, month) touched of these months, and all touches that hold onward, counted."""
    rows = (
        MeasureTouch.unscoped.filter(Q(onward=True) | Q(month__in=months), county__in=counties)
        .values_list("county", "month", "feed", "onward")
        .annotate(number=Count("id"))
    )
    touched, found = set(), defaultdict(list)
    for county, month, feed, onward, number in rows:
        if onward:
            found[county].append((month, feed, number))
        else:
            touched.add((county, month))
    return touched, found


def _onward_until(counted: _Onward, county: str, month: str) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for since, feed, number in counted.get(county, ()):
        if since <= month:
            found[feed] += number
    return dict(found)


@dataclass(frozen=True)
class _Export:
    """What one read transaction gave."""

    version: int
    touches: tuple[object, ...]
    onward: dict[str, int]
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
            seen = tuple(touches.values_list("id", "feed"))
            onward = _onward_until(_touches([county], [])[1], county, month.code)
            before = Partition.unscoped.get(county=county, month=month.code)
            changed = {feed for _id, feed in seen} | _changed_onward(before, onward)
            rows, digest = leaf.write(part, _tables(before, month, changed))
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return _Export(before.version, tuple(key for key, _feed in seen), onward, rows, digest, part)


def _changed_onward(before: Partition, onward: dict[str, int]) -> set[str]:
    known: dict[str, int] = before.onward_feeds
    if sum(known.values()) != before.onward_seen:
        return {""}
    return {feed for feed in {*known, *onward} if known.get(feed, 0) != onward.get(feed, 0)}


def _tables(before: Partition, month: Period, changed: set[str]) -> Iterator[pa.Table]:
    """The rows of every measure in order: counted now, or carried over where no change can have touched them.

    What is carried over is as old as `before`, whose changes and touches were seen when it was published; the
    guarded update refuses this export when another has been published since.
    """
    wanted = leaf.schema()
    old, due = None, carrying.to_count(changed)
    if changed and before.version and before.definitions == declare.digest():
        old = carrying.previous(path_of(before), before.digest, wanted)
    counting = leaf.Counting(county=before.county, month=month, wanted=wanted)
    for measure in declare.all():
        yield counting.table_of(measure) if old is None or measure.code in due else old.rows_of(measure.code)


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
            onward_seen=sum(export.onward.values()),
            onward_feeds=export.onward,
            built_at=Now(),
        )
        if not mine:
            return False
        for start in range(0, len(export.touches), _DELETE_AT_ONCE):
            some = export.touches[start : start + _DELETE_AT_ONCE]
            MeasureTouch.unscoped.filter(county=county, id__in=some).delete()
        touching.forget(county=county, month=month)
    return True

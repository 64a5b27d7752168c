"""Partitions are never older than a committed change, and never half there."""

import datetime as dt
import os
import uuid

import pytest
from django.db import transaction

from qunwen.base.measures import declare, keeping, snapshot, tasks
from qunwen.base.measures.models import MeasureTouch, Partition
from qunwen.base.measures.periods import Period
from qunwen.base.measures.touching import OutsideTransactionError, touch
from qunwen.base.scope import writing

from .conftest import COUNTY, row

DAY = dt.date(2026, 3, 14)
VILLAGE = "510112001001"
MONTHS = ["2026-03", "2026-04"]


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.QUNWEN_HOME = tmp_path


def change(book, *rows, **about):
    with transaction.atomic(), writing.allowed("test"):
        book.held += rows
        for each in rows:
            touch(county=each.county, day=each.day, **about)


def counts():
    return {p.month: p.row_count for p in snapshot.fresh([COUNTY], MONTHS)}


def versions():
    return {p.month: p.version for p in Partition.unscoped.all()}


def test_a_change_is_in_the_next_read_and_only_its_month_is_built_again(db, book):
    assert counts() == {"2026-03": 0, "2026-04": 0}
    change(book, row(VILLAGE, DAY, n=1))
    assert counts() == {"2026-03": 1, "2026-04": 0}
    assert versions() == {"2026-03": 2, "2026-04": 1}
    assert counts() == {"2026-03": 1, "2026-04": 0}
    assert versions() == {"2026-03": 2, "2026-04": 1}
    assert MeasureTouch.unscoped.count() == 0


def test_a_moved_record_touches_both_months(db, book):
    change(book, row(VILLAGE, DAY, n=1))
    assert counts() == {"2026-03": 1, "2026-04": 0}
    with transaction.atomic(), writing.allowed("test"):
        book.held[0] = row(VILLAGE, dt.date(2026, 4, 2), n=1)
        touch(county=COUNTY, day=dt.date(2026, 4, 2), moved_from=DAY)
    assert counts() == {"2026-03": 0, "2026-04": 1}


def test_one_transaction_writes_one_touch_a_month(db, book, door):
    with transaction.atomic():
        for n in range(50):
            touch(county=COUNTY, day=DAY.replace(day=1 + n % 28))
        touch(county=COUNTY, day=dt.datetime(2026, 3, 31, 17, 0, tzinfo=dt.UTC))  # already April in the county
        touch(county=COUNTY, day=None)
    assert sorted(MeasureTouch.unscoped.values_list("month", flat=True)) == ["2026-03", "2026-04"]


@transaction.atomic
def undone():
    touch(county=COUNTY, day=DAY)
    raise KeyError


def test_a_touch_undone_with_its_savepoint_is_written_again(db, book, door):
    with transaction.atomic():
        with pytest.raises(KeyError):
            undone()
        assert MeasureTouch.unscoped.count() == 0
        touch(county=COUNTY, day=DAY)
        with transaction.atomic():
            touch(county=COUNTY, day=DAY)
    assert MeasureTouch.unscoped.count() == 1


def test_a_change_after_a_read_inside_one_transaction_is_seen(db, book, door):
    with transaction.atomic():
        book.held.append(row(VILLAGE, DAY, n=1))
        touch(county=COUNTY, day=DAY)
        assert counts()["2026-03"] == 1
        book.held.append(row(VILLAGE, DAY, n=2))
        touch(county=COUNTY, day=DAY)
        assert counts()["2026-03"] == 2


@pytest.mark.django_db(transaction=True)
def test_touch_outside_a_transaction_is_refused(book, door):
    with pytest.raises(OutsideTransactionError):
        touch(county=COUNTY, day=DAY)


def test_an_onward_touch_reaches_every_later_month_and_no_earlier_one(db, book):
    months = ["2026-02", "2026-03", "2026-04", "2026-05"]
    snapshot.fresh([COUNTY], months)
    with transaction.atomic(), writing.allowed("test"):
        touch(county=COUNTY, day=DAY, onward=True)
    assert [m for _c, m in snapshot.stale([COUNTY], months)] == ["2026-03", "2026-04", "2026-05"]
    snapshot.fresh([COUNTY], ["2026-03"])
    assert [m for _c, m in snapshot.stale([COUNTY], months)] == ["2026-04", "2026-05"]
    snapshot.fresh([COUNTY], months)
    assert snapshot.stale([COUNTY], months) == []
    assert [m for _c, m in snapshot.stale([COUNTY], ["2026-06"])] == ["2026-06"]


def test_a_changed_declaration_makes_every_partition_stale(db, book):
    counts()
    extra = declare.Measure(
        code="tests.new", title="新", unit="个", kind="flow", meaning="新", rows=lambda **_: [], feeds=("a.B",)
    )
    with declare.only(*declare.all(), extra):
        assert [m for _c, m in snapshot.stale([COUNTY], MONTHS)] == MONTHS
        counts()
        assert snapshot.stale([COUNTY], MONTHS) == []


def test_equal_content_keeps_its_file_and_its_name(db, book):
    change(book, row(VILLAGE, DAY, n=1))
    (before,) = snapshot.fresh([COUNTY], ["2026-03"])
    with transaction.atomic(), writing.allowed("test"):
        touch(county=COUNTY, day=DAY)
    (after,) = snapshot.fresh([COUNTY], ["2026-03"])
    assert (after.version, after.digest, after.rows_digest) == (before.version + 1, before.digest, before.rows_digest)
    assert after.built_at is not None


def test_a_slower_rebuild_never_replaces_a_newer_one(db, book):
    """While one rebuild reads, another publishes: the first one's older rows are thrown away."""
    counts()
    slow = book.rows

    def overtaken(*, county, month):
        book.rows = slow
        old = list(slow(county=county, month=month))
        if not book.held and month.code == "2026-03":
            change(book, row(VILLAGE, DAY, n=1))
            with declare.only(*_declared(book)):
                assert counts()["2026-03"] == 1
        return old

    with transaction.atomic(), writing.allowed("test"):
        touch(county=COUNTY, day=DAY)
    book.rows = overtaken
    with declare.only(*_declared(book)):
        assert snapshot.rebuild(county=COUNTY, month="2026-03") is False
        assert counts()["2026-03"] == 1


def _declared(book):
    from .conftest import measures

    return measures(book)


def test_a_failing_measure_publishes_nothing_and_leaves_no_file(db, book, tmp_path):
    change(book, row(VILLAGE, DAY, n=1))
    counts()
    before = versions()
    change(book, row(VILLAGE, DAY, 1.5, n=2))
    with pytest.raises(declare.DeclarationError):
        counts()
    assert versions() == before
    assert list(tmp_path.rglob("*.part")) == []
    assert MeasureTouch.unscoped.count() == 1


def test_one_changed_byte_of_a_file_is_found_and_named(db, book):
    change(book, *(row(VILLAGE, DAY, n=n) for n in range(1, 40)))
    (partition,) = snapshot.fresh([COUNTY], ["2026-03"])
    assert keeping.problems_of(partition) == []
    path = snapshot.path_of(partition)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert keeping.problems_of(partition)[0].startswith("510112 2026-03：统计文件被改动过")
    path.unlink()
    assert "不见了" in keeping.problems_of(partition)[0]


def test_sweep_keeps_what_is_used_named_or_young(db, book, tmp_path, monkeypatch):
    at = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
    digests = []
    for n in (1, 2, 3):
        change(book, row(VILLAGE, DAY, n=n))
        (partition,) = snapshot.fresh([COUNTY], ["2026-03"])
        digests.append(partition.digest)
    files = {p.stem: p for p in tmp_path.rglob("*.parquet")}
    old = (at - dt.timedelta(days=2)).timestamp()
    for path in files.values():
        os.utime(path, (old, old))
    half = files[digests[0]].with_name(f".{uuid.uuid4()}.part")
    half.write_bytes(b"x")
    os.utime(half, (old, old))
    young = files[digests[0]].with_name("f" * 64 + ".parquet")
    young.write_bytes(b"x")
    os.utime(young, (at.timestamp(), at.timestamp()))
    monkeypatch.setattr(keeping, "_keepers", [lambda: [digests[1]]])
    assert sorted(keeping.sweep(at=at)) == sorted([files[digests[0]], half])
    assert sorted(p.stem for p in tmp_path.rglob("*.parquet")) == sorted([digests[1], digests[2], "f" * 64])


def test_refresh_builds_what_is_pending_once(db, book, at):
    counts()
    change(book, row(VILLAGE, DAY, n=1), row(VILLAGE, dt.date(2026, 5, 1), n=2))
    assert tasks.refresh(at=at) == 2
    assert tasks.refresh(at=at) == 0
    assert {p.month: p.row_count for p in Partition.unscoped.all()} == {"2026-03": 1, "2026-04": 0, "2026-05": 1}


def test_a_partition_is_seen_only_inside_the_scope(db, book):
    from qunwen.base.scope import context
    from qunwen.base.scope.context import Reach

    counts()
    with context.opened(context.staff({"measures.view": (Reach("510112"),)})):
        assert Partition.objects.count() == 2
    with context.opened(context.staff({"measures.view": (Reach("610327"),)})):
        assert Partition.objects.count() == 0


def test_month_given_as_period_or_text(db, book):
    assert [p.month for p in snapshot.fresh([COUNTY], Period.of("2026Q1").months)] == ["2026-01", "2026-02", "2026-03"]

"""A change counts only the measures again that its records feed; the file is that of a full count, byte for byte."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.measures import declare, snapshot
from qunwen.base.measures.declare import DeclarationError, Measure
from qunwen.base.measures.enums import Kind
from qunwen.base.measures.models import MeasureTouch, Partition
from qunwen.base.measures.touching import touch
from qunwen.base.scope import writing

from .conftest import COUNTY, row

DAY, MONTH = dt.date(2026, 3, 14), "2026-03"
VILLAGES = [f"510112001{n:03}" for n in range(1, 9)]


class Three:
    """Three measures, each of two feeds, that note when they were counted."""

    def __init__(self):
        self.held = {name: [] for name in "abc"}
        self.counted = []

    def measures(self):
        return [
            Measure(
                code=f"t.{name}", title=name, unit="个", kind=Kind.FLOW, meaning=name, rows=self._rows(name),
                feeds=(f"Tests.{name.upper()}", "tests.all" if name != "c" else "tests.other"),
            )
            for name in "abc"
        ]  # fmt: skip

    def _rows(self, name):
        def rows(*, county, month):
            self.counted.append(name)
            return [r for r in self.held[name] if r.county == county and month.holds(r.day)]

        return rows

    def counts(self, month=MONTH):
        """What a reading finds, and which measures it had to count for that."""
        self.counted = []
        (partition,) = snapshot.fresh([COUNTY], [month])
        return partition, "".join(self.counted)


@pytest.fixture
def three(db, settings, tmp_path):
    settings.QUNWEN_HOME = tmp_path
    mine = Three()
    with declare.only(*mine.measures()):
        yield mine


def add(three, name, n, **about):
    with transaction.atomic(), writing.allowed("test"):
        three.held[name].append(row(VILLAGES[n % 8], DAY, n, n=n)._replace(dims={}))
        touch(county=COUNTY, day=DAY, **about)


def test_only_what_the_changed_records_feed_is_counted_again(three):
    assert three.counts()[1] == "abc"
    add(three, "a", 1, feed="tests.a")
    assert three.counts()[1] == "a"
    add(three, "b", 2, feed="tests.all")
    assert three.counts()[1] == "ab"
    add(three, "c", 3, feed=("tests.b", "TESTS.C"))
    assert three.counts()[1] == "bc"
    partition, counted = three.counts()
    assert (partition.row_count, counted) == (3, "")
    assert MeasureTouch.unscoped.count() == 0


@pytest.mark.parametrize("feed", ["", "tests.unheard_of", ()])
def test_an_unnamed_change_and_one_nobody_reads_count_everything(three, feed):
    three.counts()
    add(three, "a", 1, feed=feed)
    assert three.counts()[1] == "abc"


def test_a_changed_byte_is_never_carried_over(three):
    for n in range(200):
        add(three, "b", n, feed="tests.b")
    partition, _counted = three.counts()
    path = snapshot.path_of(partition)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    add(three, "a", 1000, feed="tests.a")
    again, counted = three.counts()
    assert (again.row_count, counted) == (201, "abc")
    snapshot.path_of(again).unlink()
    add(three, "a", 1001, feed="tests.a")
    assert three.counts()[1] == "abc"


def test_a_stock_that_changed_counts_later_months_again_by_its_feed(three):
    months = ["2026-03", "2026-05"]
    for month in months:
        three.counts(month)
    add(three, "a", 1, feed="tests.a", onward=True)
    assert [three.counts(m)[1] for m in ("2026-05", "2026-03", "2026-05")] == ["a", "a", ""]
    add(three, "c", 2, feed="tests.c", onward=True)
    add(three, "b", 3, feed="tests.b")
    assert [three.counts(m)[1] for m in months] == ["bc", "c"]


def test_a_partition_of_before_there_were_feeds_is_counted_whole(three, door):
    add(three, "a", 1, feed="tests.a", onward=True)
    three.counts()
    Partition.unscoped.filter(county=COUNTY).update(onward_feeds={})
    add(three, "b", 2, feed="tests.b")
    assert three.counts()[1] == "abc"


def test_a_stock_changed_twice_around_a_reading_in_one_transaction_is_seen_in_later_months(three):
    with transaction.atomic():
        add(three, "a", 1, feed="tests.a", onward=True)
        three.counts("2026-04")
        add(three, "a", 2, feed="tests.a", onward=True)
        assert three.counts("2026-04")[1] == "a"


def test_once_a_feed_and_transaction_and_never_beside_an_unnamed_change(three, door):
    with transaction.atomic():
        for feed in ("tests.a", "Tests.A", ("tests.a", "tests.b"), "", "tests.c"):
            touch(county=COUNTY, day=DAY, feed=feed)
    assert sorted(MeasureTouch.unscoped.values_list("feed", flat=True)) == ["", "tests.a", "tests.b"]


steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 40), st.sampled_from(["own", "shared", ""]), st.booleans()),
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(1, 5))
def test_the_file_is_that_of_a_full_count_byte_for_byte(three, door, monkeypatch, given_steps, group):
    """Also where measures share row groups and run over their ends."""
    monkeypatch.setattr("qunwen.base.measures.leaf.GROUP", group * 7)
    three.held = {name: [] for name in "abc"}
    Partition.unscoped.all().delete()
    for name, many, kind, read in given_steps:
        feed = {"own": f"tests.{name}", "shared": "tests.other" if name == "c" else "tests.all", "": ""}[kind]
        for _ in range(many):
            add(three, name, sum(map(len, three.held.values())), feed=feed)
        if read:
            three.counts()
    partial, _counted = three.counts()
    Partition.unscoped.filter(county=COUNTY).update(definitions="other")
    full, counted = three.counts()
    assert counted == "abc"
    assert (partial.digest, partial.rows_digest, partial.row_count) == (full.digest, full.rows_digest, full.row_count)


def test_measures_declared_together_are_read_by_one_call(db, settings, tmp_path):
    settings.QUNWEN_HOME = tmp_path
    calls, mistake = [], {}

    def together(*, county, month):
        calls.append(month.code)
        return {"t.one": [row(VILLAGES[0], DAY, 5, n=1)._replace(dims={})]} | mistake

    def never(**_about):
        raise AssertionError("read alone")

    about = {"title": "x", "unit": "个", "kind": Kind.FLOW, "meaning": "x", "rows": never, "feeds": ("tests.x",)}
    both = [Measure(code=code, together=together, **about) for code in ("t.one", "t.two")]
    with declare.only(*both, Measure(code="t.alone", **(about | {"rows": lambda **_: []}))):
        (partition,) = snapshot.fresh([COUNTY], [MONTH])
        assert (partition.row_count, calls) == (1, [MONTH])
        mistake["t.alone"] = []
        with pytest.raises(DeclarationError, match=r"t\.alone"):
            snapshot.fresh([COUNTY], ["2026-04"])

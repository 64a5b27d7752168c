"""Spark with two workers gives the cells of DuckDB and of the plain loops, to the bit.

Starting Spark and every job of it cost seconds, so Hypothesis draws the worlds first; all of one shape go through
one pair of jobs, each world's places marked with its number.
"""

import builtins
import tempfile
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how

from qunwen.base.measures import declare, spark, sql
from qunwen.base.measures.composing import Composer, answered

from .test_rollup_oracle import (
    ASKS,
    PERIODS,
    PLACES,
    asked_of,
    assert_right,
    book_of,
    computed,
    declared,
    worlds,
    written,
)

SHAPES = [
    {},
    {"by": ("kind", "level")},
    {"by": ("level",), "filters": {"kind": ("show",)}},
    {"filters": {"kind": ("lecture",), "level": ("town",)}, "grades": ("B", "C")},
]


@pytest.fixture(scope="module")
def cluster():
    """Two workers of one core each, in processes of their own."""
    mine = spark.session(
        master="local-cluster[2,1,1024]",
        name="qunwen-tests",
        spark__sql__shuffle__partitions="2",
        spark__driver__bindAddress="127.0.0.1",
        spark__driver__host="127.0.0.1",
    )
    mine.sparkContext.setLogLevel("ERROR")
    yield mine
    mine.stop()


def drawn(number):
    """That many worlds, as Hypothesis draws them."""
    found = []

    @how(
        max_examples=number,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds(), ASKS)
    def draw(world, _about):
        found.append(world)

    draw()
    return found


@pytest.mark.spark
def test_spark_equals_duckdb_and_the_oracle_over_many_worlds(cluster):
    gathered = drawn(60)
    for start, about in enumerate(SHAPES):
        compare(cluster, gathered[start :: len(SHAPES)], about)


def compare(cluster, some, about):
    """All these worlds through one pair of jobs."""
    books = [book_of(rows) for rows, _closure in some]
    facts, edges, texts = [], defaultdict(list), {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (book, (_rows, closure)) in enumerate(zip(books, some, strict=True)):
            with declare.only(*declared(book)):
                facts += [marked(pq.read_table(file), number, "place") for file in written(folder)]
                composer = composer_of(about, closure)
                days = composer.segments
                for name, writer, there in (("cells", sql.cells, PLACES), ("who", sql.reporters, composer.who)):
                    table, _dated = closure.table(there, starts=days.starts, ends=days.ends)
                    edges[name].append(marked(table, number, "ancestor", "descendant"))
                    texts[name] = writer(composer.plan(dated=True), sql.SPARK)
                bound = {"measures": list(asked_of(about).measures), **days.parameters, **asked_of(about).parameters}
        path = Path(folder) / "all.parquet"
        pq.write_table(pa.concat_tables(facts), path, store_schema=False)
        with spark.table(cluster, "facts", cluster.read.parquet(str(path))):
            answers = {name: asked_there(cluster, texts[name], edges[name], bound) for name in texts}
    for number, (book, (_rows, closure)) in enumerate(zip(books, some, strict=True)):
        with declare.only(*declared(book)):
            mine = {
                sql.cells: [
                    (*row[:2], row[2].partition(":")[2], *row[3:]) for row in answers["cells"] if of(row[2]) == number
                ],
                sql.reporters: [(*r[:2], r[2] % 1000) for r in answers["who"] if r[2] // 1000 == number],
            }
            cells = answered(composer_of(about, closure), lambda writer, _there, mine=mine: mine[writer])
            assert_right(cells, book, closure, about)
            assert cells == computed(closure, PLACES, **about)


def asked_there(cluster, text, edges, bound):
    with spark.table(cluster, "closure", cluster.createDataFrame(pa.concat_tables(edges))):
        return spark.query(cluster, text, bound)


def of(place):
    return int(place.partition(":")[0])


def marked(table, number, *names):
    """The world's number before its places, and added to their numbers."""
    for name in names:
        at = table.schema.get_field_index(name)
        told = pc.binary_join_element_wise(f"{number}:", table.column(at), "")
        table = table.set_column(at, table.schema.field(at), told)
    at = table.schema.get_field_index("number")
    if at >= 0:
        table = table.set_column(
            at, table.schema.field(at), pc.add(table.column(at), pa.scalar(number * 1000, pa.int32()))
        )
    return table


def composer_of(about, closure):
    return Composer(asked_of(about), places=PLACES, periods=PERIODS, closure=closure)


@pytest.mark.spark
def test_a_question_on_a_session_gives_the_cells_of_the_engine(cluster):
    (rows, closure), *_rest = sorted(drawn(20), key=lambda world: -len(world[0]))
    book = book_of(rows)
    with declare.only(*declared(book)), tempfile.TemporaryDirectory() as folder:
        about = {"by": ("kind",), "filters": {"level": ("village",)}}
        files = written(folder)
        asked = asked_of(about)
        found = spark.compute(asked, places=PLACES, periods=PERIODS, closure=closure, files=files, session=cluster)
        assert found == computed(closure, PLACES, **about)
        none = spark.compute(asked, places=PLACES[:1], periods=PERIODS, closure=closure, files=[], session=cluster)
        assert {c.value for c in none} == {None}


@pytest.mark.spark
def test_a_sum_too_large_for_an_integer_is_an_error(cluster):
    with pytest.raises(Exception, match="OVERFLOW"):
        spark.query(cluster, "SELECT SUM(v) AS s FROM VALUES (9223372036854775807), (1) AS t(v)", {})


@pytest.mark.spark
def test_the_setting_sends_a_question_to_spark(cluster, settings):
    rows, closure = drawn(1)[0]
    with declare.only(*declared(book_of(rows))):
        by_duckdb = computed(closure, PLACES)
        settings.QUNWEN_ENGINE = "spark"
        assert computed(closure, PLACES) == by_duckdb


def test_without_pyspark_the_message_says_what_to_do(monkeypatch, settings):
    def refuse(name, *rest, **more):
        if name.startswith("pyspark"):
            raise ImportError(name)
        return real(name, *rest, **more)

    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", refuse)
    settings.QUNWEN_ENGINE = "spark"
    rows, closure = drawn(1)[0]
    with declare.only(*declared(book_of(rows))), pytest.raises(spark.SparkMissingError, match="没有安装 Spark 组件"):
        computed(closure, PLACES)

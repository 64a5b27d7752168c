"""The same roll-up on Spark, for a province or the nation: `pip install 'qunwen[spark]'` and Java 17.

The same queries over the same Parquet files, the same cells. Nothing else in the package imports pyspark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from . import sql
from .closure import Closure
from .composing import Composer, Excused, answered
from .periods import Period
from .questions import Cell, Question

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class SparkMissingError(RuntimeError):
    """pyspark is not installed. The message is for whoever runs the house."""


def session(*, master: str, name: str = "qunwen", **settings: str) -> SparkSession:
    """A Spark session on a master ("spark://host:7077", "local-cluster[2,1,1024]"), with the settings exactness needs.

    `settings`: further ones, dots written as two underscores. Raises SparkMissingError.
    """
    try:
        from pyspark.sql import SparkSession as Session  # noqa: PLC0415  an extra: most houses do not have it
    except ImportError:
        raise SparkMissingError(
            _(
                "没有安装 Spark 组件。请运行 pip install 'qunwen[spark]' 并安装 Java 17，或把 QUNWEN_ENGINE 设为 duckdb。"
            )
        ) from None
    builder = Session.builder.master(master).appName(name)
    fixed = {
        "spark.sql.ansi.enabled": "true",  # a sum too large for an integer is an error, not another number
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        **{key.replace("__", "."): value for key, value in settings.items()},
    }
    for key, value in fixed.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def compute(
    asked: Question,
    *,
    places: Sequence[str],
    periods: Sequence[Period],
    closure: Closure,
    files: Sequence[Path | str],
    session: SparkSession,
    excused: Excused | None = None,
) -> list[Cell]:
    """The cells of a question from given files and a given map, as `rollup.compute` gives them."""
    composer = Composer(asked, places=places, periods=periods, closure=closure, excused=excused)
    days = composer.segments
    if not files:
        return composer.cells()
    with table(session, "facts", session.read.parquet(*map(str, files))):

        def run(writer: Callable[..., str], there: Sequence[str]) -> list[tuple]:
            edges, dated = closure.table(there, starts=days.starts, ends=days.ends)
            bound = {"measures": list(asked.measures), **days.parameters, **asked.parameters}
            text = writer(composer.plan(dated=dated), sql.SPARK)
            with table(session, "closure", session.createDataFrame(edges)):
                return query(session, text, bound)

        return answered(composer, run)


@contextmanager
def table(session: SparkSession, name: str, frame: Any) -> Iterator[None]:
    """Inside, the frame is a table of that name for queries of this session."""
    frame.createOrReplaceTempView(name)
    try:
        yield
    finally:
        session.catalog.dropTempView(name)


def query(session: SparkSession, text: str, bound: dict[str, Any]) -> list[tuple]:
    """A query of the Spark dialect with its values bound: its rows."""
    return [tuple(row) for row in session.sql(text, args=bound).collect()]

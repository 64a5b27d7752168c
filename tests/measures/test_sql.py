"""The text of every query in every dialect: a change of the writer shows as a change of these files."""

from pathlib import Path

import pytest

from qunwen.base.measures import sql
from qunwen.base.measures.sql import DIALECTS, Plan

GOLDEN = Path(__file__).parent / "golden"
SHAPES = {
    "cells": lambda d: sql.cells(Plan(), d),
    "cells_by_two": lambda d: sql.cells(Plan(by=("kind", "level")), d),
    "cells_filtered": lambda d: sql.cells(Plan(by=("level",), filters=("kind",), graded=True), d),
    "cells_with_extremes": lambda d: sql.cells(Plan(extremes=True), d),
    "cells_in_segments": lambda d: sql.cells(Plan(by=("kind",), cuts=2, dated=False), d),
    "reporters": lambda d: sql.reporters(Plan(), d),
    "reporters_in_segments": lambda d: sql.reporters(Plan(by=("kind",), graded=True, cuts=1, dated=False), d),
    "rows": lambda d: sql.rows(Plan(filters=("kind",), graded=True), d),
    "row_count": lambda d: sql.row_count(Plan(), d),
}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: d.name)
@pytest.mark.parametrize("name", SHAPES)
def test_sql_is_as_in_the_golden_file(name, dialect):
    assert SHAPES[name](dialect) + "\n" == (GOLDEN / dialect.name / f"{name}.sql").read_text()


def test_every_golden_file_is_compared():
    files = {(p.parent.name, p.stem) for p in GOLDEN.rglob("*.sql")}
    assert files == {(d.name, name) for d in DIALECTS for name in SHAPES}

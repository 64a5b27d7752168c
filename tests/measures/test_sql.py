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
    "reporters": sql.reporters,
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

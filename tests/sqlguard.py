"""Looks at executed statements: writes, locks and correlated subqueries on facts name the county.

On a distributed database a statement without it goes to every shard, or is refused. This finds such
statements of the package (not those with which a test arranges its rows) without any Citus.
"""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path
from typing import Any

SOURCE = str(Path(__file__).resolve().parents[1] / "src" / "qunwen")
# Querysets and actions pass statements on; who asked stands above them.
PLUMBING = (f"{SOURCE}/base/scope/", f"{SOURCE}/base/journal/recording.py")
TESTS = str(Path(__file__).resolve().parent)
# Moves of schema and whole copies are made before a table is distributed.
EXEMPT = ("migrations", "append_only.py", "copying", "backup", "restore")

_WRITE = re.compile(r'^\s*(?:UPDATE|DELETE FROM)\s+"?(?P<table>\w+)"?', re.IGNORECASE)
_LOCK = re.compile(
    r'^\s*SELECT\b.*?\bFROM\s+"?(?P<table>\w+)"?.*\bFOR\s+(?:NO KEY\s+)?UPDATE\b', re.IGNORECASE | re.DOTALL
)
_CORRELATED = re.compile(
    r'\(SELECT\b[^()]*?\bFROM\s+"(?P<table>\w+)"\s+(?P<alias>[UVW]\d+)\b(?P<rest>[^()]*(?:\([^()]*\)[^()]*)*)\)',
    re.DOTALL,
)


class CountyMissing(AssertionError):
    """A statement on a fact does not name the county."""


@functools.cache
def fact_tables() -> frozenset[str]:
    from qunwen.base.scope.checks import kind_of, own_models

    return frozenset(m._meta.db_table for m in own_models() if kind_of(m) == "fact")


def check(sql: str) -> None:
    """Raise CountyMissing for a write, a lock or a correlated subquery on a fact without its county."""
    for pattern, what in ((_WRITE, "write"), (_LOCK, "lock")):
        found = pattern.match(sql)
        if found and found["table"] in fact_tables():
            where = re.split(r"\bWHERE\b", sql, maxsplit=1, flags=re.IGNORECASE)
            if len(where) < 2 or not re.search(r"\bcounty\b", where[1]):
                raise CountyMissing(f"{what} without county: {sql[:300]}")
    for found in _CORRELATED.finditer(sql):
        outer = re.findall(r'"?(\w+)"?\."county"', found["rest"])
        reaches_out = re.search(r"=\s*\(?\"(?![UVW]\d)\w+\"\.", found["rest"])
        if found["table"] in fact_tables() and reaches_out and found["alias"] not in outer:
            raise CountyMissing(f"correlated subquery without county: {sql[:300]}")


def _from_the_package() -> bool:
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(PLUMBING):
            frame = frame.f_back
            continue
        if name.startswith(SOURCE):
            return not any(part in name for part in EXEMPT)
        if name.startswith(TESTS) and not name.endswith("sqlguard.py"):
            return False
        frame = frame.f_back
    return False


def watch(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
    """A wrapper for `connection.execute_wrapper`."""
    text = str(sql)
    if text.lstrip()[:6].upper() in ("UPDATE", "DELETE", "SELECT") and _from_the_package():
        check(text)
    return execute(sql, params, many, context)

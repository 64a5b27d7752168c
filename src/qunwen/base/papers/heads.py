"""Finding the head of a sheet: past a title and a line with the unit, through merged heads of several rows."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from .fields import Field, as_text
from .guard import unguard

ERROR_HEAD = "错误"
_LOOK_DOWN = 20
_MOST_HEAD_ROWS = 3
_NOISE = re.compile(r"[\s*＊※:：]|[(（](?:必填|选填|可不填)[)）]")
_BRACKETED = re.compile(r"[(（\[][^)）\]]*[)）\]]$")


@dataclass(frozen=True)
class Heads:
    """Where the head was found. `columns` maps a field's key to its column (from 0); rows are counted from 1."""

    first_row: int
    last_row: int
    columns: dict[str, int]
    unknown: tuple[str, ...]
    missing: tuple[Field, ...]
    doubled: tuple[str, ...] = ()


def find_heads(fields: Sequence[Field], rows: Sequence[tuple[int, list[object]]]) -> Heads | None:
    """The best head among the first rows: the one, of one to three rows, that recognises most columns.

    Gives None when not even one column is recognised. A head of fewer rows wins a tie, then the upper one.
    """
    best: Heads | None = None
    for start in range(min(len(rows), _LOOK_DOWN)):
        for height in range(1, min(_MOST_HEAD_ROWS, len(rows) - start) + 1):
            block = rows[start : start + height]
            if block[-1][0] - block[0][0] != height - 1:
                break  # a blank row ends a head
            found = _match(fields, block)
            if found and (best is None or len(found.columns) > len(best.columns)):
                best = found
    return best


def _match(fields: Sequence[Field], block: Sequence[tuple[int, list[object]]]) -> Heads | None:
    paths = _paths([values for _number, values in block])
    names = {normalise_head(name): spec.key for spec in fields for name in (spec.label, *spec.aliases)}
    columns: dict[str, int] = {}
    unknown: list[str] = []
    doubled: list[str] = []
    # A whole path (参加人数/老年人) is more certain than its last part, so it is matched first.
    leaf_columns: list[tuple[int, tuple[str, ...]]] = []
    for index, path in enumerate(paths):
        key = names.get(normalise_head("/".join(path))) if path else None
        if key is None:
            leaf_columns.append((index, path))
        elif key in columns:
            doubled.append("/".join(path))
        else:
            columns[key] = index
    for index, path in leaf_columns:
        key = _by_part(names, path) if path else None
        if key is not None and key not in columns:
            columns[key] = index
        elif key is not None:
            doubled.append("/".join(path))
        elif path and path[-1] != ERROR_HEAD:
            unknown.append("/".join(path))
    if not columns:
        return None
    missing = tuple(spec for spec in fields if spec.required and spec.key not in columns)
    return Heads(block[0][0], block[-1][0], columns, tuple(unknown), missing, tuple(doubled))


def _by_part(names: dict[str, str], path: tuple[str, ...]) -> str | None:
    leaf = path[-1].rpartition("/")[2]
    return names.get(normalise_head(leaf)) or names.get(normalise_head(_BRACKETED.sub("", leaf)))


def _paths(block: list[list[object]]) -> list[tuple[str, ...]]:
    """The head of each column from top to bottom. A blank cell to the right of a group belongs to the group
    as long as there is a head below it: that is what a merged cell leaves behind, in .xlsx and in .csv."""
    width = max(len(values) for values in block)
    grid = [[_head_text(values[i]) if i < len(values) else "" for i in range(width)] for values in block]
    for down in range(len(grid) - 1):
        carried = ""
        for i in range(width):
            below = any(row[i] for row in grid[down + 1 :])
            if grid[down][i]:
                carried = grid[down][i] if below else ""
            elif below and carried and not any(grid[up][i] != grid[up][i - 1] for up in range(down)):
                grid[down][i] = carried
            else:
                carried = ""
    return [tuple(row[i] for row in grid if row[i]) for i in range(width)]


def _head_text(value: object) -> str:
    return unguard(as_text(value).strip())


def normalise_head(name: str) -> str:
    """A head for comparison: without blanks, line breaks, asterisks and （必填）; full and half width are the same."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", str(name))).casefold()

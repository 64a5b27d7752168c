"""The columns of a printed or exported table, as a tree: groups with a head above, columns with a value below."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a column holds; decides alignment, number format and how a sheet is read."""

    TEXT = "text"
    ID = "id"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    BOOL = "bool"

    @property
    def is_figure(self) -> bool:
        """Figures stand at the right, under one another."""
        return self in {Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT}


@dataclass(frozen=True)
class Column:
    """One column. `value` takes the row when the row is neither a mapping nor a sequence; `width` is in characters of Chinese."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    width: float | None = None
    places: int = 2
    missing: str = ""
    value: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Group:
    """A head over several columns or groups."""

    label: str
    children: "tuple[Column | Group, ...]"


@dataclass(frozen=True)
class HeadCell:
    """A cell of the head with the rows and columns it covers, counted from 0, last ones included."""

    label: str
    top: int
    left: int
    bottom: int
    right: int


Tree = Sequence[Column | Group]


def leaves(tree: Tree) -> list[Column]:
    """The columns from left to right."""
    found: list[Column] = []
    for node in tree:
        if isinstance(node, Group):
            found.extend(leaves(node.children))
        else:
            found.append(node)
    return found


def depth(tree: Tree) -> int:
    """How many rows the head has."""
    return max((1 + (depth(node.children) if isinstance(node, Group) else 0) for node in tree), default=0)


def head_cells(tree: Tree) -> list[HeadCell]:
    """The head laid out: a group spans its columns, a column reaches down to the last head row."""
    return list(_place(tree, 0, 0, depth(tree) - 1))


def _place(tree: Tree, top: int, left: int, bottom: int) -> Iterator[HeadCell]:
    for node in tree:
        if isinstance(node, Group):
            width = len(leaves(node.children))
            yield HeadCell(str(node.label), top, left, top, left + width - 1)
            yield from _place(node.children, top + 1, left, bottom)
            left += width
        else:
            yield HeadCell(str(node.label), top, left, bottom, left)
            left += 1


def head_paths(tree: Tree, above: tuple[str, ...] = ()) -> list[str]:
    """The head of each column in one line, groups first: 参加人数/老年人."""
    paths: list[str] = []
    for node in tree:
        if isinstance(node, Group):
            paths.extend(head_paths(node.children, (*above, str(node.label))))
        else:
            paths.append("/".join((*above, str(node.label))))
    return paths


def row_values(columns: Sequence[Column], row: object) -> list[Any]:
    """The values of a row that is a mapping by key, a sequence in column order, or an object read through `value`."""
    if isinstance(row, Mapping):
        return [column.value(row) if column.value else row.get(column.key) for column in columns]
    if isinstance(row, Sequence) and not isinstance(row, str):
        if len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} values for {len(columns)} columns")
        return list(row)
    return [column.value(row) if column.value else getattr(row, column.key) for column in columns]


def text_width(text: str) -> float:
    """Width in Chinese characters: a character of the CJK blocks counts 1, any other half."""
    return sum(1 if ord(char) > 0x2E7F else 0.5 for char in text)

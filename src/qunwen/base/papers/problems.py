"""What can be wrong with a file that someone sends in."""

from dataclasses import dataclass


class UnreadableSheetError(Exception):
    """The file as a whole cannot be read; the message says why, in Chinese, and what to do next."""


class CellRefusedError(ValueError):
    """One value is refused; raised by parsing and by a caller's lookup, with a Chinese message."""


class RowRefusedError(Exception):
    """A caller's function refuses a row while it is being applied; `key` names the column if it is one column's fault."""

    def __init__(self, message: str, *, key: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.key = key


@dataclass(frozen=True)
class CellProblem:
    """One thing to mend: sheet row and column counted from 1 (column None: the whole row)."""

    row: int
    column: int | None
    label: str
    value: str
    message: str

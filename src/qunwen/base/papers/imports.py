"""Import of a sheet: a dry run that changes nothing and names every fault, then all rows in one transaction or none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .fields import Field, as_text, parse_cell
from .heads import Heads, find_heads
from .problems import CellProblem, CellRefusedError, RowRefusedError, UnreadableSheetError
from .reading import OpenSheet
from .xlsx_stream import Value

MOST_PROBLEMS = 5_000  # kept one by one; beyond it they are only counted
_SHOWN_VALUE = 100
_HEAD_ROWS = 25

Values = dict[str, Any]


@dataclass(frozen=True)
class SheetSpec:
    """What a sheet must hold.

    `unique` are the keys that together may appear only once in the file. `check` looks at a whole parsed row and
    gives (key, Chinese message) pairs; key "" means the row.
    """

    fields: Sequence[Field]
    unique: tuple[str, ...] = ()
    check: Callable[[Values], Sequence[tuple[str, str]]] | None = None


@dataclass(frozen=True)
class ParsedRow:
    """A row without faults: its number in the sheet (from 1) and its values by field key."""

    number: int
    values: Values


@dataclass
class DryRun:
    """What an import would do. `good` and `bad` count rows; `problems` holds the first faults, `faults` counts them all."""

    sha256: str
    format: str
    encoding: str
    heads: Heads
    good: int = 0
    bad: int = 0
    faults: int = 0
    problems: list[CellProblem] = field(default_factory=list)
    preview: list[ParsedRow] = field(default_factory=list)

    @property
    def may_apply(self) -> bool:
        """Whether `apply_sheet` would take the file."""
        return self.good > 0 and not self.faults


@dataclass(frozen=True)
class Applied:
    """What was written, and the digest of the file it came from."""

    rows: int
    sha256: str


class ImportRefusedError(Exception):
    """Nothing was written. `problems` are the faults that stood in the way."""

    def __init__(self, message: str, problems: Sequence[CellProblem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)


def dry_run(spec: SheetSpec, sheet: OpenSheet, *, preview: int = 20, most_problems: int = MOST_PROBLEMS) -> DryRun:
    """Read the whole file, change nothing, and report every fault by row and column.

    Raises UnreadableSheetError when the file cannot be read, has no recognisable head, or lacks a required column.
    Memory does not grow with the rows, apart from one small key a row when `unique` is asked for.
    """
    heads = locate(spec, sheet)
    report = DryRun(sheet.sha256, sheet.format, sheet.encoding, heads)
    for row, faults in parse_rows(spec, sheet, heads):
        if faults:
            report.bad += 1
            report.faults += len(faults)
            report.problems.extend(faults[: max(0, most_problems - len(report.problems))])
        else:
            report.good += 1
            if len(report.preview) < preview:
                report.preview.append(row)
    if not report.good and not report.bad:
        raise UnreadableSheetError(_("表头下面没有数据。请填好后再上传。"))
    return report


def apply_sheet(
    spec: SheetSpec,
    sheet: OpenSheet,
    write: Callable[[list[ParsedRow]], None],
    *,
    batch_size: int = 500,
    expected_sha256: str = "",
    using: str | None = None,
) -> Applied:
    """Write the whole file through `write` (called with batches of rows) in one transaction: all of it or nothing.

    `expected_sha256` is the digest from the dry run; a different file is refused. The first fault, or a RowRefusedError
    raised by `write` for a batch of one, undoes everything and comes out as ImportRefusedError. With `batch_size=1` the
    caller's refusals are tied to their rows.
    """
    if expected_sha256 and sheet.sha256 != expected_sha256:
        raise ImportRefusedError(_("这不是刚才检查过的那个文件，没有导入。请重新检查一次。"))
    heads = locate(spec, sheet)
    written = 0
    with transaction.atomic(using=using):
        good = _good_rows(spec, sheet, heads)
        while batch := list(islice(good, batch_size)):
            try:
                write(batch)
            except RowRefusedError as refusal:
                raise _refused(spec, heads, batch, refusal) from refusal
            written += len(batch)
    if not written:
        raise ImportRefusedError(_("表头下面没有数据，没有导入。"))
    return Applied(written, sheet.sha256)


def locate(spec: SheetSpec, sheet: OpenSheet) -> Heads:
    """Find the head of the sheet; raises UnreadableSheetError when it is not there or not complete."""
    first_rows = [(number, list[object](values)) for number, values in islice(sheet.rows(), _HEAD_ROWS)]
    heads = find_heads(spec.fields, first_rows)
    labels = "、".join(str(spec_field.label) for spec_field in spec.fields)
    if heads is None:
        raise UnreadableSheetError(_("没有找到表头。表里应有这些列：%(labels)s。") % {"labels": labels})
    if heads.missing:
        lacking = "、".join(str(spec_field.label) for spec_field in heads.missing)
        raise UnreadableSheetError(_("缺少必填的列：%(labels)s。") % {"labels": lacking})
    if heads.doubled:
        raise UnreadableSheetError(
            _("这些列出现了两次：%(labels)s。请只留一列。") % {"labels": "、".join(heads.doubled)}
        )
    return heads


def parse_rows(spec: SheetSpec, sheet: OpenSheet, heads: Heads) -> Iterator[tuple[ParsedRow, list[CellProblem]]]:
    """Every row below the head with its faults; values of a faulty row are those that could be read."""
    plan = [
        (spec_field, heads.columns[spec_field.key]) for spec_field in spec.fields if spec_field.key in heads.columns
    ]
    labels = {spec_field.key: str(spec_field.label) for spec_field in spec.fields}
    used = [column for _field, column in plan]
    seen: dict[Any, int] = {}
    for number, cells in sheet.rows():
        if number <= heads.last_row or not _is_filled(cells, used):
            continue
        values: Values = {}
        faults: list[CellProblem] = []
        for spec_field, column in plan:
            raw = cells[column] if column < len(cells) else None
            try:
                values[spec_field.key] = parse_cell(spec_field, raw)
            except CellRefusedError as refusal:
                shown = as_text(raw)[:_SHOWN_VALUE]
                faults.append(CellProblem(number, column + 1, labels[spec_field.key], shown, str(refusal)))
        if not faults:
            for key, message in (*_doubles(spec, values, number, seen), *(spec.check(values) if spec.check else ())):
                faults.append(_problem(heads, labels, number, key, message=message, value=as_text(values.get(key))))
        yield ParsedRow(number, values), faults


def _is_filled(cells: list[Value], used: list[int]) -> bool:
    return any(column < len(cells) and cells[column] is not None and str(cells[column]).strip() for column in used)


def _doubles(spec: SheetSpec, values: Values, number: int, seen: dict[Any, int]) -> Iterator[tuple[str, str]]:
    if not spec.unique:
        return
    identity = tuple(values.get(key) for key in spec.unique)
    if all(part is None for part in identity):
        return
    first = seen.setdefault(identity[0] if len(identity) == 1 else identity, number)
    if first != number:
        yield spec.unique[0], _("与第 %(row)s 行重复。") % {"row": first}


def _problem(heads: Heads, labels: dict[str, str], number: int, key: str, *, message: str, value: str) -> CellProblem:
    column = heads.columns.get(key)
    return CellProblem(
        number, None if column is None else column + 1, labels.get(key, ""), value[:_SHOWN_VALUE], str(message)
    )


def _good_rows(spec: SheetSpec, sheet: OpenSheet, heads: Heads) -> Iterator[ParsedRow]:
    for row, faults in parse_rows(spec, sheet, heads):
        if faults:
            raise ImportRefusedError(_("第 %(row)s 行有错，整个文件都没有导入。") % {"row": row.number}, faults)
        yield row


def _refused(spec: SheetSpec, heads: Heads, batch: list[ParsedRow], refusal: RowRefusedError) -> ImportRefusedError:
    if len(batch) > 1:
        message = _("第 %(first)s 至 %(last)s 行之间：%(message)s 整个文件都没有导入。")
        return ImportRefusedError(
            message % {"first": batch[0].number, "last": batch[-1].number, "message": refusal.message}
        )
    labels = {spec_field.key: str(spec_field.label) for spec_field in spec.fields}
    row = batch[0]
    value = as_text(row.values.get(refusal.key))
    problem = _problem(heads, labels, row.number, refusal.key, message=refusal.message, value=value)
    message = _("第 %(row)s 行：%(message)s 整个文件都没有导入。")
    return ImportRefusedError(message % {"row": row.number, "message": refusal.message}, [problem])

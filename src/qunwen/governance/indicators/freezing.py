"""Approved figures: what was approved, from which rows, and what has changed since. Cells go stale, not packets."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, record
from qunwen.base.measures import keeping, snapshot
from qunwen.base.measures.periods import Period
from qunwen.base.measures.questions import LeafRow
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, context
from qunwen.base.scope.codes import Level

from . import catalogue, figuring, rows
from .access import Permission
from .basis import Basis, county_of_places
from .enums import Entry
from .evaluating import Figure
from .language.ir import canonical_json, fraction_text
from .models import FrozenFigure
from .needing import Need
from .rows import PersonRow, Print
from .spans import Moment, Span


class ApprovalRefused(ValidationError):
    """The figures cannot be approved; the message says why."""


@action
def approve_figures(
    *, place: Place, period: Period, codes: Sequence[str], by: Actor, at: dt.datetime
) -> list[FrozenFigure]:
    """Approve figures of a place and period as they are now. Those without a value cannot be approved.

    Needs indicators.approve at the place. Raises ApprovalRefused, Forbidden, NeverFreshError.
    """
    asking.require(Permission.APPROVE, place=place.pk)
    if place.level < Level.COUNTY or not place.county_code:
        raise ApprovalRefused(_("核定以县（市、区）及以下为单位，%(name)s不是。") % {"name": place.name})
    if at < period.ends_at:
        raise ApprovalRefused(_("%(period)s还没有结束，不能核定。") % {"period": period.label})
    if not codes:
        raise ApprovalRefused(_("请勾选要核定的指标。"))
    try:
        made = _frozen(place.pk, period, list(dict.fromkeys(codes)))
    except KeyError as unknown:
        raise ApprovalRefused(_("没有“%(code)s”这个指标。") % {"code": unknown.args[0]}) from None
    for each in made:
        each.county, each.approved_by, each.approved_at = place.county_code, by.name, at
    with transaction.atomic():
        FrozenFigure.objects.bulk_create(made)
    record(
        code=Entry.APPROVED, by=by, at=at, subject=place, place=place.pk, label=f"{place.name} {period.label_cn}",
        after={"period": period.code, "figures": len(made), "sha256": _sealed(made)},
    )  # fmt: skip
    return made


def _sealed(made: Iterable[FrozenFigure]) -> str:
    lines = [[m.code, m.definition, m.value, m.rows_hash] for m in sorted(made, key=lambda m: m.code)]
    return hashlib.sha256(canonical_json(lines)).hexdigest()


def _frozen(place: str, period: Period, codes: list[str]) -> list[FrozenFigure]:
    basis, figures = _figures(place, period, codes)
    if silent := [f for f in figures.values() if f.value is None]:
        raise ApprovalRefused(_("“%(title)s”还没有数，不能核定。") % {"title": silent[0].title})
    prints = Prints(basis, place)
    return [prints.frozen(figure) for figure in figures.values()]


def _figures(place: str, period: Period, codes: Sequence[str]) -> tuple[Basis, dict[str, Figure]]:
    county = county_of_places([place])
    chosen = figuring.wanted(codes, county=county, period=period)
    names = catalogue.names(county=county, on=period.last_day)
    return figuring.read_at(place, period, chosen, names)


@dataclass
class Prints:
    """What stands behind elements at a place now; each element is read once."""

    basis: Basis
    place: str
    _rows: dict[Need, Print] = field(default_factory=dict)
    _files: dict[Need, list[str]] = field(default_factory=dict)

    def frozen(self, figure: Figure) -> FrozenFigure:
        """The record of a figure as it is now."""
        parts, partitions, people = [], set[str](), []
        for need in needs_of(figure):
            made = self.of(need)
            parts.append({**plain(need), "rows": made.rows, "sha256": made.sha256})
            partitions |= set(self.files(need))
            people += [list(row) for row in rows.people_of(need, place=self.place, basis=self.basis)]
        return FrozenFigure(
            place=self.place, period=figure.period, code=figure.code, version=figure.version,
            definition=figure.definition, value=fraction_text(figure.value) if figure.value is not None else "",
            unit=figure.unit, shown=figure.shown, reported=figure.reported, expected=figure.expected,
            rows=sum(p["rows"] for p in parts), rows_hash=hashlib.sha256(canonical_json(parts)).hexdigest(),
            parts=parts, partitions=sorted(partitions), people=people,
        )  # fmt: skip

    def of(self, need: Need) -> Print:
        """How many rows an element has, and their hash."""
        if need not in self._rows:
            lines = [rows.line_of(row) for row in rows.rows_of(need, place=self.place, basis=self.basis).rows]
            lines += [rows.person_line(row) for row in rows.people_of(need, place=self.place, basis=self.basis)]
            self._rows[need] = rows.print_of(lines)
        return self._rows[need]

    def files(self, need: Need) -> list[str]:
        """The partition files it is read from: "county/month/digest"."""
        if need not in self._files:
            found = [] if self.basis.names.elements[need.code].population else self._fresh(need)
            self._files[need] = [f"{p.parent.parent.name}/{p.parent.name}/{p.stem}" for p in found]
        return self._files[need]

    def _fresh(self, need: Need) -> list[Path]:
        return rows.files_of(need, place=self.place, basis=self.basis)


def needs_of(figure: Figure) -> list[Need]:
    """The elements a figure stands on, each once."""
    return list(dict.fromkeys(part.need for part in figure.parts if part.need is not None))


def plain(need: Need) -> dict[str, Any]:
    """An element at a moment as plain data."""
    moment = need.moment
    return {
        "code": need.code, "filters": {n: list(codes) for n, codes in need.filters}, "first": moment.period.first,
        "length": moment.period.length, "to_date": moment.to_date, "months": moment.months,
    }  # fmt: skip


def need_of(data: Mapping[str, Any]) -> Need:
    """The same read again."""
    filters = tuple(sorted((name, tuple(codes)) for name, codes in data["filters"].items()))
    moment = Moment(Span(data["first"], data["length"]), data["to_date"], data["months"])
    return Need(data["code"], filters, moment)


@keeping.keeps
def kept() -> set[str]:
    """The digests of files that approved figures were read from."""
    # Whoever sweeps: a file that an approval of any county needs must never look needless.
    with context.everything(reason="files of every county's approvals are kept"):
        lists = list(FrozenFigure.unscoped.values_list("partitions", flat=True))
    return {name.rpartition("/")[2] for each in lists for name in each}


@dataclass(frozen=True)
class Change:
    """A row that was added, is gone, or says something else than when the figure was approved."""

    kind: str  # added, removed, changed
    then: LeafRow | PersonRow | None
    now: LeafRow | PersonRow | None


@dataclass(frozen=True)
class Changes:
    """What has changed since an approval. `rows`: how many there were then."""

    rows: int
    changed: tuple[Change, ...] = ()
    definition: bool = False
    value_now: str = ""

    @property
    def stale(self) -> bool:
        """Whether what was approved is no longer so."""
        return bool(self.changed) or self.definition


def latest(*, place: str, period: Period, codes: Sequence[str] | None = None) -> dict[str, FrozenFigure]:
    """The newest approval of each figure of a place and period, as far as the open scope shows them."""
    county = county_of_places([place])
    if not county:
        return {}  # above a county nothing is approved
    found = FrozenFigure.objects.filter(county=county, place=place, period=period.code).order_by("approved_at", "id")
    return {f.code: f for f in found if codes is None or f.code in codes}


def changed_since(frozen: FrozenFigure, *, basis: Basis, figure: Figure) -> Changes:
    """The rows of then, read from the files that were kept, compared with the rows of now."""
    prints = Prints(basis, frozen.place)
    changed: list[Change] = []
    for part in frozen.parts:
        need = need_of(part)
        if need.code not in basis.names.elements:
            continue
        now = prints.of(need)
        if (now.rows, now.sha256) != (part["rows"], part["sha256"]):
            changed += _part_changes(need, frozen, basis)
    return Changes(frozen.rows, tuple(changed), frozen.definition != figure.definition, figure.shown)


def is_stale(frozen: FrozenFigure, *, prints: Prints, figure: Figure) -> bool:
    """Whether anything has changed, without naming the rows: quick where the files are still the same ones."""
    if frozen.definition != figure.definition:
        return True
    for part in frozen.parts:
        need = need_of(part)
        files = prints.files(need)
        months = {month.code for month in need.moment.span.months}
        before = [name for name in frozen.partitions if name.split("/")[1] in months]
        same = files == before and not prints.basis.names.elements[need.code].population
        if not same and (prints.of(need).rows, prints.of(need).sha256) != (part["rows"], part["sha256"]):
            return True
    return False


def _part_changes(need: Need, frozen: FrozenFigure, basis: Basis) -> list[Change]:
    if basis.names.elements[need.code].population:
        then = [PersonRow(*row) for row in frozen.people]
        now = rows.people_of(need, place=frozen.place, basis=basis)
        about = {(row.year, row.group) for row in now}
        return _differences([row for row in then if (row.year, row.group) in about], now, _person_key)
    files = [snapshot.folder() / f"{name}.parquet" for name in frozen.partitions]
    before = rows.rows_of(need, place=frozen.place, basis=basis, files=[f for f in files if f.exists()]).rows
    after = rows.rows_of(need, place=frozen.place, basis=basis).rows
    return _differences(before, after, _leaf_key)


def _leaf_key(row: LeafRow) -> tuple[Any, ...]:
    return (row.record_type, row.record, tuple(sorted(row.dims.items())))


def _person_key(row: PersonRow) -> tuple[Any, ...]:
    return (row.place, row.year, row.group)


def _differences(then: Sequence[Any], now: Sequence[Any], key: Any) -> list[Change]:
    gone, come = Counter(map(_line, then)), Counter(map(_line, now))
    before = [r for r in then if gone[_line(r)] > come[_line(r)]]
    after = [r for r in now if come[_line(r)] > gone[_line(r)]]
    mates = {key(r): r for r in after}
    found = []
    for row in before:
        mate = mates.pop(key(row), None)
        found.append(Change("changed" if mate is not None else "removed", row, mate))
    return found + [Change("added", None, row) for row in mates.values()]


def _line(row: LeafRow | PersonRow) -> str:
    return rows.person_line(row) if isinstance(row, PersonRow) else rows.line_of(row)

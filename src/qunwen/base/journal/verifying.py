"""Verifying: walk every county's chain and name the first entry that is not as it was sealed.

Reads pages of entries by position, so memory does not grow with the journal and nobody is kept
waiting. Sealing may go on meanwhile. What this cannot see: entries changed in the seconds before
they were sealed, and a chain rewritten whole together with its head; against the latter stand the
daily heads printed on paper (`queries.daily_heads`).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TextIO

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunwen.base.scope import clock

from . import codes
from .models import JournalChain, JournalEntry
from .sealing import START, digest

PAGE = 2000
Progress = Callable[[str, int, int], None]


class Fault(models.TextChoices):
    """What can be wrong with a chain."""

    CHANGED = "changed", gettext_lazy("内容被改动")
    MISSING = "missing", gettext_lazy("条目缺失")
    INSERTED = "inserted", gettext_lazy("条目是后来插入的")
    REORDERED = "reordered", gettext_lazy("顺序被调换")
    MOVED = "moved", gettext_lazy("条目被移到别的县")
    SHORTENED = "shortened", gettext_lazy("链的末尾被截短")
    HEAD = "head", gettext_lazy("链头与最后一条不符")


@dataclass(frozen=True, slots=True)
class Broken:
    """The first broken entry of a chain. For a missing entry only county and position are known."""

    county: str
    position: int
    fault: Fault
    entry_id: str = ""
    code: str = ""
    label: str = ""
    recorded_at: dt.datetime | None = None

    def __str__(self) -> str:
        told = _("%(county)s 第 %(position)s 条：%(fault)s") % {
            "county": self.county,
            "position": self.position,
            "fault": self.fault.label,
        }
        if not self.entry_id:
            return told
        when = clock.local(self.recorded_at).strftime("%Y-%m-%d %H:%M:%S") if self.recorded_at else ""
        what = codes.known().get(self.code, self.code)
        return f"{told}（{when} {what}“{self.label}”，{self.entry_id}）"


@dataclass(slots=True)
class CountyResult:
    """How a county's chain stands: sealed entries checked, its head, entries still to be sealed."""

    county: str
    checked: int = 0
    head: str = START
    unsealed: int = 0
    broken: Broken | None = None


@dataclass(slots=True)
class Result:
    """The outcome of a verification."""

    counties: list[CountyResult] = field(default_factory=list)

    @property
    def checked(self) -> int:
        """Sealed entries looked at."""
        return sum(county.checked for county in self.counties)

    @property
    def unsealed(self) -> int:
        """Entries that wait for sealing."""
        return sum(county.unsealed for county in self.counties)

    @property
    def broken(self) -> list[Broken]:
        """The first broken entry of each county that has one."""
        return [county.broken for county in self.counties if county.broken]

    @property
    def ok(self) -> bool:
        """Whether every chain is whole."""
        return not self.broken

    @property
    def first(self) -> Broken | None:
        """The first broken entry, None when all is well."""
        return next(iter(self.broken), None)


def verify(county: str | None = None, *, progress: Progress | None = None) -> Result:
    """Check one county's chain or all. `progress` gets (county, checked, length) after every page.

    Needs only the database; changes nothing.
    """
    counties = [county] if county else _counties()
    return Result([_verify_county(code, progress) for code in counties])


def _counties() -> list[str]:
    chains = JournalChain.unscoped.values_list("county", flat=True)
    entries = JournalEntry.unscoped.order_by().values_list("county", flat=True).distinct()
    return sorted({*chains, *entries})


def _verify_county(county: str, progress: Progress | None) -> CountyResult:
    result = CountyResult(county)
    last: JournalEntry | None = None
    while True:
        for entry in _page(county, last):
            result.broken = _check(entry, result, last)
            if result.broken:
                return result
            result.checked, result.head, last = result.checked + 1, entry.seal_hash, entry
            if progress and result.checked % PAGE == 0:
                progress(county, result.checked, _chain(county)[0])
        # Entries and chain change together, so the chain is read after the pages ran out.
        length, head = _chain(county)
        if length <= result.checked or not _page(county, last).exists():
            break
    result.broken = _check_end(result, length, head, last)
    result.unsealed = JournalEntry.unscoped.filter(county=county, seal_position=None).count()
    if progress:
        progress(county, result.checked, length)
    return result


def _page(county: str, last: JournalEntry | None) -> models.QuerySet[JournalEntry]:
    rows = JournalEntry.unscoped.filter(county=county, seal_position__isnull=False)
    if last is not None:
        same = Q(seal_position=last.seal_position, id__gt=last.pk)
        rows = rows.filter(Q(seal_position__gt=last.seal_position) | same)
    return rows.order_by("seal_position", "id")[:PAGE]


def _chain(county: str) -> tuple[int, str]:
    return JournalChain.unscoped.filter(county=county).values_list("length", "head").first() or (0, START)


def _check(entry: JournalEntry, so_far: CountyResult, last: JournalEntry | None) -> Broken | None:
    expected = so_far.checked + 1
    if entry.seal_position < expected:
        return _broken(entry, entry.seal_position, Fault.INSERTED)
    if entry.seal_position > expected:
        return _absent(so_far.county, expected, so_far.head)
    if entry.seal_previous != so_far.head:
        return _unlinked(entry, so_far, last)
    if digest(so_far.head, entry, expected) != entry.seal_hash:
        return _broken(entry, expected, Fault.CHANGED)
    return None


def _unlinked(entry: JournalEntry, so_far: CountyResult, last: JournalEntry | None) -> Broken:
    """The entry at the right position does not point at the one before it: why?"""
    expected = so_far.checked + 1
    if digest(so_far.head, entry, expected) == entry.seal_hash:
        return _broken(entry, expected, Fault.CHANGED)
    if last is not None and entry.seal_previous == last.seal_previous:
        return _broken(last, last.seal_position or 0, Fault.INSERTED)
    if _strays(so_far.head).filter(county=so_far.county).exclude(id=entry.pk).exists():
        return _broken(entry, expected, Fault.REORDERED)
    if digest(entry.seal_previous, entry, expected + 1) == entry.seal_hash:
        return Broken(so_far.county, expected, Fault.MISSING)
    return _broken(entry, expected, Fault.CHANGED)


def _absent(county: str, position: int, head: str) -> Broken:
    """Nothing stands at the position: gone, or put somewhere else?"""
    here = _strays(head).filter(county=county).first()
    if here is not None:
        return _broken(here, position, Fault.REORDERED)
    elsewhere = _strays(head).filter(seal_position=position).exclude(county=county).first() if head != START else None
    if elsewhere is not None:
        return Broken(
            county, position, Fault.MOVED, str(elsewhere.pk), elsewhere.code, elsewhere.subject_label,
            elsewhere.recorded_at,
        )  # fmt: skip
    return Broken(county, position, Fault.MISSING)


def _strays(head: str) -> models.QuerySet[JournalEntry]:
    return JournalEntry.unscoped.filter(seal_previous=head).order_by("county", "seal_position", "id")


def _check_end(result: CountyResult, length: int, head: str, last: JournalEntry | None) -> Broken | None:
    if length > result.checked:
        gone = _absent(result.county, result.checked + 1, result.head)
        if gone.fault is Fault.MISSING:
            return Broken(result.county, gone.position, Fault.SHORTENED)
        return gone
    if length < result.checked:
        extra = JournalEntry.unscoped.filter(county=result.county, seal_position=length + 1).first()
        return _broken(extra, length + 1, Fault.INSERTED) if extra else None
    if head != result.head:
        return _broken(last, length, Fault.HEAD) if last else Broken(result.county, 0, Fault.HEAD)
    half = JournalEntry.unscoped.filter(county=result.county, seal_position=None)
    odd = half.exclude(seal_previous="", seal_hash="").order_by("recorded_at", "id").first()
    return _broken(odd, length + 1, Fault.CHANGED) if odd else None


def _broken(entry: JournalEntry, position: int, fault: Fault) -> Broken:
    return Broken(
        entry.county, position, fault, str(entry.pk), entry.code, entry.subject_label, entry.recorded_at
    )  # fmt: skip


def command(*, county: str | None = None, as_json: bool = False, out: TextIO | None = None) -> int:
    """`qunwen journal verify [--county CODE] [--json]`: 0 when every chain is whole, 1 when one is broken."""
    target = out or sys.stdout
    progress = None if as_json else _telling(target)
    result = verify(county, progress=progress)
    if as_json:
        target.write(json.dumps(as_dict(result), ensure_ascii=False, default=str) + "\n")
        return 0 if result.ok else 1
    for line in _lines(result):
        target.write(line + "\n")
    return 0 if result.ok else 1


def as_dict(result: Result) -> dict[str, object]:
    """The result for programs: ok, checked, unsealed, and per county the head and the first broken entry."""
    counties = [asdict(c) | {"broken": _broken_dict(c.broken)} for c in result.counties]
    return {
        "ok": result.ok,
        "checked": result.checked,
        "unsealed": result.unsealed,
        "first_broken": _broken_dict(result.first),
        "counties": counties,
    }


def _broken_dict(broken: Broken | None) -> dict[str, object] | None:
    if broken is None:
        return None
    return asdict(broken) | {"fault": broken.fault.value, "words": str(broken)}


def _telling(target: TextIO) -> Progress:
    def tell(county: str, checked: int, length: int) -> None:
        target.write(_("%(county)s：%(checked)s / %(length)s 条") % locals() + "\n")

    return tell


def _lines(result: Result) -> Iterator[str]:
    if result.ok:
        yield _("操作日志完整：%(n)s 条已封存的记录与封存时一致。") % {"n": result.checked}
    for broken in result.broken:
        yield _("操作日志不完整，第一处是：%(what)s") % {"what": broken}
    if result.unsealed:
        yield _("另有 %(n)s 条最近的记录正在封存。") % {"n": result.unsealed}

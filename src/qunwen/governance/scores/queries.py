"""Who is scored, by which rows, and in what order. Few queries whatever the number of places."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from qunwen.base.places import queries as places
from qunwen.base.scope import asking, context
from qunwen.base.scope.codes import LENGTHS, Level
from qunwen.base.scope.rows import at_and_below
from qunwen.governance.indicators import evaluating
from qunwen.governance.indicators.basis import Basis
from qunwen.governance.indicators.language.ir import Expr
from qunwen.governance.indicators.units import unit as unit_named

from . import known, ranking
from .access import Permission
from .enums import COUNTING, LIVE, EntryState, ItemKind, Subjects
from .models import PublishedRanking, ScoreEntry
from .scoring import Answers, EntryRow, ScoreResult, score
from .sheets import Item, Sheet
from .spans import Span

# Place → rows that other areas supply for an item (targets that were missed).
Supply = Callable[..., Mapping[str, list[EntryRow]]]
BETWEEN = "|"


@dataclass(frozen=True)
class Subject:
    """Who is scored: a place, or a project at a place."""

    key: str
    name: str
    place: str


@dataclass(frozen=True)
class Board:
    """A sheet at a place and below, in a span, as known on a day."""

    sheet: Sheet
    place: str
    span: Span
    on: dt.date
    ranked: tuple[ranking.Ranked, ...]
    subjects: Mapping[str, Subject]

    @property
    def waiting(self) -> int:
        """How many entries nobody has decided on yet."""
        return sum(
            row.waiting and not row.row.confirmed
            for each in self.ranked
            for line in each.result.lines
            for row in line.rows
        )

    @cached_property
    def by_subject(self) -> dict[str, ranking.Ranked]:
        """Each subject's rank and score."""
        return {each.result.subject: each for each in self.ranked}


def key_of(place: str, project: str = "") -> str:
    """How a subject is named in addresses."""
    return f"{place}{BETWEEN}{project}" if project else place


def address_of(county: str, key: str) -> str:
    """The page of an entry."""
    return reverse("scores:entry", args=[county, key])


def entries(sheet: str, *, place: str, span: Span) -> QuerySet[ScoreEntry]:
    """Entries of a sheet at a place and below in a span that the open scope shows, replaced and withdrawn ones too."""
    rows = ScoreEntry.objects.filter(sheet=sheet, day__gte=span.start, day__lt=span.end)
    rows = rows.filter(at_and_below(place))
    return rows.order_by("day", "pk")


def row_of(entry: ScoreEntry) -> EntryRow:
    """An entry as scoring reads it."""
    return EntryRow(
        id=str(entry.pk), item=entry.item, day=entry.day, number=entry.value, category=entry.category, due=entry.due,
        late_until=entry.late_until, done=entry.done, filed=entry.filed_on, confirmed=entry.state in COUNTING,
        label=entry.title, url=address_of(entry.county, str(entry.pk)),
    )  # fmt: skip


def subjects(sheet: Sheet, *, place: str, span: Span) -> list[Subject]:
    """Whom the sheet scores at a place and below, that the reader may see."""
    if sheet.subjects == Subjects.PROJECT:
        found = entries(sheet.code, place=place, span=span).filter(state__in=sorted(LIVE))
        pairs = sorted(set(found.values_list("place_id", "project")))
        return [Subject(key_of(*pair), pair[1], pair[0]) for pair in pairs]
    day = span.start
    rows = {
        Subjects.COUNTY: places.counties_of, Subjects.TOWN: places.towns_of, Subjects.VILLAGE: places.villages_of,
    }[sheet.subjects](place, on=day)  # fmt: skip
    above = rows.select_related("parent")
    return [Subject(row.code, row.name, row.code) for row in above if asking.may(Permission.VIEW, place=row.code)]


def board(sheet: Sheet, *, place: str, span: Span, on: dt.date) -> Board:
    """Everybody's score and rank. Raises Forbidden."""
    asking.require(Permission.VIEW, place=place)
    named = {each.key: each for each in subjects(sheet, place=place, span=span)}
    results = _scored(sheet, named, place=place, span=span, on=on)
    return Board(sheet, place, span, on, tuple(ranking.rank(results)), named)


def _scored(sheet: Sheet, named: Mapping[str, Subject], *, place: str, span: Span, on: dt.date) -> list[ScoreResult]:
    rows: dict[str, list[EntryRow]] = defaultdict(list)
    live = entries(sheet.code, place=place, span=span).filter(state__in=sorted(LIVE))
    for entry in live:
        rows[key_of(entry.place_id, entry.project)].append(row_of(entry))
    codes = sorted({each.place for each in named.values()})
    for item in sheet.items:
        if item.supply:
            for code, more in _supplied(item, codes, span, on).items():
                rows[code].extend(more)
    answers = _answers(sheet, codes, span)
    parts = {item.code: _parts(item, named, place, span, on) for item in sheet.items if item.of}
    return [
        score(
            sheet, key, span, rows.get(key, ()), on=on, answers=answers.get(subject.place),
            parts={code: tuple(each[key] for each in several) for code, several in parts.items()},
        )
        for key, subject in named.items()
    ]  # fmt: skip


def _parts(
    item: Item, named: Mapping[str, Subject], place: str, span: Span, on: dt.date
) -> list[dict[str, ScoreResult]]:
    """The scores by the sheet an item refers to, for each of its own spans that has begun."""
    other = known.shipped()[item.of]
    first = Span.holding(span.start, every=other.every, cycle=other.cycle)
    return [
        {each.subject: each for each in _scored(other, named, place=place, span=one, on=on)}
        for one in span.parts(first.months)
        if one.start <= on
    ]


_supplies: dict[str, Supply] = {}


def supply(name: str, give: Supply) -> None:
    """Announce what supplies rows: `give(places=, span=, on=)`, place → rows."""
    _supplies[name] = give


def _supplied(item: Item, codes: list[str], span: Span, on: dt.date) -> Mapping[str, list[EntryRow]]:
    give = _supplies.get(item.supply)
    found = give(places=codes, span=span, on=on) if give else {}
    return {code: [_under(item, row) for row in rows] for code, rows in found.items()}


def _under(item: Item, row: EntryRow) -> EntryRow:
    return EntryRow(row.id, item.code, row.day, row.number, label=row.label, url=row.url)


def _answers(sheet: Sheet, codes: list[str], span: Span) -> Mapping[str, Answers]:
    """Place → what conditions are answered from: one reading for all places, none for a sheet without conditions."""
    if not sheet.exprs or not codes:
        return {}
    basis = Basis.load(sheet.exprs, places=codes, period=span.period)
    return {code: _Figures(code, basis) for code in codes}


@dataclass(frozen=True)
class _Figures:
    """Answers from the figures of the house. What is missing is not known; it never counts as failed."""

    place: str
    basis: Basis

    def truth(self, expr: Expr) -> bool | None:
        """Whether the condition holds at the place."""
        return evaluating.truth(expr, place=self.place, basis=self.basis)

    def value(self, expr: Expr, unit: str) -> Fraction | None:
        """The formula's value at the place, in that unit; None while it may still come out otherwise."""
        found = evaluating.quantity(expr, place=self.place, basis=self.basis)
        return found.value / unit_named(unit).factor if found.exact and found.value is not None else None


def score_of(sheet: Sheet, subject: Subject, *, span: Span, on: dt.date) -> ScoreResult:
    """One subject's score. Raises Forbidden."""
    asking.require(Permission.VIEW, place=subject.place)
    (found,) = _scored(sheet, {subject.key: subject}, place=subject.place, span=span, on=on)
    return found


def subject_of(sheet: Sheet, key: str) -> Subject | None:
    """The subject of an address, None when there is none or the reader may not see it."""
    code, _bar, project = key.partition(BETWEEN)
    if (sheet.subjects == Subjects.PROJECT) != bool(project):
        return None
    if not (code.isascii() and code.isdigit()) or not asking.may(Permission.VIEW, place=code):
        return None
    row = places.below(code).filter(code=code).first()
    return None if row is None else Subject(key, project or row.name, code)


def digest(rows: Iterable[EntryRow]) -> str:
    """One hash over the rows behind a score: id, day, number, category, dates."""
    lines = sorted(
        "\t".join(
            map(str, (r.id, r.item, r.day, r.number, r.category, r.due, r.late_until, r.done, r.filed, r.confirmed))
        )
        for r in rows
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def rows_behind(result: ScoreResult) -> list[EntryRow]:
    """Every row of a score, vetoes, resets and the sheets it refers to included."""
    found = [row.row for line in result.lines for row in line.rows]
    found += [row for line in result.lines for each in line.adjustments for row in each.rows]
    found += [row for veto in result.vetoes for row in veto.rows]
    return found + [row for part in result.parts for row in rows_behind(part)]


def frozen_rows(board: Board) -> list[dict[str, Any]]:
    """The ranking as plain data, exact."""
    return [
        {
            "rank": each.rank, "subject": each.result.subject, "name": board.subjects[each.result.subject].name,
            "total": str(each.result.total), "entries": len(rows_behind(each.result)),
            "digest": digest(rows_behind(each.result)), "final": each.result.is_final,
            "barred": [award.title for award in each.result.barred],
            "items": {line.item.code: str(line.counted) for line in each.result.lines},
        }
        for each in board.ranked
    ]  # fmt: skip


@dataclass(frozen=True)
class Since:
    """What has become of a published ranking: whose rows have changed, and what the total is now."""

    row: Mapping[str, Any]
    total: Fraction
    now: Fraction | None
    changed: bool


def since(published: PublishedRanking, *, on: dt.date) -> list[Since]:
    """Each published place beside what it would be now; only what the reader may see is compared."""
    sheet = known.shipped().get(published.sheet)
    now: Mapping[str, ranking.Ranked] = {}
    if sheet is not None and asking.may(Permission.VIEW, place=published.place_id):
        now = board(sheet, place=published.place_id, span=Span.of(published.span), on=on).by_subject
    found = []
    for row in published.rows:
        there = now.get(row["subject"])
        changed = there is not None and digest(rows_behind(there.result)) != row["digest"]
        found.append(Since(row, Fraction(row["total"]), there.result.total if there else None, changed))
    return found


def published(county: str = "") -> QuerySet[PublishedRanking]:
    """Published rankings of the reader's counties, newest first: what is published is for everybody in the county."""
    scope = context.current()
    if scope is None or scope.kind == "everything":
        rows = PublishedRanking.objects.all()
    else:
        reached = asking.prefixes(Permission.VIEW)
        counties = sorted(
            {prefix[: LENGTHS[Level.COUNTY]] for prefix in reached if len(prefix) >= LENGTHS[Level.COUNTY]}
        )
        wide = len(counties) != len({prefix[: LENGTHS[Level.COUNTY]] for prefix in reached})
        rows = PublishedRanking.objects.all() if wide else PublishedRanking.unscoped.filter(county__in=counties)
    return (rows.filter(county=county) if county else rows).select_related("place").order_by("-published_at", "-pk")


def may_enter(item: Any) -> bool:
    """Whether entries are made by hand under an item, veto or reset."""
    if not isinstance(item, Item):
        return getattr(item, "expr", None) is None
    return not item.supply and item.kind not in (ItemKind.CONDITION, ItemKind.STEPS, ItemKind.SHEET)


def by_state(sheet: str, *, place: str, span: Span) -> dict[str, int]:
    """How many entries are in each state."""
    counted: dict[str, int] = dict.fromkeys(EntryState.values, 0)
    for state in entries(sheet, place=place, span=span).values_list("state", flat=True):
        counted[state] += 1
    return counted

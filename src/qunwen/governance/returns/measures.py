"""Returned values as figures: every element reported by hand is a measure with the element's code.

A flow lies on its period's last day (a half year's on 30 June or 31 December), so it counts in every period that holds
that day and in no shorter one. A stock carries forward from its period's last day until the next answer. What is not
applicable owes nothing; what is withheld stays missing and is named.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from qunwen.base.evidence import queries as evidence
from qunwen.base.measures.declare import Measure, RecordLink, Row, records, register
from qunwen.base.measures.enums import Kind, Over, State
from qunwen.base.measures.periods import Period
from qunwen.governance.indicators.language.definitions import Element
from qunwen.governance.indicators.language.words import said

from . import elements
from .enums import Answer
from .models import ReturnedValue

RECORD = "returns.returnedvalue"
# Two feeds, so that a monthly return does not have every stock counted again.
FEEDS = {Kind.FLOW: "returns.flow", Kind.STOCK: "returns.stock"}
_OVER = {"max": Over.MAX, "min": Over.MIN}
_STATES = {Answer.NOT_APPLICABLE.value: State.NOT_APPLICABLE, Answer.WITHHELD.value: State.WITHHELD}
_FIELDS = ("element", "place_id", "ends_on", "answer", "value", "grade", "pk")
_Answers = Iterable[tuple[str, str, dt.date, str, int | None, str, uuid.UUID]]


def feed_of(element: Element) -> str:
    """What a changed answer to it touches."""
    return FEEDS[Kind(element.kind)]


def _codes(kind: Kind) -> list[str]:
    return sorted(code for code, element in elements.returned().items() if element.kind == kind)


def _answers(county: str, codes: Collection[str], *, since: dt.date | None, until: dt.date) -> _Answers:
    rows = ReturnedValue.unscoped.filter(
        county=county, element__in=sorted(codes), ends_on__lt=until, superseded_at=None
    )
    if since is not None:
        rows = rows.filter(ends_on__gte=since)
    yield from rows.order_by("element", "place_id", "ends_on", "pk").values_list(*_FIELDS).iterator(chunk_size=5_000)


def _last(answers: _Answers) -> Iterator[tuple[str, str, dt.date, str, int | None, str, uuid.UUID]]:
    """Of each place the latest answer to each element."""
    latest = {(row[0], row[1]): row for row in answers}
    yield from latest.values()


def flows(*, county: str, month: Period) -> Mapping[str, list[Row]]:
    """The month's answers of all flows, each on its period's last day."""
    return _rows(county, _answers(county, _codes(Kind.FLOW), since=month.start, until=month.end), None)


def stocks(*, county: str, month: Period) -> Mapping[str, list[Row]]:
    """The latest answers of all stocks, on the month's last day."""
    latest = _last(_answers(county, _codes(Kind.STOCK), since=None, until=month.end))
    return _rows(county, latest, month.last_day)


def _rows(county: str, answers: _Answers, day: dt.date | None) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for element, place, ends_on, answer, value, grade, pk in answers:
        if answer == Answer.VALUE and value is not None:
            found[element].append(Row(county, place, day or ends_on, value, grade, RECORD, pk))
    return found


def _alone(code: str, *, county: str, month: Period) -> Iterable[Row]:
    together = flows if elements.returned()[code].kind == Kind.FLOW else stocks
    return together(county=county, month=month).get(code, [])


def all_excuses(*, counties: Collection[str], period: Period) -> dict[str, dict[str, State]]:
    """Element → places that gave no number for the period but said why; two queries a county for all elements."""
    found: dict[str, dict[str, State]] = defaultdict(dict)
    for county in sorted(counties):
        for (element, place), answer in _unnumbered(county, period):
            found[element][place] = _STATES[answer]
    return found


def _unnumbered(county: str, period: Period) -> Iterator[tuple[tuple[str, str], str]]:
    """(element, place) and how it was answered, where the answer that counts in the period has no number."""
    rows = ReturnedValue.unscoped.filter(county=county, superseded_at=None, ends_on__lt=period.end)
    rows = rows.filter(Q(element__in=_codes(Kind.STOCK)) | Q(element__in=_codes(Kind.FLOW), ends_on__gte=period.start))
    fields = ("element", "place_id", "ends_on", "answer")
    said: dict[tuple[str, str], list[tuple[dt.date, str]]] = defaultdict(list)
    for element, place, ends_on, answer in rows.exclude(answer=Answer.VALUE).values_list(*fields):
        said[element, place].append((ends_on, answer))
    if not said:
        return
    # Numbers matter only where somebody also said that there is none; of stocks only later ones.
    stocks_said = {key[0]: max(answers)[0] for key, answers in said.items() if key[0] in set(_codes(Kind.STOCK))}
    later = Q(element__in=sorted(stocks_said), ends_on__gt=min(stocks_said.values(), default=period.end))
    flows_said = sorted({element for element, _place in said} - set(stocks_said))
    asked = rows.filter(later | Q(element__in=flows_said), answer=Answer.VALUE, place_id__in={p for _e, p in said})
    numbers: dict[tuple[str, str], dt.date] = {}
    for element, place, ends_on, _answer in asked.values_list(*fields):
        numbers[element, place] = max(ends_on, numbers.get((element, place), ends_on))
    for key, answers in said.items():
        stock = elements.returned()[key[0]].kind == Kind.STOCK
        last, answer = max(answers)
        if stock and (key not in numbers or numbers[key] < last):
            yield key, answer
        elif not stock and key not in numbers:
            yield key, max((one for _day, one in answers), key=lambda one: one == Answer.WITHHELD)


class _Excuse:
    """Those of one element; `together` answers for all of them at once, for who asks about many."""

    together = staticmethod(all_excuses)

    def __init__(self, code: str) -> None:
        self.code = code

    def __call__(self, *, counties: Collection[str], period: Period) -> dict[str, State]:
        return all_excuses(counties=counties, period=period).get(self.code, {})


def _said(title: str, en: str) -> str:
    return said(title, en)


_in_words = lazy(_said, str)


def _unit(element: Element) -> str:
    return element.unit if element.stored == 1 else f"{element.stored} {element.unit}"


for _code, _one in elements.returned().items():
    register(
        Measure(
            code=_code,
            title=_in_words(_one.title, _one.en),
            unit=_unit(_one),
            kind=Kind(_one.kind),
            meaning=_one.meaning,
            rows=partial(_alone, _code),
            feeds=(FEEDS[Kind(_one.kind)],),
            reported_by=elements.level(_one),
            over_places=_OVER.get(_one.over_places, Over.SUM),
            excuses=_Excuse(_code),
            together=flows if _one.kind == Kind.FLOW else stocks,
        )
    )


@records(RECORD)
def show_values(*, county: str, ids: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, RecordLink]:
    """Answers as they are shown under a figure; each opens to its page with history and evidence."""
    rows = list(ReturnedValue.objects.filter(county=county, pk__in=list(ids)).select_related("place"))
    proofs = evidence.counts(RECORD, county, [str(row.pk) for row in rows if row.grade != "C"])
    return {
        row.pk: RecordLink(label=_label(row, proofs.get(str(row.pk), 0)), url=page_of(row.county, row.pk))
        for row in rows
    }


def _label(row: ReturnedValue, proofs: int) -> str:
    element = elements.returned()[row.element]
    number = "" if row.value is None else elements.shown(element, row.value)
    label = f"{row.place.name} {elements.title(element)} {Period.of(row.period).label} {number}"
    return label + (" · " + _("%(n)d 份佐证") % {"n": proofs} if proofs else "")


def page_of(county: str, pk: uuid.UUID) -> str:
    """The page of an answer on the desk."""
    return reverse("returns:value", args=[county, pk])

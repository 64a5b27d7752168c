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
    return _rows(county, latest, month.end - dt.timedelta(days=1))


def _rows(county: str, answers: _Answers, day: dt.date | None) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for element, place, ends_on, answer, value, grade, pk in answers:
        if answer == Answer.VALUE and value is not None:
            found[element].append(Row(county, place, day or ends_on, value, grade, RECORD, pk))
    return found


def _alone(code: str, *, county: str, month: Period) -> Iterable[Row]:
    together = flows if elements.returned()[code].kind == Kind.FLOW else stocks
    return together(county=county, month=month).get(code, [])


def excuses(code: str, *, counties: Collection[str], period: Period) -> dict[str, State]:
    """Places that gave no number for the period but said why: nothing to count there, or not for publication."""
    found: dict[str, State] = {}
    stock = elements.returned()[code].kind == Kind.STOCK
    for county in sorted(counties):
        answers = list(_answers(county, [code], since=None if stock else period.start, until=period.end))
        told = {row[1] for row in answers if row[3] == Answer.VALUE} if not stock else set()
        for _element, place, _ends, answer, *_rest in _last(answers) if stock else answers:
            if answer in _STATES and place not in told and found.get(place) != State.WITHHELD:
                found[place] = _STATES[answer]
    return found


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
            excuses=partial(excuses, _code),
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

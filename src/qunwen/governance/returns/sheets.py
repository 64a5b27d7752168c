"""The sheet in which returns of many places come in: a row a place, a column an element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from qunwen.base.measures.periods import Period
from qunwen.base.papers.columns import Column, Kind
from qunwen.base.papers.fields import Field, FieldKind
from qunwen.base.papers.imports import SheetSpec
from qunwen.base.papers.problems import CellRefusedError
from qunwen.base.places.models import Place
from qunwen.base.places.sheets import finder
from qunwen.base.scope.codes import Level

from . import elements
from .actions import Said
from .enums import Answer
from .models import ReturnedValue

_WORDS = {"不适用": Answer.NOT_APPLICABLE, "不公开": Answer.WITHHELD}
_FLAGS = {"有": 1, "是": 1, "1": 1, "没有": 0, "无": 0, "否": 0, "0": 0}


def spec(level: Level, period: Period, places: Iterable[Place]) -> SheetSpec:
    """Columns: the place, then every element that its level reports for such a period. Blank cells say nothing."""
    questions = [
        Field(
            element.code, _head(element), FieldKind.LOOKUP, (element.title, element.en, element.code),
            lookup=_reader(element), hint=_("填数、“不适用”或“不公开”；空着就是没有填报。"),
        )
        for element in elements.asked_of(level, elements.rhythm(period))
    ]  # fmt: skip
    place = Field(
        "place", "区划", FieldKind.LOOKUP, ("区划代码", "代码"), True, lookup=finder(places),
        hint=_("代码或名称；同名的请填代码。"),
    )  # fmt: skip
    return SheetSpec((place, *questions), unique=("place",))


def _head(element: Any) -> str:
    return f"{element.title}（{element.unit}）" if element.unit and not elements.is_flag(element) else element.title


def _reader(element: Any) -> Any:
    def read(text: str) -> Said:
        word = text.strip()
        if word in _WORDS:
            return Said(element.code, _WORDS[word])
        if elements.is_flag(element):
            if word not in _FLAGS:
                raise CellRefusedError(_("请填“有”或“没有”。"))
            return Said(element.code, Answer.VALUE, _FLAGS[word])
        try:
            return Said(element.code, Answer.VALUE, elements.read(element, word))
        except elements.NumberRefused as refusal:
            raise CellRefusedError(str(refusal)) from None

    return read


def columns(level: Level, period: Period) -> list[Column]:
    """The same columns for a form to hand out, with the place's name for the reader."""
    questions = elements.asked_of(level, elements.rhythm(period))
    return [
        Column("place", "区划代码", Kind.ID), Column("name", "区划名称"),
        *(Column(element.code, _head(element)) for element in questions),
    ]  # fmt: skip


def rows(
    places: Iterable[Place], level: Level, period: Period, answers: Mapping[tuple[str, str], ReturnedValue]
) -> Iterator[dict[str, Any]]:
    """One row a place, with what it has answered already."""
    questions = elements.asked_of(level, elements.rhythm(period))
    words = {answer: word for word, answer in _WORDS.items()}
    for place in places:
        found: dict[str, Any] = {"place": place.code, "name": place.name}
        for element in questions:
            row = answers.get((place.pk, element.code))
            if row is not None:
                found[element.code] = _cell(element, row, words)
        yield found


def _cell(element: Any, row: ReturnedValue, words: Mapping[str, str]) -> str:
    if row.value is None:
        return words[row.answer]
    return {1: "有", 0: "没有"}[row.value] if elements.is_flag(element) else elements.written(element, row.value)

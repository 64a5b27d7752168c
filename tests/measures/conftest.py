"""Two invented measures fed from plain lists, so that every case can be written down."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

import pytest

from qunwen.base.measures import declare
from qunwen.base.measures.declare import Dim, Measure, Row
from qunwen.base.measures.enums import Kind

COUNTY = "510112"


def uid(number: int) -> uuid.UUID:
    return uuid.UUID(int=number)


def row(place, day, value=1, *, n, grade="A", kind="show", level="village", record_type="tests.event"):
    """A row of the flow measure."""
    return Row(place[:6], place, day, value, grade, record_type, uid(n), {"kind": kind, "level": level})


@dataclass
class Book:
    """The records the measures read: what a test puts in, they count."""

    held: list[Row] = field(default_factory=list)
    stock: list[Row] = field(default_factory=list)

    def rows(self, *, county, month):
        return (r for r in self.held if r.county == county and month.holds(r.day))

    def stocks(self, *, county, month):
        return (r for r in self.stock if r.county == county and month.holds(r.day))


def measures(book: Book) -> tuple[Measure, ...]:
    return (
        Measure(
            code="tests.held",
            title="举办场次",
            unit="场",
            kind=Kind.FLOW,
            meaning="时期内已举办的场次,一场计一次。",
            rows=book.rows,
            feeds=("people.Household",),
            dims=(
                Dim("kind", "类别", (("show", "演出"), ("lecture", "讲座"))),
                Dim("level", "层级", (("village", "村级"), ("town", "镇级"))),
            ),
        ),
        Measure(
            code="tests.books",
            title="藏书",
            unit="册",
            kind=Kind.STOCK,
            meaning="期末在架册数。",
            rows=book.stocks,
            feeds=("people.Household",),
        ),
    )


def show(*, county, ids):
    return {i: declare.RecordLink(label=f"活动 {i.int}", url=f"/desk/event/{i}/") for i in ids if i.int < 900}


@pytest.fixture
def book():
    """An empty book whose measures are the only ones declared."""
    mine = Book()
    with declare.only(*measures(mine), resolvers={"tests.event": show}):
        yield mine


@pytest.fixture
def day():
    return dt.date(2026, 3, 14)

"""A county whose activities are counted from a plain list, so that a test says what happened."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction

from qunwen.base.measures import declare
from qunwen.base.measures.declare import Measure, Row
from qunwen.base.measures.touching import touch
from qunwen.base.scope import writing
from tests.measures.conftest import uid

COUNTY, TOWN, VILLAGES = "510112", "510112001", ("510112001001", "510112001002", "510112002001", "510112002002")


@dataclass
class Book:
    """The rows of 活动场次 and 参加人次; what a test puts in, they count."""

    held: list[Row] = field(default_factory=list)
    attended: list[Row] = field(default_factory=list)

    def put(self, which: str, *rows: Row) -> None:
        """These rows instead of what there was, and their months counted again."""
        days = {r.day for r in (*getattr(self, which), *rows)}
        setattr(self, which, list(rows))
        with transaction.atomic(), writing.allowed("test"):
            for day in sorted(days):
                touch(county=COUNTY, day=day)


def row(code, place, day, value=1, *, n, grade="B"):
    """A row with the first code of every dimension."""
    dims = {d.code: d.choices[0][0] for d in SHIPPED[code].dims}
    return Row(place[:6], place, day, value, grade, "tests.event", uid(n), dims)


SHIPPED = {m.code: m for m in declare.all() if m.code in ("activities.held", "activities.attendance")}


def measures(book: Book) -> list[Measure]:
    """Both measures as they ship, fed from the book."""

    def of(name):
        return lambda *, county, month: (r for r in getattr(book, name) if r.county == county and month.holds(r.day))

    names = {"activities.held": "held", "activities.attendance": "attended"}
    return [
        Measure(code=m.code, title=m.title, unit=m.unit, kind=m.kind, meaning=m.meaning, rows=of(names[m.code]), feeds=m.feeds, dims=m.dims)
        for m in SHIPPED.values()
    ]  # fmt: skip


def show(*, county, ids):
    """Records under a figure: an activity with one photograph."""
    photo = declare.Evidence("照片", "/desk/photo/1/")
    return {i: declare.RecordLink(label=f"活动 {i.int}", url=f"/desk/event/{i}/", evidence=(photo,)) for i in ids}


def first_rows() -> tuple[list[Row], list[Row]]:
    """Six activities of four villages, with their visitors."""
    days = [dt.date(2025, 3, 1), *(dt.date(2026, m, 14) for m in (1, 2, 3, 4, 5))]
    held = [row("activities.held", VILLAGES[n % 4], day, n=n, grade="ABC"[n % 3]) for n, day in enumerate(days)]
    attended = [row("activities.attendance", r.place, r.day, 10 * (n + 1), n=n) for n, r in enumerate(held)]
    return held, attended

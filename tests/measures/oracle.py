"""The same figures in plain dict loops: what the engine must equal bit for bit."""

from __future__ import annotations

from qunwen.base.measures.enums import Kind, Over, State

COMBINE = {Over.SUM: sum, Over.MAX: max, Over.MIN: min}


def cells(rows, *, kind, places, periods, edges, by=(), filters=None, grades=(), over=Over.SUM):
    """{(place, period, dims): {grade: [value, records]}} and the set of (place, period) with any row at all."""
    sums, seen = {}, set()
    for row in rows:
        for period in periods:
            span = period.last_month if kind == Kind.STOCK else period
            if not span.start <= row.day < span.end:
                continue
            for ancestor, descendant, since, until in edges:
                if descendant != row.place:
                    continue
                if (since and row.day < since) or (until and row.day >= until):
                    continue
                seen.add((ancestor, period.code))
                if ancestor not in places or (grades and row.grade not in grades):
                    continue
                if any(row.dims[name] not in codes for name, codes in (filters or {}).items()):
                    continue
                key = (ancestor, period.code, tuple(row.dims[name] for name in by))
                grade = sums.setdefault(key, {})
                value, records = grade.get(row.grade, (None, 0))
                grade[row.grade] = (row.value if value is None else COMBINE[over]((value, row.value)), records + 1)
    return sums, seen


def assert_equal(found, rows, measure, *, places, periods, closure, about):
    """The cells an engine gave for a measure are those of plain loops over its rows, to the bit."""
    mine = [c for c in found if c.measure == measure.code]
    sums, seen = cells(
        rows, kind=measure.kind, places=places, periods=periods, edges=closure.edges, over=measure.over_places, **about
    )
    given = {}
    for c in mine:
        key = (c.place, c.period.code, tuple(v for _n, v in c.dims))
        if parts := {g: (v, c.records_by_grade[g]) for g, v in c.by_grade.items()}:
            given[key] = parts
        assert (c.value is None) == (c.state in (State.NOT_REPORTED, State.NOT_APPLICABLE))
        if c.value is not None:
            assert c.value == (COMBINE[measure.over_places](c.by_grade.values()) if c.by_grade else 0)
            assert c.records == sum(c.records_by_grade.values())
            assert (c.place, c.period.code) in seen
        elif c.state == State.NOT_REPORTED:
            assert (c.place, c.period.code) not in seen
        assert c.reported + len(c.missing) == c.expected
        assert all((place, c.period.code) not in seen for place in c.missing)
    assert given == sums

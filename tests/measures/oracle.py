"""The same figures in plain dict loops: what the engine must equal bit for bit."""

from __future__ import annotations

from qunwen.base.measures.enums import Kind


def cells(rows, *, kind, places, periods, edges, by=(), filters=None, grades=()):
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
                value, records = sums.setdefault(key, {}).setdefault(row.grade, [0, 0])
                sums[key][row.grade] = [value + row.value, records + 1]
    return sums, seen

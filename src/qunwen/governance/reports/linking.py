"""The address of every figure of a report: the desk page that opens it down to its records."""

from __future__ import annotations

from django.conf import settings

from qunwen.base.measures.queries import figure_url

from .defining import PLACED, SPECIAL, Definition, Definitions
from .evaluating import Value


def url_of(value: Value, definitions: Definitions, *, period: str) -> str:
    """Where a figure opens: a count at its own page, any other at the count it rests on. With the house's own name.

    `period` is the report's, for figures whose own is another (a population of a year).
    """
    definition = definitions.by_code[value.code]
    source = _counted(definition, definitions)
    dims = dict(source.about.get("filters", {}))
    if source.by and source.by not in SPECIAL and value.key:
        dims[source.by] = value.key
    path = figure_url(
        measure=source.about["measure"],
        place=value.key if source.by in PLACED and value.key else value.place,
        period=value.period if definition.kind == "measure" else period,
        dims=dims,
        grade=value.key if source.by == "grade" else "",
    )
    return settings.QUNWEN_PUBLIC_URL.rstrip("/") + path


def _counted(definition: Definition, definitions: Definitions) -> Definition:
    if definition.kind == "measure":
        return definition
    if definition.opens:
        return definitions.by_code[definition.opens]
    return _counted(definitions.by_code[next(iter(definition.terms[0]))], definitions)

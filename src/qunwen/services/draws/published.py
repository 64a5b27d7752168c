"""What the county publishes of a draw: the list with its hash before, seed and results after. Nobody is named in it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from qunwen.base.scope import context
from qunwen.base.scope.codes import covers

from . import kernel
from .models import Application, Draw, Option, Wish


def head_of(draw: Draw, options: Iterable[Option]) -> dict[str, Any]:
    """Notice, rules and options, as they stand under the hash."""
    return {
        "format": kernel.FORMAT,
        "draw": {
            "id": str(draw.pk),
            "title": draw.title,
            "county": draw.county,
            "place": draw.place_id,
            "opens_at": moment(draw.opens_at),
            "closes_at": moment(draw.closes_at),
            "seed_at": moment(draw.seed_at),
            "seed_notice": draw.seed_notice,
            "note": draw.note,
        },
        "rules": {
            "party": draw.party,
            "people_at_most": draw.people_at_most,
            "first_timers": int(draw.first_timers),
            "luck": int(draw.luck),
            "share": int(draw.share),
            "season": draw.season,
            "seed_form": draw.seed_form,
            "seed_length": draw.seed_length,
        },
        "options": [
            {"id": str(o.pk), "title": o.title, "seats": o.seats, "kept": o.kept, "floors": o.floors} for o in options
        ],
    }


def moment(at: dt.datetime) -> str:
    """A moment to the second, in UTC."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def options_of(draw: Draw) -> list[Option]:
    """The options in the order of the notice."""
    return list(Option.unscoped.filter(county=draw.county, draw=draw).order_by("position", "pk"))


def pool_of(draw: Draw) -> list[Application]:
    """The applications that were not withdrawn, by id."""
    rows = Application.unscoped.filter(county=draw.county, draw=draw, withdrawn_at=None)
    with context.crossing(draw.county, reason="the list of a draw names nobody"):
        return list(rows.order_by("pk"))


def wishes_of(draw: Draw) -> dict[Any, list[str]]:
    """The wishes of every application as ids of options, best first: one query."""
    found: dict[Any, list[str]] = defaultdict(list)
    rows = Wish.unscoped.filter(county=draw.county, application__draw=draw).order_by("application_id", "rank")
    with context.crossing(draw.county, reason="the list of a draw names nobody"):
        for application, option in rows.values_list("application_id", "option_id"):
            found[application].append(str(option))
    return found


def entry_of(row: Application, draw: Draw, options: list[Option], wishes: list[str]) -> dict[str, Any]:
    """One application as the list shows it: only what the rules of this draw look at, and no name."""
    groups = {group for option in options for group, _number in option.kept}
    villages = [village for option in options for village, _number in option.floors]
    return {
        "id": str(row.pk),
        "won": row.won if draw.first_timers else 0,
        "credit": row.credit if draw.luck else 0,
        "n": row.among if draw.share else 1,
        "groups": sorted(groups & set(row.groups)),
        "village": max((one for one in villages if covers(one, row.home_id)), key=len, default=""),
        "wishes": wishes,
    }


def list_of(draw: Draw) -> dict[str, Any]:
    """The list as its rows stand now, with the leaves and the hash that were frozen."""
    options, wishes = options_of(draw), wishes_of(draw)
    entries = [
        {**entry_of(row, draw, options, wishes[row.pk]), "leaf": row.leaf}
        for row in pool_of(draw)
    ]  # fmt: skip
    entries.sort(key=lambda entry: entry["id"])
    return {**head_of(draw, options), "applications": entries, "list_hash": draw.list_hash}


def file_of(draw: Draw) -> dict[str, Any]:
    """The file that is published: the list, and once lots were drawn the seed and every result."""
    file = list_of(draw)
    if not draw.is_decided:
        return file
    rows = sorted(pool_of(draw), key=lambda row: row.rank or 0)
    return {
        **file,
        "seed": draw.seed,
        "seed_notice": draw.seed_notice,
        "results": [
            {"id": str(r.pk), "rank": r.rank, "option": str(r.option_id) if r.option_id else "", "by": r.rule}
            for r in rows
        ],
    }


def text_of(file: dict[str, Any]) -> str:
    """The file as it is written: one application a line, so that people can look into it."""
    lines = []
    for key, value in file.items():
        if isinstance(value, list):
            inner = ",\n".join(kernel.canonical(one) for one in value)
            lines.append(f'"{key}":[\n{inner}\n]')
        else:
            lines.append(f'"{key}":{kernel.canonical(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"

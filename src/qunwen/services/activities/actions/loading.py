"""A whole sheet of activities at once: all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.core.exceptions import PermissionDenied, ValidationError

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, bulk, nothing_changed
from qunwen.base.papers.imports import ParsedRow, SheetSpec, apply_sheet
from qunwen.base.papers.problems import RowRefusedError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.scope import asking
from qunwen.base.scope.codes import county_of
from qunwen.services.activities import sheets
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import Entry
from qunwen.services.activities.models import Activity

from .holding import note_activity
from .planning import plan_activity
from .scheduling import schedule_session


@action
def load_activities(
    *, spec: SheetSpec, sheet: OpenSheet, expected_sha256: str, by: Actor, at: dt.datetime
) -> Counter[str]:
    """Write every row of the sheet: planned, or noted as held. Rows that are there already are left as they are.

    Returns how many rows were `made` and how many `known`. Raises ImportRefusedError naming the first row that
    cannot be, and then nothing is written; Forbidden.
    """
    asking.require(Permission.IMPORT)
    told: Counter[str] = Counter()
    counties: Counter[str] = Counter()

    def write(batch: list[ParsedRow]) -> None:
        for row in batch:
            try:
                told["made" if _write(row, by, at) else "known"] += 1
            except ValidationError as refusal:
                key = next(iter(refusal.message_dict), "") if hasattr(refusal, "error_dict") else ""
                raise RowRefusedError(" ".join(refusal.messages), key=key) from refusal
            except PermissionDenied as refusal:
                raise RowRefusedError(str(refusal), key="place") from refusal
            counties[county_of(row.values["place"].pk)] += 1

    apply_sheet(spec, sheet, write, batch_size=1, expected_sha256=expected_sha256)
    if not told["made"]:
        nothing_changed("every row is there already")
        return told
    for county, number in sorted(counties.items()):
        bulk(code=Entry.LOADED, by=by, at=at, model=Activity, place=county, counts={"rows": number, **told})
    return told


def _write(row: ParsedRow, by: Actor, at: dt.datetime) -> bool:
    values = row.values
    identity, place = sheets.identity(values), values["place"]
    asking.require(Permission.IMPORT, place=place.pk, unit=values["unit"].pk, owner=by.id)
    if Activity.unscoped.filter(county=county_of(place.pk), pk=identity).exists():
        return False
    span, more = sheets.span(values), sheets.details(values)
    core = {"title": values["title"], "kind": values["kind"], "place": place, "unit": values["unit"]}
    if values.get("held") and span:
        note_activity(
            id=identity, starts_at=span[0], ends_at=span[1], headcounts=sheets.headcounts(values), by=by, at=at,
            **core, **more,
        )  # fmt: skip
        return True
    made = plan_activity(
        id=identity, plan_year=values["plan_year"], plan_month=values["plan_month"], by=by, at=at, **core, **more
    )
    if span:
        schedule_session(activity=made, starts_at=span[0], ends_at=span[1], by=by, at=at)
    return True

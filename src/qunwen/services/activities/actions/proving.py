"""What a photograph or file does to the figures: its coming or going changes their evidence grade."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.models import JournalEntry
from qunwen.base.measures.touching import touch
from qunwen.base.scope.clock import day_of
from qunwen.services.activities.enums import SessionState
from qunwen.services.activities.models import Session

# kind of record -> which dates its evidence proves
_PROVES = {"activities.activity": "activity_id", "activities.session": "pk"}


def when_proved(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Reaction: evidence came to an activity or a date, or went; the months of its held dates are counted again."""
    field = _PROVES.get(entry.subject_type)
    if field is None:
        return
    dates = Session.unscoped.filter(Q(**{field: entry.subject_id}), county=entry.county, state=SessionState.HELD)
    for day in sorted({day_of(starts_at) for starts_at in dates.values_list("starts_at", flat=True)}):
        touch(county=entry.county, day=day, feed="evidence.evidencelink")

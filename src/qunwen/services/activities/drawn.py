"""Dates of activities may be drawn: their places are opened by the draw itself, for the winners first."""

from __future__ import annotations

import datetime as dt

from qunwen.base.journal.actors import Actor
from qunwen.base.scope.clock import local
from qunwen.services.bookings import queries as ledger
from qunwen.services.bookings.enums import Channel
from qunwen.services.draws import granting
from qunwen.services.draws.models import Application, Option

from .actions import scheduling
from .enums import SessionState, SignUp
from .models import Session

SUBJECT = "activities.session"
MOST = 200


def grant(*, option: Option, application: Application, by: Actor, at: dt.datetime) -> object:
    """The first winner opens the date's sign-up with as many places as are drawn; what is left is then for everybody.

    Raises what `open_sign_up` and the ledger refuse.
    """
    if ledger.bucket_of(county=option.county, subject_type=SUBJECT, subject_id=option.subject_id) is None:
        rows = Session.unscoped.select_related("activity", "activity__unit", "activity__owner", "place")
        session = rows.get(county=option.county, pk=option.subject_id)
        people = application.draw.people_at_most
        scheduling.open_sign_up(
            session=session, sizes={Channel.ONLINE: option.seats * people}, by=by, at=at, party_limit=people,
        )  # fmt: skip
    return granting.through_ledger(option=option, application=application, by=by, at=at)


def choices(county: str, at: dt.datetime) -> list[granting.Thing]:
    """Dates ahead that take sign-ups and have no places opened yet. Scoped."""
    rows = Session.objects.filter(
        county=county, state=SessionState.SCHEDULED, starts_at__gt=at, activity__sign_up=SignUp.BOOK
    )
    found = list(rows.select_related("activity", "place").order_by("starts_at", "pk")[:MOST])
    opened = ledger.availability(county=county, subject_type=SUBJECT, subject_ids=[one.pk for one in found], at=at)
    return [
        granting.Thing(one.pk, f"{one.activity.title} {local(one.starts_at):%m-%d %H:%M}", one.place, 0)
        for one in found
        if one.pk not in opened
    ]


granting.register(SUBJECT, grant, choices=choices)

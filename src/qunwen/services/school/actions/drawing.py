"""Classes that are drawn: which may be put up for a draw, and how a winner gets the place."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action
from qunwen.base.scope.clock import start_of
from qunwen.services.bookings import actions as ledger
from qunwen.services.bookings import queries as bookings
from qunwen.services.bookings.models import Bucket
from qunwen.services.draws import granting
from qunwen.services.draws.granting import Thing
from qunwen.services.draws.models import Application, Option
from qunwen.services.school import queries
from qunwen.services.school.enums import ClassState, How
from qunwen.services.school.errors import ClassRefused
from qunwen.services.school.models import CourseClass

from .classes import SUBJECT, open_places


@action
def grant(*, option: Option, application: Application, by: Actor, at: dt.datetime) -> list[object]:
    """Give a winner's people their places, one each; the first winner opens the class's places.

    What is left after the draw goes first come first served until the last day to join. Raises BookingRefused,
    EnrolmentRefused, ClassRefused when the class is not one to be drawn.
    """
    return _book(option, application, wait=False, by=by, at=at)


@action
def stand_in_line(*, option: Option, application: Application, by: Actor, at: dt.datetime) -> list[object]:
    """Stand those who drew no place in the class's line, called in the order of the lots when all winners have theirs.

    A place that a winner could not take is given at once, so nobody waits beside a free place. Raises as `grant`.
    """
    return _book(option, application, wait=True, by=by, at=at)


def _book(option: Option, application: Application, *, wait: bool, by: Actor, at: dt.datetime) -> list[object]:
    bucket = _places_of(option, by, at)
    return [
        ledger.book(
            bucket=bucket, resident=application.resident, members=[guest], wait=wait, contact=application.contact,
            key=f"draw:{application.pk}:{number}", by=by, at=at,
        )
        for number, guest in enumerate(granting.party_of(application))
    ]  # fmt: skip


def _places_of(option: Option, by: Actor, at: dt.datetime) -> Bucket:
    """The class's places, opened by whoever comes first. Raises ClassRefused when it is not one to be drawn."""
    county = option.county
    row = (
        CourseClass.unscoped.select_related("term", "place", "unit").filter(county=county, pk=option.subject_id).first()
    )
    if row is None or row.state != ClassState.PUBLISHED or row.how != How.DRAW:
        raise ClassRefused(_("“%(title)s”现在不是摇号招生的班，没有入班。") % {"title": option.title})
    known = bookings.bucket_of(county=county, subject_type=SUBJECT, subject_id=row.pk)
    if known is not None:
        return known
    last = row.join_until or row.term.ends_on
    (bucket,) = open_places(row, by=by, at=at, window=(at, start_of(last + dt.timedelta(days=1))))
    return bucket


def choices(county: str, at: dt.datetime) -> list[Thing]:
    """Classes that wait for their draw. Scoped."""
    rows = list(queries.classes(county=county).filter(state=ClassState.PUBLISHED, how=How.DRAW, term__ends_on__gt=at))
    found = bookings.availability(county=county, subject_type=SUBJECT, subject_ids=[row.pk for row in rows], at=at)
    return [Thing(row.pk, f"{row.title}（{row.when}）", row.place, row.size) for row in rows if row.pk not in found]

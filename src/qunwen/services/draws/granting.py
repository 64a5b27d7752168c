"""How a winner gets the place: said by the area whose things are drawn. Draws know none of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import NamedTuple

from qunwen.base.journal.actors import Actor
from qunwen.base.places.models import Place
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings import queries as ledger
from qunwen.services.bookings.party import Guest

from .errors import WrongNotice
from .models import Application, Member, Option

Grant = Callable[..., object]


class Thing(NamedTuple):
    """A thing that can be put up for a draw, as its area shows it for choosing. `places`: how many are free to give."""

    subject_id: uuid.UUID
    title: str
    place: Place
    places: int


Choices = Callable[[str, dt.datetime], list[Thing]]
_GRANTS: dict[str, Grant] = {}
_CHOICES: dict[str, Choices] = {}
_LINES: dict[str, Grant] = {}


def register(subject_type: str, grant: Grant, *, choices: Choices | None = None, line: Grant | None = None) -> None:
    """Declare how winners of a kind of thing get their places.

    `grant(option, application, by, at)` (by keyword) runs in the transaction of the draw and calls the ledger; a
    ValidationError it raises is noted beside the winner and stops nobody else. `choices(county, at)` lists
    things that may be drawn, for the desk, within the open scope. `line(option, application, by, at)` stands
    somebody who drew no place in the line of the first wish; it is called in the order of the lots when all winners
    have theirs, and what it refuses stops nobody else. Declaring again replaces.
    """
    _GRANTS[subject_type] = grant
    if line is not None:
        _LINES[subject_type] = line
    if choices is not None:
        _CHOICES[subject_type] = choices


def known(subject_type: str) -> bool:
    """Whether somebody said how its places are given."""
    return subject_type in _GRANTS


def kinds() -> tuple[str, ...]:
    """The kinds of things that can be chosen on the desk."""
    return tuple(sorted(_CHOICES))


def choices(subject_type: str, county: str, at: dt.datetime) -> list[Thing]:
    """The things of a kind that may be put up for a draw."""
    return _CHOICES[subject_type](county, at) if subject_type in _CHOICES else []


def grant(*, option: Option, application: Application, by: Actor, at: dt.datetime) -> None:
    """Give a winner the place. Raises WrongNotice for a kind nobody declared, and what the ledger refuses."""
    try:
        give = _GRANTS[option.subject_type]
    except KeyError:
        raise WrongNotice(option.subject_type) from None
    give(option=option, application=application, by=by, at=at)


def has_line(subject_type: str) -> bool:
    """Whether those who draw no place stand in line for this kind of thing."""
    return subject_type in _LINES


def stand(*, option: Option, application: Application, by: Actor, at: dt.datetime) -> None:
    """Stand somebody who drew no place in the thing's line. Raises what the ledger refuses."""
    _LINES[option.subject_type](option=option, application=application, by=by, at=at)


def party_of(application: Application) -> list[Guest]:
    """The people of an application as the ledger takes them."""
    rows = Member.unscoped.filter(county=application.county, application=application).select_related("resident")
    return [Guest(name=row.name, group=row.group, resident=row.resident) for row in rows.order_by("pk")]


def through_ledger(*, option: Option, application: Application, by: Actor, at: dt.datetime) -> object:
    """The usual grant: the winner's people are booked into the thing's places, never into the line.

    The thing's bucket has to give out places at that moment: owners open it with the draw, or keep it open for nobody else.
    Raises BookingRefused.
    """
    bucket = ledger.bucket_of(county=option.county, subject_type=option.subject_type, subject_id=option.subject_id)
    if bucket is None:
        raise WrongNotice(option.title)
    return bookings.book(
        bucket=bucket, resident=application.resident, members=party_of(application), key=f"draw:{application.pk}",
        by=by, at=at, wait=False, contact=application.contact,
    )  # fmt: skip

"""What is answered: one shape a thing, built field by field so that nothing slips out."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from ninja import Schema

from qunwen.base.measures import queries as figures
from qunwen.base.measures.questions import Cell
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.clock import local
from qunwen.services.activities.models import Activity, Headcount, Session
from qunwen.services.bookings.models import Booking
from qunwen.services.bookings.queries import Availability
from qunwen.services.venues.models import Venue


class PlaceShape(Schema):
    code: str
    name: str
    level: int
    parent: str | None
    valid_from: dt.date | None
    valid_to: dt.date | None


class PlacePage(Schema):
    items: list[PlaceShape]
    next: str | None


def place(row: Place) -> PlaceShape:
    """A division."""
    return PlaceShape(
        code=row.pk, name=row.name, level=row.level, parent=row.parent_id, valid_from=row.valid_from,
        valid_to=row.valid_to,
    )  # fmt: skip


class VenueShape(Schema):
    id: uuid.UUID
    name: str
    kind: str
    place: str
    address: str
    phone: str
    area: float | None
    latitude: float | None
    longitude: float | None
    accessibility: list[str]
    intro: str
    free_open: bool
    changed_at: dt.datetime


class VenuePage(Schema):
    items: list[VenueShape]
    next: str | None


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]


def venue(row: Venue) -> VenueShape:
    """A facility, as everybody may know it."""
    return VenueShape(
        id=row.pk, name=row.name, kind=row.kind, place=row.place_id, address=row.address, phone=row.phone,
        area=_number(row.area), latitude=_number(row.latitude), longitude=_number(row.longitude),
        accessibility=list(row.accessibility), intro=row.intro, free_open=row.free_open, changed_at=local(row.changed_at),
    )  # fmt: skip


class UnitShape(Schema):
    id: uuid.UUID
    name: str
    kind: str
    place: str


class UnitPage(Schema):
    items: list[UnitShape]
    next: str | None


def unit(row: Unit) -> UnitShape:
    """A unit that does the work."""
    return UnitShape(id=row.pk, name=row.name, kind=row.kind, place=row.place_id)


class PublicActivity(Schema):
    id: uuid.UUID
    county: str
    title: str
    kind: str
    host_level: str
    audience: str
    place: str
    venue: uuid.UUID | None
    where: str
    open_air: bool
    festival: str
    summary: str
    description: str
    contact_phone: str
    sign_up: str
    state: str
    cancelled_reason: str
    published_at: dt.datetime | None


class PublicActivityPage(Schema):
    items: list[PublicActivity]
    next: str | None


# What of its inner life the public need not know: to them it is announced, held or called off.
_PUBLIC_STATE = {"published": "published", "cancelled": "cancelled"}


def public_activity(row: Activity) -> PublicActivity:
    """An activity as the portal shows it."""
    return PublicActivity(
        id=row.pk, county=row.county, title=row.title, kind=row.kind, host_level=row.host_level, audience=row.audience,
        place=row.place_id, venue=row.venue_id, where=row.where, open_air=row.open_air, festival=row.festival,
        summary=row.summary, description=row.description, contact_phone=row.contact_phone, sign_up=row.sign_up,
        state=_PUBLIC_STATE.get(row.state, "held"), cancelled_reason=row.cancelled_reason,
        published_at=row.published_at and local(row.published_at),
    )  # fmt: skip


class ActivityShape(PublicActivity):
    unit: uuid.UUID
    direction: str
    partner: str
    co_hosts: str
    series: uuid.UUID | None
    in_plan: bool
    plan_year: int
    plan_month: int
    created_at: dt.datetime
    changed_at: dt.datetime


class ActivityPage(Schema):
    items: list[ActivityShape]
    next: str | None


def activity(row: Activity) -> ActivityShape:
    """An activity as its unit keeps it."""
    shown = public_activity(row).model_dump() | {"state": row.state}
    return ActivityShape(
        **shown, unit=row.unit_id, direction=row.direction, partner=row.partner, co_hosts=row.co_hosts,
        series=row.series_id, in_plan=row.in_plan, plan_year=row.plan_year, plan_month=row.plan_month,
        created_at=local(row.created_at), changed_at=local(row.changed_at),
    )  # fmt: skip


class SessionShape(Schema):
    id: uuid.UUID
    county: str
    activity: uuid.UUID
    title: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: str
    reason: str
    places: int | None
    left: int | None
    waiting_list: bool


class SessionPage(Schema):
    items: list[SessionShape]
    next: str | None


def session(row: Session, seats: Availability | None = None) -> SessionShape:
    """One date. `places` and `left` are of the online channel; null where nothing is given out."""
    sizes = [bucket.size for bucket in seats.buckets if bucket.channel == "online"] if seats else []
    return SessionShape(
        id=row.pk, county=row.county, activity=row.activity_id, title=row.activity.title, place=row.place_id,
        starts_at=local(row.starts_at), ends_at=local(row.ends_at), state=row.state, reason=row.reason,
        places=sizes[0] if sizes else None, left=max(0, seats.bookable) if seats and sizes else None,
        waiting_list=bool(seats and seats.waits),
    )  # fmt: skip


class GroupNumber(Schema):
    group: str
    number: int


class HeldShape(Schema):
    session: uuid.UUID
    state: str
    note: str
    headcounts: list[GroupNumber]


def held(row: Session, counts: Iterable[Headcount]) -> HeldShape:
    """What is noted of a date that took place."""
    numbers = [GroupNumber(group=one.group, number=one.number) for one in counts]
    return HeldShape(session=row.pk, state=row.state, note=row.held_note, headcounts=numbers)


class AttendeeShape(Schema):
    id: uuid.UUID
    name: str
    group: str
    came: bool


class BookingShape(Schema):
    id: uuid.UUID
    county: str
    session: uuid.UUID
    title: str
    channel: str
    starts_at: dt.datetime | None
    state: str
    party: int
    code: str
    booked_at: dt.datetime
    offer_until: dt.datetime | None
    attendees: list[AttendeeShape]


class BookingPage(Schema):
    items: list[BookingShape]
    next: str | None


def booking(row: Booking) -> BookingShape:
    """A party that holds or waits for places. Phones are not in it."""
    bucket = row.bucket
    people = [AttendeeShape(id=a.pk, name=a.name, group=a.group, came=a.came) for a in row.attendees.all()]
    return BookingShape(
        id=row.pk, county=row.county, session=bucket.subject_id, title=bucket.title, channel=bucket.channel,
        starts_at=bucket.starts_at and local(bucket.starts_at), state=row.state, party=row.party, code=row.code,
        booked_at=local(row.booked_at), offer_until=row.offer_until and local(row.offer_until), attendees=people,
    )  # fmt: skip


class MeasureShape(Schema):
    code: str
    title: str
    unit: str
    kind: str
    meaning: str
    dimensions: dict[str, dict[str, str]]


class MeasureList(Schema):
    items: list[MeasureShape]


class CellShape(Schema):
    measure: str
    place: str
    period: str
    dims: dict[str, str]
    state: str
    value: int | None
    records: int
    by_grade: dict[str, int]
    reported: int
    expected: int
    missing: list[str]
    page: str


class CellList(Schema):
    items: list[CellShape]


def cell(row: Cell) -> CellShape:
    """A figure; `page` opens it on the desk. A missing one has a state and no value."""
    by_grade: Mapping[str, int] = row.by_grade
    return CellShape(
        measure=row.measure, place=row.place, period=row.period.code, dims=dict(row.dims), state=str(row.state),
        value=row.value, records=row.records, by_grade=dict(by_grade), reported=row.reported, expected=row.expected,
        missing=list(row.missing), page=figures.url_of(row),
    )  # fmt: skip

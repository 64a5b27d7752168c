"""What a guardian sees of the children, within the open scope of the family."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from qunwen.services.bookings.models import Booking
from qunwen.services.bookings.queries import waiting_position

from . import pickup, queries
from .enums import ActivityState, ApplicationState, Part
from .models import (
    Activity,
    Agreement,
    Application,
    Child,
    Consent,
    PickupCode,
    PickupPerson,
    School,
    SchoolClass,
    SchoolTerm,
)


@dataclass
class Step:
    """One step of an application: done or not."""

    label: str
    done: bool


@dataclass
class Place:
    """A place in an activity, or where one stands in line for it."""

    booking: Booking
    position: int | None = None


@dataclass
class ChildPage:
    """Everything of one child on the guardian's page."""

    child: Child
    application: Application | None = None
    steps: list[Step] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    papers: list[Agreement] = field(default_factory=list)
    persons: list[PickupPerson] = field(default_factory=list)
    consent: Consent | None = None
    code: PickupCode | None = None
    digits: str = ""


def children_of(wards: Sequence[object]) -> list[Child]:
    """The wards who are on a school's list."""
    rows = Child.objects.filter(resident__in=list(wards), left_at=None)
    return list(rows.select_related("resident", "school_class", "school").order_by("resident__birth_year", "pk"))


def open_terms(schools: Sequence[School], at: dt.datetime) -> list[SchoolTerm]:
    """Terms of the schools that take applications now."""
    rows = SchoolTerm.objects.filter(school__in=list(schools), apply_opens_at__lte=at, apply_closes_at__gt=at)
    return list(rows.select_related("school").order_by("starts_on", "pk"))


def activities_of(term: SchoolTerm) -> list[Activity]:
    """What may be chosen: published, with limited places."""
    rows = Activity.objects.filter(
        county=term.county, term=term, state=ActivityState.PUBLISHED, part=Part.EXTRA, size__isnull=False
    )
    return list(rows.order_by("weekday", "starts", "pk"))


def classes_in(county: str) -> list[SchoolClass]:
    """The classes a guardian may name; classes hold no children's names."""
    rows = SchoolClass.unscoped.filter(county=county, school__active=True).select_related("school")
    return list(rows.order_by("school__name", "grade", "name", "pk"))


def class_of(county: str, pk: str) -> SchoolClass | None:
    """One of them."""
    return next((row for row in classes_in(county) if str(row.pk) == pk), None)


def page_of(child: Child, day: dt.date) -> ChildPage:
    """The child's application with each step, places, agreements, who fetches, and today's code."""
    page = ChildPage(child)
    applications = Application.objects.filter(county=child.county, child=child).select_related("term")
    page.application = applications.order_by("-applied_at", "-pk").first()
    if page.application is not None:
        _fill(page, page.application)
    page.persons = list(
        PickupPerson.objects.filter(county=child.county, child=child, ended_at=None).order_by("named_at", "pk")
    )
    page.consent = (
        Consent.objects.filter(county=child.county, child=child, withdrawn_at=None).select_related("guardian").first()
    )
    row = queries.code_of(child, day)
    if row is not None and row.used_at is None:
        page.code, page.digits = row, pickup.digits_of(row)
    return page


def _fill(page: ChildPage, row: Application) -> None:
    page.steps = [
        Step(_("提出申请"), done=True),
        Step(_("班级审核"), done=row.class_at is not None),
        Step(_("学校审核"), done=row.school_at is not None),
        Step(_("签订协议"), done=row.state == ApplicationState.AGREED),
    ]
    activities = Activity.objects.filter(county=row.county, term=row.term).values_list("pk", flat=True)
    for booking in queries.bookings_of(page.child, list(activities)):
        page.places.append(Place(booking, waiting_position(booking)))
    papers = Agreement.objects.filter(county=row.county, child=page.child, term=row.term).defer("paper")
    page.papers = list(papers.order_by("-version", "pk"))

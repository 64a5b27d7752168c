"""Reads of the inbox, always of one person whatever scope is open; and of what was sent, in the open scope."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, QuerySet
from wagtail.users.models import UserProfile

from qunwen.base.journal.recording import NO_COUNTY
from qunwen.base.people.models import Resident, Staff
from qunwen.base.scope import fixed
from qunwen.base.scope.clock import start_of
from qunwen.base.scope.codes import LENGTHS, Level

from .enums import ALWAYS, Kind
from .models import Notice, NoticePreference, OutboxMessage


def home_of(person: Staff | Resident) -> str:
    """The county that keeps a person's notices; people of a city or province have 000000."""
    if isinstance(person, Resident):
        return person.county
    size = LENGTHS[Level.COUNTY]
    return person.place_id[:size] if len(person.place_id) >= size else NO_COUNTY


def inbox_of(person: Staff | Resident) -> QuerySet[Notice]:
    """All notices of a person, newest first."""
    whose = {"resident_id": person.pk} if isinstance(person, Resident) else {"staff_id": person.pk}
    return Notice.unscoped.filter(county=home_of(person), **whose).order_by("-made_at", "-id")


def unread_count(person: Staff | Resident) -> int:
    """How many notices the person has not read."""
    return inbox_of(person).filter(read_at=None).count()


def wants_text(*, county: str, person_id: uuid.UUID, kind: Kind) -> bool:
    """Whether a person wants text messages of this kind. Some kinds cannot be turned off."""
    if kind in ALWAYS:
        return True
    return not fixed.rows(_turned_off, county=county, person=person_id, kind=str(kind))


def _turned_off(county: str, person: uuid.UUID, kind: str) -> QuerySet[NoticePreference, tuple[uuid.UUID]]:
    off = NoticePreference.unscoped.filter(county=county, person_id=person, kind=kind, wanted=False)
    return off.order_by().values_list("pk")


def silenced(*, county: str, persons: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID, str]]:
    """Which of these people turned off text messages, of which kinds (person, kind). Some kinds cannot be."""
    off = NoticePreference.unscoped.filter(county=county, person_id__in=list(persons), wanted=False)
    found = off.order_by().values_list("person_id", "kind")
    return {(person, kind) for person, kind in found if kind not in ALWAYS}


def unread_by_kind(person: Staff | Resident) -> dict[Kind, int]:
    """How many notices of each kind the person has not read, in the order of the kinds; digests do not count."""
    unread = inbox_of(person).filter(read_at=None).exclude(kind=Kind.DIGEST).order_by()
    counts = dict(unread.values_list("kind").annotate(n=Count("id")))
    return {kind: counts[kind] for kind in Kind if kind in counts}


def language_of(person: Staff | Resident | None) -> str:
    """The language somebody is written to: what staff chose on the desk, else the installation's own."""
    if isinstance(person, Staff):
        chosen = UserProfile.objects.filter(user__staff=person).values_list("preferred_language", flat=True).first()
        if chosen in dict(settings.LANGUAGES):
            return str(chosen)
    return settings.LANGUAGE_CODE


@dataclass(frozen=True, slots=True)
class Sent:
    """What the list of messages is narrowed to; empty means all. Days are of the county, both included."""

    state: str = ""
    kind: str = ""
    phone: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def messages(chosen: Sent) -> QuerySet[OutboxMessage]:
    """The visible messages that match, newest first."""
    rows = OutboxMessage.objects.all()
    for name in ("state", "kind", "phone"):
        if value := getattr(chosen, name):
            rows = rows.filter(**{name: value})
    if chosen.since:
        rows = rows.filter(queued_at__gte=start_of(chosen.since))
    if chosen.until:
        rows = rows.filter(queued_at__lt=start_of(chosen.until + dt.timedelta(days=1)))
    return rows.order_by("-queued_at", "-id")


def by_state() -> dict[str, int]:
    """How many visible messages there are in each state."""
    return dict(OutboxMessage.objects.order_by().values_list("state").annotate(n=Count("id")))

"""Reads of the inbox. Always of one person, whatever scope is open."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from qunwen.base.journal.recording import NO_COUNTY
from qunwen.base.people.models import Resident, Staff
from qunwen.base.scope.codes import LENGTHS, Level

from .enums import ALWAYS, Kind
from .models import Notice, NoticePreference


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
    off = NoticePreference.unscoped.filter(county=county, person_id=person_id, kind=kind, wanted=False)
    return not off.exists()

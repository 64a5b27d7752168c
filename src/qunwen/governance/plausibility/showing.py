"""The records of a finding as they are shown: their name, their page, their photographs."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.evidence import declare as evidence_kinds
from qunwen.base.evidence import queries as evidence
from qunwen.base.evidence.enums import Kind, Variant
from qunwen.base.evidence.models import EvidenceLink
from qunwen.base.measures import declare
from qunwen.base.places.models import Place
from qunwen.services.activities.models import Session

from .models import Finding
from .rows import LINK, SESSION

ACTIVITY = "activities.activity"
PHOTOS = 3  # of a record


@dataclass(frozen=True)
class Photo:
    """One photograph with the addresses of its two copies."""

    thumb: str
    large: str
    words: str


@dataclass(frozen=True)
class Shown:
    """One record. Without an address it lies outside what the reader may open."""

    label: str
    url: str
    photos: tuple[Photo, ...] = ()


def records_of(finding: Finding) -> list[Shown]:
    """The finding's records in their order, as far as the open scope shows them."""
    by_type: dict[str, list[uuid.UUID | str]] = defaultdict(list)
    for kind, key in finding.rows:
        by_type[kind].append(key if kind == "places.place" else uuid.UUID(key))
    found: dict[tuple[str, str], Shown] = {}
    for kind, keys in by_type.items():
        found |= {(kind, str(key)): shown for key, shown in _of(kind, finding.county, keys).items()}
    hidden = Shown(_("其他地方的记录（不在您的管理范围，不显示内容）"), "")
    return [found.get((kind, key), hidden) for kind, key in finding.rows]


def _of(kind: str, county: str, keys: Sequence[uuid.UUID | str]) -> dict[uuid.UUID | str, Shown]:
    if kind == LINK:
        return _links(county, [key for key in keys if isinstance(key, uuid.UUID)])
    if kind == "places.place":
        return {place.pk: Shown(place.name, "") for place in Place.objects.filter(pk__in=keys)}
    ids = [key for key in keys if isinstance(key, uuid.UUID)]
    photos = _photos_of_sessions(county, ids) if kind == SESSION else {}
    shown = declare.links(record_type=kind, county=county, ids=ids)
    return {pk: Shown(link.label, link.url, tuple(photos.get(pk, ()))) for pk, link in shown.items()}


def _photo(link: EvidenceLink) -> Photo:
    def address(variant: Variant) -> str:
        return reverse("desk_evidence:file", args=[link.county, link.pk, variant.value])

    return Photo(address(Variant.THUMB), address(Variant.LARGE), link.caption or link.subject_label)


def _links(county: str, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID | str, Shown]:
    rows = EvidenceLink.objects.filter(county=county, pk__in=list(ids), removed_at=None)
    found: dict[uuid.UUID | str, Shown] = {}
    for link in rows.select_related("file", "place").order_by("pk"):
        url = evidence_kinds.address_of(link.subject_type, county, link.subject_id)
        found[link.pk] = Shown(f"{link.place.name} {link.subject_label}", url, (_photo(link),))
    for pk in ids:
        if pk not in found and (link := evidence.reachable(county, pk, Variant.THUMB)):
            # Its page is another's, but the photograph is public: seen side by side it explains itself.
            found[pk] = Shown(_("其他地方的记录"), "", (_photo(link),))
    return found


def _photos_of_sessions(county: str, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Photo]]:
    of_activity: dict[str, list[uuid.UUID]] = defaultdict(list)
    for pk, activity in Session.objects.filter(county=county, pk__in=list(ids)).values_list("pk", "activity_id"):
        of_activity[str(activity)].append(pk)
        of_activity[str(pk)].append(pk)
    rows = EvidenceLink.objects.filter(
        county=county, subject_type__in=[ACTIVITY, SESSION], subject_id__in=sorted(of_activity), removed_at=None,
        file__county=county, file__kind=Kind.PHOTO,
    )  # fmt: skip
    found: dict[uuid.UUID, list[Photo]] = defaultdict(list)
    for link in rows.select_related("file").order_by("position", "linked_at", "pk"):
        for pk in of_activity[link.subject_id]:
            if len(found[pk]) < PHOTOS:
                found[pk].append(_photo(link))
    return found

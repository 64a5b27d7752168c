"""Evidence of a record, photos for the portal, and whether the files on the disk are still the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Q, QuerySet

from qunwen.base.scope import context
from qunwen.base.scope.clock import start_of
from qunwen.base.scope.codes import LENGTHS, Level, upper_bound
from qunwen.base.scope.codes import county_of as county_code

from . import declare, similar, storage
from .enums import Kind, Trouble, Variant
from .models import EvidenceFile, EvidenceLink


def identity(subject: models.Model) -> tuple[str, str]:
    """(type, id) under which a record's evidence is kept."""
    return subject._meta.label_lower, str(subject.pk)


def stand_in(subject_type: str, subject_id: str) -> models.Model:
    """A row that only carries its identity, for the journal. Raises LookupError for an unknown type."""
    return apps.get_model(subject_type)(pk=subject_id)


def of(subject: models.Model) -> QuerySet[EvidenceLink]:
    """The evidence of a record that the open scope may see, in its order."""
    kind, key = identity(subject)
    found = EvidenceLink.objects.select_related("file").filter(subject_type=kind, subject_id=key, removed_at=None)
    county = county_of(subject)
    return (found.filter(county=county) if county else found).order_by("position", "linked_at", "pk")


def county_of(subject: models.Model) -> str | None:
    """The county of a record: its own column, else that of its place."""
    county: str | None = getattr(subject, "county", None)
    if county is None:
        place: str = getattr(subject, "place_id", "") or ""
        county = place[: LENGTHS[Level.COUNTY]] if len(place) >= LENGTHS[Level.COUNTY] else None
    return county


def public_photos(subjects: Iterable[models.Model]) -> dict[Any, list[EvidenceLink]]:
    """Photos that anybody may see, by the key of their record, in their order.

    Records that are not public, or of a kind that nobody declared public, have none. The number of
    queries depends on how many counties and kinds there are, not on how many records.
    """
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for subject in subjects:
        county = county_of(subject)
        if county:
            kind, key = identity(subject)
            groups.setdefault((kind, county), {})[key] = subject.pk
    found: dict[Any, list[EvidenceLink]] = {}
    for (kind, county), keys in groups.items():
        shown = declare.public_ids(kind, county, list(keys))
        rows = EvidenceLink.unscoped.select_related("file").filter(
            county=county, subject_type=kind, subject_id__in=sorted(shown), removed_at=None, file__kind=Kind.PHOTO
        )
        with context.crossing(county, reason="photos of public records are for everybody"):
            for link in rows.order_by("position", "linked_at", "pk"):
                found.setdefault(keys[link.subject_id], []).append(link)
    return found


def counts(subject_type: str, county: str, ids: Iterable[str]) -> dict[str, int]:
    """How many pieces of evidence each record has that the open scope may see; records with none are left out."""
    rows = EvidenceLink.objects.filter(
        county=county, subject_type=subject_type, subject_id__in=[str(one) for one in ids], removed_at=None
    )
    return dict(rows.order_by().values_list("subject_id").annotate(n=Count("pk")))


def listed(
    *, place: str = "", kind: str = "", since: dt.date | None = None, until: dt.date | None = None, word: str = ""
) -> QuerySet[EvidenceLink]:
    """Evidence the open scope may see, newest first: at a place and below, of a kind, linked in [since, until]."""
    rows = EvidenceLink.objects.select_related("file", "place").filter(removed_at=None)
    if place:
        rows = rows.filter(place_id__gte=place, place_id__lt=upper_bound(place))
        if len(place) >= LENGTHS[Level.COUNTY]:
            rows = rows.filter(county=county_code(place))
    if kind:
        rows = rows.filter(file__kind=kind)
    if since:
        rows = rows.filter(linked_at__gte=start_of(since))
    if until:
        rows = rows.filter(linked_at__lt=start_of(until + dt.timedelta(days=1)))
    if word:
        rows = rows.filter(Q(subject_label__contains=word) | Q(caption__contains=word) | Q(file__name__contains=word))
    return rows.order_by("-linked_at", "-pk")


def doubled(rows: QuerySet[EvidenceLink]) -> QuerySet[EvidenceLink]:
    """Those of the rows whose file proves several records, or looks like another kept photo."""
    counties = list(rows.order_by().values_list("county", flat=True).distinct())
    alike: set[Any] = set()
    for county in counties:
        alike |= similar.alike(county)
        there = EvidenceLink.unscoped.filter(county=county, removed_at=None).order_by().values("file_id")
        alike |= set(there.annotate(n=Count("pk")).filter(n__gt=1).values_list("file_id", flat=True))
    return rows.filter(file_id__in=alike)


def uses(county: str, files: Iterable[Any]) -> dict[Any, int]:
    """At how many records each file stands that the open scope may see."""
    rows = EvidenceLink.objects.filter(county=county, file_id__in=list(files), removed_at=None)
    return dict(rows.order_by().values_list("file_id").annotate(n=Count("pk")))


def reachable(county: str, link_id: Any, variant: str) -> EvidenceLink | None:
    """The link, if the open scope may have that copy of it; None when not, whatever the reason.

    Staff: by their scope; anybody: photos of public records, never an original.
    """
    scope = context.current()
    if scope is not None and scope.kind in ("staff", "everything"):
        rows = EvidenceLink.objects.select_related("file").filter(county=county, removed_at=None)
        link = rows.filter(pk=link_id).first()
        if link is not None:
            return link
    return _public_link(county, link_id) if variant != Variant.ORIGINAL else None


def _public_link(county: str, link_id: Any) -> EvidenceLink | None:
    rows = EvidenceLink.unscoped.select_related("file").filter(county=county, pk=link_id, removed_at=None)
    with context.crossing(county, reason="photos of public records are for everybody"):
        link = rows.filter(file__kind=Kind.PHOTO).first()
    if link is None:
        return None
    return link if declare.public_ids(link.subject_type, county, [link.subject_id]) else None


@dataclass(frozen=True, slots=True)
class Finding:
    """A stored file that is not what its row says."""

    county: str
    sha256: str
    name: str
    trouble: Trouble


def verify_files(county: str | None = None) -> Iterator[Finding]:
    """Compare every stored file with its digest, and name those that are missing or changed.

    Reads the whole of every file; for the command line and for backups.
    """
    rows = EvidenceFile.unscoped.order_by("county", "sha256")
    if county:
        rows = rows.filter(county=county)
    for file in rows.iterator(chunk_size=500):
        trouble = _trouble(file)
        if trouble:
            yield Finding(file.county, file.sha256, file.name, trouble)


def _trouble(file: EvidenceFile) -> Trouble | None:
    path = storage.path_of(file.county, file.sha256)
    if not path.is_file():
        return Trouble.MISSING
    if path.stat().st_size != file.size or storage.digest_of(path) != file.sha256:
        return Trouble.CHANGED
    copies = (Variant.LARGE, Variant.THUMB) if file.is_photo else ()
    if any(not storage.path_of(file.county, file.sha256, copy).is_file() for copy in copies):
        return Trouble.COPY_MISSING
    return None

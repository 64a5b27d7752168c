"""Photos that look alike, found among many thousands through four indexed bands of 16 bits.

Two hashes of 64 bits that differ in at most 6 bits differ in at most one bit in at least one of
the four bands (otherwise they would differ in 8 or more). So looking up each band with itself and
its 16 neighbours at one bit finds every near photo, and the exact distance is then counted.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from .models import EvidenceFile

NEAR = 6
Bands = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A kept photo and in how many of 64 bits it differs."""

    file: EvidenceFile
    distance: int


def neighbours(band: int) -> list[int]:
    """A band and all that differ from it in one bit."""
    return [band, *(band ^ (1 << bit) for bit in range(16))]


def distance(one: Bands, other: Bands) -> int:
    """In how many bits two hashes differ."""
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))


def alike(county: str) -> set[uuid.UUID]:
    """Ids of the county's kept photos that look like another kept one.

    Reads the hashes of the whole county (four small numbers a photo), so it is for a list that asks for exactly that.
    """
    fields = ("pk", "band_a", "band_b", "band_c", "band_d")
    rows = EvidenceFile.unscoped.filter(county=county, band_a__isnull=False).order_by().values_list(*fields)
    hashes: dict[uuid.UUID, Bands] = {pk: (a, b, c, d) for pk, a, b, c, d in rows}
    buckets: list[dict[int, list[uuid.UUID]]] = [defaultdict(list) for _letter in "abcd"]
    found: set[uuid.UUID] = set()
    for pk, bands in hashes.items():
        close = {
            other
            for bucket, band in zip(buckets, bands, strict=True)
            for value in neighbours(band)
            for other in bucket.get(value, ())
        }
        same = {other for other in close if distance(bands, hashes[other]) <= NEAR}
        found |= same | ({pk} if same else set())
        for bucket, band in zip(buckets, bands, strict=True):
            bucket[band].append(pk)
    return found


def near(county: str, bands: Bands) -> list[Likeness]:
    """Kept photos of the county that look like this one, nearest first."""
    letters = zip("abcd", bands, strict=True)
    condition = Q()
    for letter, band in letters:
        condition |= Q(**{f"band_{letter}__in": neighbours(band)})
    rows = EvidenceFile.unscoped.filter(condition, county=county).order_by("id")
    apart = ((file, distance(bands, file.bands)) for file in rows if file.bands is not None)
    found = [Likeness(file, bits) for file, bits in apart if bits <= NEAR]
    return sorted(found, key=lambda item: (item.distance, item.file.pk))

"""Where the things that have places stand on the desk. Each area says it for its own; the ledger knows none of them."""

from __future__ import annotations

from collections.abc import Callable

from .models import Bucket

Links = list[tuple[str, str]]
_LINKS: dict[str, Callable[[Bucket], Links]] = {}


def at_desk(subject_type: str, links: Callable[[Bucket], Links]) -> None:
    """Declare how things of a type are reached: `links(bucket)` gives (label, address), its own page first."""
    _LINKS[subject_type] = links


def links(bucket: Bucket) -> Links:
    """The pages of the thing a bucket belongs to, for this reader; none where its area declared nothing."""
    found = _LINKS.get(bucket.subject_type)
    return found(bucket) if found else []

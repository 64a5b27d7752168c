"""Where the things that have places stand on the desk. Each area says it for its own; the ledger knows none of them."""

from __future__ import annotations

from collections.abc import Callable

from qunwen.base.scope import asking

from .models import Bucket

Links = list[tuple[str, str]]
_LINKS: dict[str, Callable[[Bucket], Links]] = {}
_GUARDS: dict[str, str] = {}  # type → the permission of the owning area without which nobody reads who has a place


def at_desk(subject_type: str, links: Callable[[Bucket], Links]) -> None:
    """Declare how things of a type are reached: `links(bucket)` gives (label, address), its own page first."""
    _LINKS[subject_type] = links


def links(bucket: Bucket) -> Links:
    """The pages of the thing a bucket belongs to, for this reader; none where its area declared nothing."""
    found = _LINKS.get(bucket.subject_type)
    return found(bucket) if found else []


def guard(subject_type: str, permission: str) -> None:
    """Declare that who has places of such things is told only to holders of the owning area's permission (children)."""
    _GUARDS[subject_type] = permission


def may_read(bucket: Bucket) -> bool:
    """Whether the open scope may read who has places of the bucket, as far as its area has something against it."""
    permission = _GUARDS.get(bucket.subject_type)
    return permission is None or asking.may(
        permission, place=bucket.place_id, unit=bucket.unit_id, owner=bucket.owner_id
    )


def closed_types() -> list[str]:
    """The guarded types of which the open scope may read nothing anywhere."""
    return sorted(kind for kind, permission in _GUARDS.items() if not asking.may(permission))

"""Areas say which of their records anybody may see; the photos of those records are then public.

In an area's `apps.py` (ready) or a module loaded by it:

    declare.subject("activities.activity", public=queries.public_ids)
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

PublicIds = Callable[[str, Collection[str]], Collection[Any]]
Address = Callable[[str, str], str]

_public: dict[str, PublicIds] = {}
_addresses: dict[str, Address] = {}


def subject(label: str, *, public: PublicIds, address: Address | None = None) -> None:
    """Declare a kind of record (`app.model`, lower case) whose evidence may be public.

    `public(county, ids)` gets ids as text and gives back those whose record anybody may see. `address(county, id)`
    is the record's page on the desk.
    Declaring again replaces (reloading in tests).
    """
    _public[label.lower()] = public
    if address is not None:
        _addresses[label.lower()] = address


def public_ids(label: str, county: str, ids: Collection[str]) -> set[str]:
    """Those of the ids whose record is public; none for kinds nobody declared."""
    ask = _public.get(label)
    if ask is None or not ids:
        return set()
    return {str(one) for one in ask(county, ids)} & set(ids)


def kinds() -> tuple[str, ...]:
    """The declared kinds of records: those that can be chosen for a file."""
    return tuple(sorted(_public))


def address_of(label: str, county: str, key: str) -> str:
    """The record's page on the desk, nothing where none was declared."""
    address = _addresses.get(label)
    return address(county, key) if address else ""

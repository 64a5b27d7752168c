"""Who comes: residents of the register, or people known only by a name and a group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Resident


@dataclass(frozen=True, slots=True)
class Guest:
    """One person of a party. Without a resident the name may be empty (walk-ins)."""

    name: str = ""
    group: str = AgeGroup.UNKNOWN
    resident: Resident | None = None


def guests(members: Sequence[Resident | Guest], on: dt.date) -> list[Guest]:
    """The members as guests; a resident's group is the one of that day."""
    return [m if isinstance(m, Guest) else Guest(name=m.name, group=m.age_group(on), resident=m) for m in members]

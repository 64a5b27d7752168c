"""Journal codes: every area declares an enum, the history page reads its labels."""

from __future__ import annotations

from django.db import models


class Codes(models.TextChoices):
    """Base of an area's journal codes (in its enums.py): `area.subject.happened`, past tense."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        _ENUMS.append(cls)


_ENUMS: list[type[Codes]] = []


def known() -> dict[str, str]:
    """Every declared code with its label. Raises ValueError when one code is declared twice."""
    found: dict[str, str] = {}
    for enum in _ENUMS:
        for member in enum:
            if member.value in found:
                raise ValueError(f"日志代码重复:{member.value}")
            found[member.value] = str(member.label)
    return found

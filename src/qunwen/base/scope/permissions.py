"""One vocabulary of permissions: every area declares an enum, the house knows them all."""

from __future__ import annotations

from django.db import models


class Permissions(models.TextChoices):
    """Base of an area's permission enum (access.py). The value is `area.verb` or `area.noun_verb`."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        _ENUMS.append(cls)


_ENUMS: list[type[Permissions]] = []


def known() -> dict[str, str]:
    """Every declared permission code with its Chinese label. Raises ValueError when two areas claim one code."""
    found: dict[str, str] = {}
    for enum in _ENUMS:
        for member in enum:
            if member.value in found:
                raise ValueError(f"权限代码重复:{member.value}")
            found[member.value] = str(member.label)
    return found

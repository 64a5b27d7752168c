"""One vocabulary of permissions: every area declares an enum, the house knows them all."""

from __future__ import annotations

from django.db import models


class Permissions(models.TextChoices):
    """Base of an area's permission enum (access.py). The value is `area.verb` or `area.noun_verb`."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        _ENUMS.append(cls)


_ENUMS: list[type[Permissions]] = []


def declared(code: str) -> bool:
    """Whether an area has declared that code. Asked some twenty times a page of the desk, so no label is translated."""
    return any(code in enum._value2member_map_ for enum in _ENUMS)


def label_of(code: str) -> str:
    """What people call that permission; the code itself when nobody has declared it."""
    return next((str(enum(code).label) for enum in _ENUMS if code in enum._value2member_map_), code)


def known() -> dict[str, str]:
    """Every declared permission code with its Chinese label. Raises ValueError when two areas claim one code."""
    found: dict[str, str] = {}
    for enum in _ENUMS:
        for member in enum:
            if member.value in found:
                raise ValueError(f"权限代码重复:{member.value}")
            found[member.value] = str(member.label)
    return found

"""The two questions of access, answered from one lookup: "may this be done" and "which rows".

Both read the reaches that the open scope holds for a permission, so that a list and a single
object can never disagree.
"""

from __future__ import annotations

import uuid
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _

from . import context
from .context import ScopeMissing
from .permissions import label_of
from .rows import NOTHING, Scoping

M = TypeVar("M", bound=models.Model)


class Forbidden(PermissionDenied):
    """The actor may see the thing but not do this with it. The message is for the person."""


def located(row: models.Model) -> tuple[str | None, uuid.UUID | None, uuid.UUID | None]:
    """(place, unit, owner) of a row, along the paths of its scope decision."""
    scoping: Scoping = type(row).scoping  # type: ignore[attr-defined]
    return _walk(row, scoping.place), _walk(row, scoping.unit), _walk(row, scoping.owner)


def _walk(row: Any, path: str | None) -> Any:
    if path is None:
        return None
    for name in path.split("__"):
        row = None if row is None else getattr(row, name)
    return row


def may(
    permission: str,
    *,
    on: models.Model | None = None,
    place: str | None = None,
    unit: uuid.UUID | None = None,
    owner: uuid.UUID | None = None,
) -> bool:
    """Whether the open scope holds `permission` for a row (`on`) or for a place, unit and owner.

    With neither: whether it holds the permission anywhere. Residents and the public hold none.
    Raises ScopeMissing without an open scope.
    """
    scope = context.current()
    if scope is None:
        raise ScopeMissing(f"{permission} 判断权限时没有数据范围")
    if scope.kind == "everything":
        return True
    reaches = scope.reaches_for(permission)
    if on is None and place is None:
        return bool(reaches)
    if on is not None:
        place, unit, owner = located(on)
    return any(reach.admits(place=place, unit=unit, owner=owner) for reach in reaches)


def require(permission: str, **about: Any) -> None:
    """Like `may`, but raises Forbidden with a message that names the missing permission."""
    if not may(permission, **about):
        label = label_of(str(permission))
        raise Forbidden(_("您没有“%(what)s”的权限，或这条记录不在您的管理范围内。") % {"what": label})


def prefixes(permission: str) -> list[str]:
    """The beginnings of place codes below which the open scope holds the permission, in order; "" is the nation.

    Without an open scope there are none, and none are told of a scope that holds everything.
    """
    scope = context.current()
    return sorted({reach.prefix for reach in (scope.reaches_for(permission) if scope else ())})


def tops(permission: str) -> list[str]:
    """The highest of these: none lies below another."""
    found = prefixes(permission)
    return [one for one in found if not any(one != other and one.startswith(other) for other in found)]


def visible(rows: models.QuerySet[M], permission: str) -> models.QuerySet[M]:
    """Those of the rows for which `may(permission, on=row)` holds."""
    scope = context.current()
    if scope is None:
        raise ScopeMissing(f"{permission} 查询时没有数据范围")
    if scope.kind == "everything":
        return rows
    reaches = scope.reaches_for(permission)
    return rows.filter(rows.model.scoping.rows_for(reaches) if reaches else NOTHING)  # type: ignore[attr-defined]

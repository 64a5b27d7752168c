"""The ambient scope: which rows the present work may see. Nothing is visible without one.

Middleware opens the scope of the user, of the resident or of the public; tasks and commands open
one explicitly. A scoped query that reaches the database without an open scope raises.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from .codes import LENGTHS, Level, covers


class ScopeMissing(RuntimeError):
    """A scoped query ran while no scope was open: a programming error, never shown as data."""


class DataScope(models.TextChoices):
    """The five data scopes of Chinese back offices (数据范围)."""

    ALL = "all", _("全部数据")
    UNIT_TREE = "unit_tree", _("本单位及下属单位")
    UNIT = "unit", _("仅本单位")
    SELF = "self", _("仅本人")
    CHOSEN = "chosen", _("指定范围")


@dataclass(frozen=True, slots=True)
class Reach:
    """What one grant lets its holder see: a place with all below it, narrowed by a data scope.

    `units` are unit ids (already with their subordinate units for UNIT_TREE), `places` the chosen
    places for CHOSEN (each inside `prefix`), `owner` the staff id for SELF.
    """

    prefix: str
    scope: DataScope = DataScope.ALL
    units: frozenset[uuid.UUID] = frozenset()
    places: tuple[str, ...] = ()
    owner: uuid.UUID | None = None

    def admits(self, *, place: str | None, unit: uuid.UUID | None = None, owner: uuid.UUID | None = None) -> bool:
        """The same question as the rows' filter, for one row in hand."""
        if self.prefix and not covers(self.prefix, place):
            return False
        if self.scope == DataScope.ALL:
            return True
        if self.scope == DataScope.SELF:
            return owner is not None and owner == self.owner
        if self.scope == DataScope.CHOSEN and any(covers(p, place) for p in self.places):
            return True
        return unit is not None and unit in self.units


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that decides which rows are visible.

    Exactly one of four kinds: `everything` (tasks, commands; with a reason), a staff member
    (`reaches` per permission code), a resident (`residents`: own id and wards) or the public.
    """

    kind: str
    reaches: Mapping[str, tuple[Reach, ...]] = field(default_factory=dict)
    residents: frozenset[uuid.UUID] = frozenset()
    reason: str = ""
    # Where the database itself lets this scope through (see wall.py): codes of counties, or of cities and
    # provinces with all below; "" is everywhere.
    walls: frozenset[str] = field(default=frozenset(), compare=False)

    def reaches_for(self, permission: str) -> tuple[Reach, ...]:
        """The stretches of rows this scope may see under a permission."""
        return self.reaches.get(str(permission), ())


PUBLIC = Scope(kind="public")
EVERYWHERE = frozenset({""})
NOWHERE: frozenset[str] = frozenset()

_current: ContextVar[Scope | None] = ContextVar("qunwen_scope", default=None)
_crossing: ContextVar[frozenset[str]] = ContextVar("qunwen_crossing", default=frozenset())


def current() -> Scope | None:
    """The open scope, or None."""
    return _current.get()


@contextlib.contextmanager
def opened(scope: Scope) -> Iterator[Scope]:
    """Work inside `scope`; the one before is back afterwards, whatever happens."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def replace(scope: Scope) -> None:
    """Go on in another scope until the innermost `opened` ends (an API token names its person mid-request).

    Raises ScopeMissing when none is open: nothing would close it again.
    """
    if _current.get() is None:
        raise ScopeMissing("replace() 只能在已打开的数据范围内使用")
    _current.set(scope)


def everything(*, reason: str) -> contextlib.AbstractContextManager[Scope]:
    """All rows of all counties, for tasks and commands. The reason is for the reader of the code."""
    if not reason:
        raise ValueError("everything() needs a reason")
    return opened(Scope(kind="everything", reason=reason, walls=EVERYWHERE))


def resident(ids: frozenset[uuid.UUID], *, county: str = "") -> Scope:
    """What is public, and the rows of these residents, who are registered in the county."""
    return Scope(kind="resident", residents=ids, walls=frozenset({county} if county else ()))


def staff(reaches: Mapping[str, tuple[Reach, ...]], *, seat: str | None = None) -> Scope:
    """What the grants of one staff member let them see, whose own place (`seat`) may lie elsewhere."""
    size = LENGTHS[Level.COUNTY]
    walls = frozenset(reach.prefix[:size] for several in reaches.values() for reach in several)
    if walls and seat:
        walls |= {seat[:size]}
    return Scope(kind="staff", reaches=reaches, walls=walls)


def walls() -> frozenset[str]:
    """Where the database's row-level security lets the present work through; nowhere without a scope."""
    scope = _current.get()
    return (NOWHERE if scope is None else scope.walls) | _crossing.get()


@contextlib.contextmanager
def crossing(*codes: str, reason: str) -> Iterator[None]:
    """Let the database show rows of further counties to the code inside, which itself says which rows.

    For the few places that must read beyond the scope: who asks is found before their scope is
    known, photos of public records are shown to everybody. Queries have to run inside the block,
    not only to be made. `""` is everywhere. Opens nothing in the scope itself.
    """
    if not reason:
        raise ValueError("crossing() needs a reason")
    token = _crossing.set(_crossing.get() | {code[: LENGTHS[Level.COUNTY]] for code in codes})
    try:
        yield
    finally:
        _crossing.reset(token)


def single_county(reaches: tuple[Reach, ...]) -> str | None:
    """The one county all reaches lie in, or None: lets a query on facts name its shard."""
    size = LENGTHS[Level.COUNTY]
    counties = {r.prefix[:size] if len(r.prefix) >= size else None for r in reaches}
    return counties.pop() if len(counties) == 1 else None

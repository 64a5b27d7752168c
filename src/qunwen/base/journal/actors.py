"""Who does something, and for whom."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    """What sort of actor wrote an entry."""

    STAFF = "staff", _("工作人员")
    RESIDENT = "resident", _("居民")
    SYSTEM = "system", _("系统")
    COMMAND = "command", _("命令行")
    API = "api", _("接口")


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts. `for_id` and `for_name` name the person acted for (代办), if any.

    `unit` is the unit a staff member acts from. Names are copied into the journal, which keeps no
    foreign keys and outlives accounts.
    """

    kind: str
    id: uuid.UUID | None
    name: str
    unit: uuid.UUID | None = None
    for_id: uuid.UUID | None = None
    for_name: str = ""

    def on_behalf_of(self, person_id: uuid.UUID, name: str) -> Actor:
        """The same actor, acting for somebody else."""
        return replace(self, for_id=person_id, for_name=name)


SYSTEM = Actor(kind=ActorKind.SYSTEM, id=None, name="系统")

_request_id: ContextVar[str] = ContextVar("qunwen_request_id", default="")


def request_id() -> str:
    """The id of the request or command that is running, '' outside one."""
    return _request_id.get()


@contextlib.contextmanager
def request(identifier: str) -> Iterator[None]:
    """Entries written inside carry this id."""
    token = _request_id.set(identifier)
    try:
        yield
    finally:
        _request_id.reset(token)

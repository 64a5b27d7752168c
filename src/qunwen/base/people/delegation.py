"""The one rule of delegation: what anybody gains through your act you hold yourself at that moment,
and you touch nobody who holds more than you.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.scope import context
from qunwen.base.scope.permissions import known

from .errors import BeyondOwn
from .models import Staff
from .queries import held_by, held_by_actor
from .reaches import Held, beyond


def lock_staff(*ids: uuid.UUID | None) -> dict[uuid.UUID, Staff]:
    """Lock these people in id order, so that their grants stay as they are until the transaction ends."""
    wanted = sorted({one for one in ids if one is not None})
    with context.crossing("", reason="what the actor may do with them is asked of the locked rows"):
        rows = Staff.unscoped.select_for_update().filter(pk__in=wanted).order_by("pk")
        return {row.pk: row for row in rows}


def require_not_above(staff: Staff, *, by: Actor, at: dt.datetime) -> None:
    """Raise BeyondOwn when the person holds anything the actor does not."""
    mine = held_by_actor(by, at)
    if mine is None:
        return
    if surplus := beyond(mine, held_by(staff, at)):
        raise BeyondOwn(
            _("%(name)s拥有您没有的权限（%(what)s），请由上级管理员办理。")
            % {"name": staff.name, "what": _names(surplus)}
        )


def require_held(gained: Iterable[Held], *, by: Actor, at: dt.datetime) -> None:
    """Raise BeyondOwn when the actor does not hold all of what somebody gains."""
    mine = held_by_actor(by, at)
    if mine is None:
        return
    if surplus := beyond(mine, gained):
        raise BeyondOwn(_("不能授出自己没有的权限或范围：%(what)s。") % {"what": _names(surplus)})


def _names(held: Iterable[Held]) -> str:
    labels = known()
    names = sorted({labels.get(one.permission, one.permission) for one in held})
    shown = "、".join(names[:5])
    return _("%(shown)s等 %(count)d 项") % {"shown": shown, "count": len(names)} if len(names) > 5 else shown

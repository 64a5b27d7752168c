"""Who may speak for a child: its guardians, never the child alone, and its school."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.people.models import Resident
from qunwen.base.people.queries import wards_of
from qunwen.base.scope import asking, context
from qunwen.base.scope.asking import Forbidden

from .models import Child


def require_voice(permission: str, child: Child, *, by: Actor, at: dt.datetime) -> Resident | None:
    """The guardian who acts (also when staff act for them), or None when the school does it itself.

    A child who is logged in with a phone of its own does not speak for itself here. Raises Forbidden.
    """
    scope = context.current()
    if scope is None or scope.kind in ("staff", "everything"):
        asking.require(permission, on=child)
        return None
    found = Resident.unscoped.filter(county=child.county, pk=by.for_id or by.id, active=True).first()
    if found is None or not wards_of(found, at).filter(pk=child.resident_id).exists():
        raise Forbidden(_("只有登记的监护人才能为孩子办理。"))
    return found

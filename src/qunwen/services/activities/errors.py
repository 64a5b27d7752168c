"""What an activity's state does not allow. Messages are for the person who tried."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .enums import State
from .models import Activity


class WrongStateError(ValidationError):
    """The activity is in a state in which this cannot be done."""


def demand_state(activity: Activity, allowed: frozenset[State], what: str) -> None:
    """Raise WrongStateError unless the activity is in one of the states."""
    if activity.state not in allowed:
        raise WrongStateError(
            _("“%(title)s”现在是“%(state)s”，不能%(what)s。"),
            params={"title": activity.title, "state": activity.get_state_display(), "what": what},
        )

"""Thin background entries. Each may be run twice, or late, without harm."""

from __future__ import annotations

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context
from qunwen.base.scope.clock import day_of, now

from . import actions
from .enums import ClassState
from .models import CourseClass


def close_lines(*, limit: int = 2000) -> int:
    """Every night: classes whose last day to join is over give out no more places. Returns how many closed something."""
    at = now()
    with context.everything(reason="classes that one can no longer join"):
        due = CourseClass.unscoped.filter(state=ClassState.PUBLISHED, join_until__lt=day_of(at))
        rows = due.order_by("county", "pk")[:limit]
        return sum(bool(actions.close_line(course_class=row, by=SYSTEM, at=at)) for row in rows)

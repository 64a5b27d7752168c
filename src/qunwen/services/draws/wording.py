"""Sentences about draws, for notices and pages."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.scope.clock import local
from qunwen.services.bookings.actions.groups import label

from .models import Application


def when(at: dt.datetime) -> str:
    """A moment as people say it."""
    here = local(at)
    return _("%(month)s月%(day)s日 %(time)s") % {"month": here.month, "day": here.day, "time": f"{here:%H:%M}"}


def applied(row: Application) -> str:
    """What one reads after applying."""
    return _("已申请《%(title)s》，回执号 %(code)s。%(when)s 截止，之前可以改志愿；早申请晚申请机会一样。") % {
        "title": row.draw.title,
        "code": row.code,
        "when": when(row.draw.closes_at),
    }


def rule_text(rule: str, villages: dict[str, str]) -> str:
    """The rule by which a place was given, in words. `villages`: names by code."""
    kind, _sep, key = rule.partition(":")
    if kind == "kept":
        return _("留给%(group)s的名额") % {"group": label(key)}
    if kind == "floor":
        return _("%(village)s的保底名额") % {"village": villages.get(key, key)}
    return _("按签号先后") if kind == "open" else ""

"""Notices of reservations, queued inside the action's transaction and sent after commit."""

from __future__ import annotations

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qunwen.base.notices import actions as notices
from qunwen.base.notices.actions import said_later
from qunwen.base.notices.enums import Kind
from qunwen.base.scope.clock import local
from qunwen.services.rooms.models import Reservation


def tell(row: Reservation, what: str, text: str | Promise, *, at: dt.datetime) -> None:
    """Tell the resident who reserved; nobody when staff did."""
    if row.resident is None:
        return
    notices.queue(
        county=row.county, kind=Kind.CHANGE if what in {"moved", "released"} else Kind.BOOKING,
        key=f"room:{row.pk}:{what}", at=at, resident=row.resident, phone=row.resident.phone or None, text=text,
        payload={"reservation": str(row.pk), "url": "/me/rooms/"},
    )  # fmt: skip


def _words(row: Reservation) -> dict[str, str]:
    when = f"{local(row.starts_at):%m-%d %H:%M}–{local(row.ends_at):%H:%M}"
    return {"what": row.resource.title, "when": when, "code": row.code}


@said_later
def confirmed_text(row: Reservation) -> str:
    """That it is reserved, with the code for the door."""
    return _("约好了：“%(what)s”%(when)s，签到码 %(code)s。来不了请提前释放，让给别人。") % _words(row)


@said_later
def approved_text(row: Reservation) -> str:
    """That it was approved."""
    return _("您预约的“%(what)s”（%(when)s）已经批准，签到码 %(code)s。来不了请提前释放，让给别人。") % _words(row)


@said_later
def refused_text(row: Reservation, reason: str) -> str:
    """That it was not, and why."""
    return _("您预约的“%(what)s”（%(when)s）没有批准：%(why)s") % {**_words(row), "why": reason}


@said_later
def released_text(row: Reservation, reason: str) -> str:
    """That staff took it back."""
    return _("您预约的“%(what)s”（%(when)s）已由工作人员取消。%(why)s") % {**_words(row), "why": reason}


@said_later
def missed_text(row: Reservation) -> str:
    """That the time went to others."""
    return _("您预约的“%(what)s”（%(when)s）没有签到，已自动释放，让别人也能用。下次来不了，提前一点就行。") % _words(
        row
    )


@said_later
def moved_text(row: Reservation, new: Reservation) -> str:
    """Where it went."""
    return _("您预约的“%(what)s”（%(when)s）改到“%(new)s”（%(then)s），签到码 %(code)s。不方便可以释放。") % {
        **_words(row), "new": new.resource.title, "then": _words(new)["when"], "code": new.code,
    }  # fmt: skip

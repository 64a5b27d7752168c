"""Notices of draws, queued inside the action's transaction and sent after commit."""

from __future__ import annotations

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qunwen.base.notices import actions as notices
from qunwen.base.notices.actions import said_later
from qunwen.base.notices.enums import Kind
from qunwen.services.draws.models import Application, Draw


def tell(row: Application, what: str, text: str | Promise, *, at: dt.datetime) -> None:
    """Queue a notice to who applied: a resident by the register, others by the telephone they left, if any."""
    phone = row.phone or (row.resident.phone if row.resident else "")
    if row.resident is None and not phone:
        return
    notices.queue(
        county=row.county,
        kind=Kind.BOOKING,
        key=f"draw:{row.pk}:{what}",
        at=at,
        resident=row.resident,
        phone=phone or None,
        text=text,
        payload={"application": str(row.pk), "url": f"/draws/{row.county}/mine/{row.pk}/"},
    )


def tell_all(draw: Draw, what: str, text: str | Promise, *, at: dt.datetime) -> None:
    """The same to everybody in the pool."""
    rows = Application.unscoped.filter(county=draw.county, draw=draw, withdrawn_at=None).select_related("resident")
    for row in rows.order_by("pk"):
        tell(row, what, text, at=at)


@said_later
def result_text(row: Application) -> str:
    """The result in one sentence."""
    words = {"title": row.draw.title, "rank": row.rank, "what": str(row.option or ""), "code": row.code}
    if row.refusal:
        return _("《%(title)s》您抽中“%(what)s”，但名额没有落实：%(why)s 请联系主办单位。") % {
            **words,
            "why": row.refusal,
        }
    if row.option_id:
        return _("《%(title)s》您抽中“%(what)s”（签号 %(rank)s，回执号 %(code)s）。") % words
    return _(
        "《%(title)s》这次没有抽中（签号 %(rank)s，回执号 %(code)s）。为什么没中、下次多几分，可以在“我的摇号”里看。"
    ) % words  # fmt: skip


@said_later
def called_off_text(draw: Draw, reason: str) -> str:
    """That there will be no draw, and why."""
    return _("《%(title)s》取消：%(why)s") % {"title": draw.title, "why": reason}

"""Sentences about draws, for notices and pages."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from qunwen.base.notices.actions import said_later
from qunwen.base.scope.clock import local
from qunwen.services.bookings.actions.groups import label

from .enums import Party, SeedForm
from .models import Application, Draw, Option


def when(at: dt.datetime) -> str:
    """A moment as people say it."""
    here = local(at)
    return _("%(month)s月%(day)s日 %(time)s") % {"month": here.month, "day": here.day, "time": f"{here:%H:%M}"}


@said_later
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


def rules(draw: Draw) -> list[str]:
    """The rules of a draw, a sentence each, for the notice."""
    said = [
        _("早申请晚申请，网上、电话、纸质、代办，机会都一样。"),
        _("按真实喜好排志愿最有利，多填志愿不会降低前面志愿的机会。"),
    ]
    if draw.party == Party.HOUSEHOLD:
        said.append(_("一户一份申请，一户算一个名额，最多 %(n)s 人一起来。") % {"n": draw.people_at_most})
    else:
        said.append(_("一人一份申请，一份算一个名额。"))
    if draw.first_timers:
        said.append(_("以前没有中过签的排在前面。"))
    if draw.luck:
        said.append(_("以前没抽中的，多几张签：每次多四分之一，最多翻一倍，半年退一次。"))
    if draw.share and draw.season:
        said.append(_("同期申请了 n 场的，每场的签数除以 n。"))
    return said


def kept(option: Option, villages: dict[str, str]) -> list[str]:
    """What of an option is kept for whom, in words."""
    said = [_("%(group)s %(n)s 个") % {"group": label(group), "n": number} for group, number in option.kept]
    return said + [
        _("%(village)s保底 %(n)s 个") % {"village": villages.get(code, code), "n": number}
        for code, number in option.floors
    ]


def seed_form(draw: Draw) -> str:
    """What the seed has to look like."""
    words = {
        SeedForm.DIGITS: _("%(n)s 位数字"),
        SeedForm.DICE: _("掷 %(n)s 次骰子的点数"),
        SeedForm.HEX: _("%(n)s 位十六进制数"),
    }[SeedForm(draw.seed_form)]
    return words % {"n": draw.seed_length}

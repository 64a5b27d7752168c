"""What people are told, in one place."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qunwen.base.notices.actions import said_later
from qunwen.base.scope.clock import local
from qunwen.base.ui.wording import weekday_name

from .enums import Standing
from .models import Booking, Bucket, Restraint


def when(moment: dt.datetime | None) -> str:
    """A moment as people say it: 3月14日（周六）14:30."""
    if moment is None:
        return ""
    here = local(moment)
    day = date_format(here, _("n月j日"))
    return _("%(day)s（%(weekday)s）%(time)s") % {
        "day": day,
        "weekday": weekday_name(here.date()),
        "time": f"{here:%H:%M}",
    }


def named(bucket: Bucket) -> str:
    """The thing with its time, for a sentence."""
    return f"《{bucket.title}》{when(bucket.starts_at)}"


@said_later
def confirmed(booking: Booking, bucket: Bucket) -> str:
    """The answer to somebody who got places."""
    return _("报名成功：%(what)s，%(n)s 人，取票码 %(code)s。不能来时请取消，名额会留给候补的人。") % {
        "what": named(bucket),
        "n": booking.party,
        "code": booking.typed_code,
    }


def queued(bucket: Bucket, position: int) -> str:
    """The answer to somebody who stands in line."""
    return _("%(what)s刚刚满员。您排在候补第 %(position)s 位，有名额时我们会按手机号通知您。") % {
        "what": named(bucket),
        "position": position,
    }


@said_later
def offered(booking: Booking, bucket: Bucket) -> str:
    """The message to the next in line."""
    return _("%(what)s有名额了，为您留了 %(n)s 个，请在 %(until)s 前确认，逾期会让给下一位。取票码 %(code)s。") % {
        "what": named(bucket),
        "n": booking.party,
        "until": when(booking.offer_until),
        "code": booking.typed_code,
    }


@said_later
def put_off(bucket: Bucket, reason: str) -> str:
    """The message when a date is postponed and the new one is not known yet."""
    return _("您报名的%(what)s延期，新的时间另行通知，名额为您保留。原因：%(reason)s") % {
        "what": named(bucket),
        "reason": reason,
    }


@said_later
def lapsed(bucket: Bucket) -> str:
    """The message when an offer was not answered in time."""
    return _("%(what)s为您保留的名额已过确认时间，让给了下一位。您仍可重新报名。") % {"what": named(bucket)}


@said_later
def cancelled(bucket: Bucket, reason: str = "") -> str:
    """The message after a cancellation; `reason` is what staff gave for it."""
    said = _("已取消%(what)s的报名，名额已让给别人。") % {"what": named(bucket)}
    return said + (_("原因：%(reason)s。") % {"reason": reason} if reason else "")


@said_later
def called_off(bucket: Bucket, reason: str) -> str:
    """The message when the thing itself does not take place."""
    because = _("原因：%(reason)s。") % {"reason": reason} if reason else ""
    return _("%(what)s取消了，您的报名随之取消，不用再来。%(because)s给您添麻烦了。") % {
        "what": named(bucket),
        "because": because,
    }


@said_later
def rescheduled(bucket: Bucket) -> str:
    """The message when the thing moves to another time."""
    return _("《%(title)s》改到 %(when)s，您的名额仍然保留。新时间来不了时请取消。") % {
        "title": bucket.title,
        "when": when(bucket.starts_at),
    }


@said_later
def limited(restraint: Restraint) -> str:
    """The message when places were left empty several times."""
    return _(
        "您最近有 %(misses)s 次报了名没来也没取消。到 %(until)s 前，您同时最多保留 %(most)s 项报名，到期自动恢复。"
        "如有特殊情况，请在“我的报名”里申诉，复核期间不受限制。来不了时点一下“让出名额”，就不算爽约。"
    ) % {"misses": restraint.misses, "until": when(restraint.until), "most": restraint.at_most}


@said_later
def appeal_decided(restraint: Restraint) -> str:
    """The message after somebody looked at an appeal."""
    if restraint.state == Standing.LIFTED:
        return _("对您的预约限制已撤销，可以照常报名。说明：%(why)s") % {"why": restraint.decision}
    return _("您的申诉已复核，预约限制维持到 %(until)s，到期自动恢复。说明：%(why)s") % {
        "until": when(restraint.until),
        "why": restraint.decision,
    }


@said_later
def drifted(number: int, first: str) -> str:
    """The alarm to staff when the recount found something."""
    return _("名额复核发现 %(n)s 处账实不符，第一处：%(first)s。请打开操作日志查看，不要自行改数。") % {
        "n": number,
        "first": first,
    }

"""Kinds of notice, the ways they go, how far they have come."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Kind(models.TextChoices):
    """What a notice is about; the recipient may turn a kind's text messages off."""

    BOOKING = "booking", _("报名和预约")
    WAITING = "waiting", _("候补")
    CHANGE = "change", _("改期和取消")
    REMINDER = "reminder", _("活动提醒")
    REVIEW = "review", _("审核")
    ACCOUNT = "account", _("账号和登录")
    WORK = "work", _("工作提示")
    DIGEST = "digest", _("每日汇总")


# How often the gateway is asked before a message is said to have failed.
TRIES = 8

# Somebody stands before a closed door without these, so they cannot be turned off.
ALWAYS = frozenset({Kind.CHANGE, Kind.WAITING, Kind.ACCOUNT})


class Channel(models.TextChoices):
    """The ways out of the house (the inbox is inside and needs no sending)."""

    SMS = "sms", _("短信")


class State(models.TextChoices):
    """How far a message has come."""

    WAITING = "waiting", _("待发送")
    LEASED = "leased", _("发送中")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")


class Code(Codes):
    """What the journal tells of notices."""

    SENT_AGAIN = "notices.message.sent_again", _("重新发送消息")
    DIGESTS_MADE = "notices.digest.made", _("生成每日消息汇总")

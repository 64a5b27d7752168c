"""Words of public draws: states with their named sets, ways of applying, journal codes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class State(models.TextChoices):
    """The life of a draw. Each step is one action."""

    OPEN = "open", _("接受申请")
    FROZEN = "frozen", _("名单已锁定")
    SEEDED = "seeded", _("种子已录入")
    DRAWN = "drawn", _("已抽签")
    PUBLISHED = "published", _("结果已公布")
    CALLED_OFF = "called_off", _("已取消")


LIST_PUBLIC = frozenset({State.FROZEN, State.SEEDED, State.DRAWN, State.PUBLISHED})
DECIDED = frozenset({State.DRAWN, State.PUBLISHED})


class Channel(models.TextChoices):
    """The way an application came in. All have the same chance."""

    APP = "app", _("网上")
    PAPER = "paper", _("纸质")
    PHONE = "phone", _("电话")
    WORKER = "worker", _("工作人员代办")


class Party(models.TextChoices):
    """Who takes one place: a person, or a household that comes together."""

    PERSON = "person", _("一人一个名额")
    HOUSEHOLD = "household", _("一户一个名额")


class SeedForm(models.TextChoices):
    """What the public event gives."""

    DIGITS = "digits", _("开奖号码（数字）")
    DICE = "dice", _("现场掷骰子（1 到 6）")
    HEX = "hex", _("公开随机信标（十六进制）")


class Standing(models.TextChoices):
    """The life of an application."""

    APPLIED = "applied", _("已申请")
    WITHDRAWN = "withdrawn", _("已撤回")
    WON = "won", _("中签")
    LOST = "lost", _("未中签")


IN_POOL = frozenset({Standing.APPLIED, Standing.WON, Standing.LOST})


class Entry(Codes):
    """What the journal says of draws."""

    OPENED = "draws.draw.opened", _("发布摇号公告")
    APPLIED = "draws.application.applied", _("申请摇号")
    CHANGED = "draws.application.changed", _("修改志愿")
    WITHDRAWN = "draws.application.withdrawn", _("撤回摇号申请")
    SEED_MOVED = "draws.draw.seed_moved", _("改用另一次公开事件")
    FROZEN = "draws.draw.frozen", _("锁定名单并公布摘要")
    SEEDED = "draws.draw.seeded", _("录入种子")
    CARRIED_OUT = "draws.draw.carried_out", _("抽签")
    REFUSED = "draws.application.refused", _("中签但名额没有落实")
    PUBLISHED = "draws.draw.published", _("公布摇号结果")
    CALLED_OFF = "draws.draw.called_off", _("取消摇号")

"""Words of reports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Kind(models.TextChoices):
    """Which report it is: also the name of its definitions."""

    HALF_YEAR = "half_year", _("半年工作总结")


class OrderState(models.TextChoices):
    """How far a report that was asked for on the desk has come."""

    QUEUED = "queued", _("排队中")
    MAKING = "making", _("正在生成")
    READY = "ready", _("已生成")
    FAILED = "failed", _("没有生成")


OPEN = frozenset({OrderState.QUEUED, OrderState.MAKING})


class Entry(Codes):
    """What the journal says of reports."""

    MADE = "reports.report.made", _("生成总结并封存数据")
    ORDERED = "reports.order.placed", _("交办生成总结")
    ORDER_FAILED = "reports.order.failed", _("总结没有生成")

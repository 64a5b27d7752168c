"""Words of fees, bills and money."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class ReliefGroup(models.TextChoices):
    """Certified status for which a rule may take off fees (the codes of fees.defining.GROUPS)."""

    POOR = "poor", _("家庭经济困难学生")
    SUBSISTENCE = "subsistence", _("低保、特困家庭")
    ORPHAN = "orphan", _("孤儿和事实无人抚养儿童")
    DISABLED = "disabled", _("残疾学生")
    MARTYR = "martyr", _("烈士子女")
    LEFT_BEHIND = "left_behind", _("留守儿童")


class BillState(models.TextChoices):
    """The life of a bill."""

    ISSUED = "issued", _("待缴费")
    PAID = "paid", _("已缴费")
    NOTHING_DUE = "nothing_due", _("无需缴费")


class RefundState(models.TextChoices):
    """The life of a refund."""

    DUE = "due", _("待退费")
    SENT = "sent", _("已交代收单位")
    DONE = "done", _("已退费")


class RefundReason(models.TextChoices):
    """Why money goes back."""

    RECOUNTED = "recounted", _("点名或减免更正后多缴的部分")
    OVERPAID = "overpaid", _("重复缴费")


class FileKind(models.TextChoices):
    """What a file carries."""

    BILLS = "bills", _("账单")
    REFUNDS = "refunds", _("退费")
    RECEIPTS = "receipts", _("回单")


class MoneyEntry(Codes):
    """What the journal says of fees and money."""

    EXEMPTED = "afterschool.exemption.certified", _("认定收费减免")
    EXEMPTION_ENDED = "afterschool.exemption.ended", _("终止收费减免")
    ISSUED = "afterschool.bill.issued", _("出具账单")
    RECOUNTED = "afterschool.bill.recounted", _("重新计算账单")
    PAID = "afterschool.bill.paid", _("登记缴费")
    REFUND_DUE = "afterschool.refund.due", _("产生退费")
    REFUNDED = "afterschool.refund.done", _("完成退费")
    FILE_WRITTEN = "afterschool.file.written", _("导出代收文件")
    FILE_READ = "afterschool.file.read", _("导入回单")
    DAY_SET = "afterschool.day.set", _("设定停课或补课日")
    DAY_DROPPED = "afterschool.day.dropped", _("撤销停课或补课日")
    YEAR_ENTERED = "afterschool.year.entered", _("录入年度放假安排")

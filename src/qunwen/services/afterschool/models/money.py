"""Exemptions, bills, what was paid and given back, the files exchanged with the collector. Amounts are whole fen."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.fees.checking import yuan
from qunwen.services.afterschool.money_enums import BillState, FileKind, RefundReason, RefundState, ReliefGroup


class Exemption(FactModel):
    """A child's certified status for which the rule takes off fees, on the days it holds."""

    child = CountyForeignKey(
        "afterschool.Child", models.PROTECT, related_name="afterschool_exemptions", verbose_name=_("学生")
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("学校"))
    group = models.CharField(_("减免对象"), max_length=20, choices=ReliefGroup.choices)
    document = models.CharField(_("认定依据"), max_length=120)
    certified_by = models.CharField(_("认定单位"), max_length=80)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"), null=True, blank=True)
    created_at = models.DateTimeField(_("登记时间"))

    personal = {"group": "特定身份", "document": "特定身份"}
    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.MONEY_VIEW, resident="child__resident_id")

    class Meta:
        verbose_name = _("收费减免")
        verbose_name_plural = _("收费减免")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="afterschool_exemption_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_group_display())


class Bill(FactModel):
    """What one child owes for one month, with everything it was computed from."""

    number = models.CharField(_("账单号"), max_length=40)
    child = CountyForeignKey(
        "afterschool.Child", models.PROTECT, related_name="afterschool_bills", verbose_name=_("学生")
    )
    school = CountyForeignKey(
        "afterschool.School", models.PROTECT, related_name="afterschool_bills", verbose_name=_("学校")
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("单位"))
    month = models.DateField(_("月份"), help_text=_("当月第一天"))
    state = models.CharField(_("状态"), max_length=12, choices=BillState.choices)
    fee_fen = models.PositiveIntegerField(_("费用（分）"), help_text=_("扣去超过上限的部分"))
    exempted_fen = models.PositiveIntegerField(_("减免（分）"))
    absence_fen = models.PositiveIntegerField(_("缺勤退费（分）"))
    due_fen = models.PositiveIntegerField(_("应缴（分）"))
    paid_fen = models.PositiveIntegerField(_("已缴（分）"), default=0)
    refunded_fen = models.PositiveIntegerField(_("退费（分）"), default=0, help_text=_("含待退"))
    rule_code = models.CharField(_("收费规定"), max_length=40)
    rule_sha256 = models.CharField(_("规定的校验值"), max_length=64)
    basis = models.JSONField(_("计算依据"))
    lines = models.JSONField(_("账单各行"))
    issued_at = models.DateTimeField(_("出账时间"))
    counted_at = models.DateTimeField(_("计算时间"))

    personal = {"basis": "到课情况", "lines": "收费情况"}
    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.MONEY_VIEW, resident="child__resident_id")

    class Meta:
        verbose_name = _("账单")
        verbose_name_plural = _("账单")
        ordering = ["-month", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="afterschool_bill_number"),
            models.UniqueConstraint(
                fields=["county", "child", "school", "month"], name="afterschool_bill_of_child_and_month"
            ),
            models.CheckConstraint(
                condition=Q(due_fen=F("fee_fen") - F("exempted_fen") - F("absence_fen")),
                name="afterschool_bill_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__lte=F("paid_fen")), name="afterschool_bill_refund_within_paid"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="afterschool_bill_month_first_day"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_fen(self) -> int:
        """What is still to be paid."""
        return max(self.due_fen - self.paid_fen + self.refunded_fen, 0)

    @property
    def due(self) -> str:
        """What is due, in yuan."""
        return yuan(self.due_fen)


class MoneyFile(FactModel):
    """A file that went to the collector or came from there."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("学校"))
    kind = models.CharField(_("种类"), max_length=10, choices=FileKind.choices)
    serial = models.CharField(_("文件号"), max_length=60)
    digest = models.CharField(_("校验值"), max_length=64)
    rows = models.PositiveIntegerField(_("笔数"))
    total_fen = models.BigIntegerField(_("金额（分）"))
    at = models.DateTimeField(_("时间"))
    by_name = models.CharField(_("经办人"), max_length=80)

    personal = {"by_name": "姓名"}
    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.MONEY_VIEW)

    class Meta:
        verbose_name = _("代收文件")
        verbose_name_plural = _("代收文件")
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["county", "kind", "digest"], name="afterschool_money_file_once")]

    def __str__(self) -> str:
        return self.serial


class Payment(FactModel):
    """Money that came for a bill."""

    bill = CountyForeignKey(Bill, models.PROTECT, related_name="afterschool_payments", verbose_name=_("账单"))
    adapter = models.CharField(_("缴费方式"), max_length=20)
    reference = models.CharField(_("流水号"), max_length=64)
    amount_fen = models.PositiveIntegerField(_("金额（分）"))
    pretended = models.BooleanField(_("演示，没有真实收款"), default=False)
    paid_at = models.DateTimeField(_("缴费时间"))
    file = CountyForeignKey(
        MoneyFile, models.PROTECT, null=True, related_name="afterschool_payments", verbose_name=_("来自文件")
    )

    scoping = Scoping(
        place="bill__place_id", unit="bill__unit_id", view=Permission.MONEY_VIEW, resident="bill__child__resident_id"
    )

    class Meta:
        verbose_name = _("缴费")
        verbose_name_plural = _("缴费")
        ordering = ["paid_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "adapter", "reference"], name="afterschool_payment_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="afterschool_payment_positive"),
        ]

    def __str__(self) -> str:
        return self.reference


class Refund(FactModel):
    """Money that goes back for a bill that was paid."""

    number = models.CharField(_("退费号"), max_length=44)
    bill = CountyForeignKey(Bill, models.PROTECT, related_name="afterschool_refunds", verbose_name=_("账单"))
    payment = CountyForeignKey(Payment, models.PROTECT, related_name="afterschool_refunds", verbose_name=_("原缴费"))
    amount_fen = models.PositiveIntegerField(_("金额（分）"))
    reason = models.CharField(_("事由"), max_length=12, choices=RefundReason.choices)
    state = models.CharField(_("状态"), max_length=6, choices=RefundState.choices, default=RefundState.DUE)
    reference = models.CharField(_("退费流水号"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("产生时间"))
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    scoping = Scoping(
        place="bill__place_id", unit="bill__unit_id", view=Permission.MONEY_VIEW, resident="bill__child__resident_id"
    )

    class Meta:
        verbose_name = _("退费")
        verbose_name_plural = _("退费")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="afterschool_refund_number"),
            models.UniqueConstraint(
                fields=["county", "reference"], condition=~Q(reference=""), name="afterschool_refund_reference_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="afterschool_refund_positive"),
            models.CheckConstraint(
                condition=Q(state=RefundState.DONE, done_at__isnull=False)
                | (~Q(state=RefundState.DONE) & Q(done_at=None)),
                name="afterschool_refund_done_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CalendarDay(FactModel):
    """A day on which the county's schools do otherwise than the national calendar says."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    day = models.DateField(_("日期"))
    opens = models.BooleanField(_("上课"))
    why = models.CharField(_("说明"), max_length=80)
    document = models.CharField(_("依据"), max_length=120, blank=True)
    set_at = models.DateTimeField(_("登记时间"))

    scoping = Scoping(place="place_id", view=Permission.VIEW, public=lambda: Q())

    class Meta:
        verbose_name = _("停课或补课日")
        verbose_name_plural = _("停课或补课日")
        ordering = ["day", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "day"], name="afterschool_calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.why}"


class CalendarYear(FactModel):
    """A year whose holidays the county has entered because the national table does not have it yet."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    year = models.PositiveSmallIntegerField(_("年份"))
    document = models.CharField(_("依据"), max_length=120)
    entered_at = models.DateTimeField(_("录入时间"))

    scoping = Scoping(place="place_id", view=Permission.VIEW, public=lambda: Q())

    class Meta:
        verbose_name = _("已录入放假安排的年份")
        verbose_name_plural = _("已录入放假安排的年份")
        ordering = ["year", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="afterschool_calendar_year_once")]

    def __str__(self) -> str:
        return str(self.year)

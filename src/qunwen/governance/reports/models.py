"""Reports that were made, and those asked for. Files lie in QUNWEN_HOME/reports/<county>/<id>/ and never change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission
from .enums import OPEN, Kind, OrderState


class Report(FactModel):
    """A report as it was sealed: which, of what period, by whom, and the hash that its files must bear."""

    kind = models.CharField(_("报告种类"), max_length=20, choices=Kind.choices)
    period = models.CharField(_("时期"), max_length=7)
    manifest_sha256 = models.CharField(_("封存摘要"), max_length=64)
    definitions_sha256 = models.CharField(_("口径摘要"), max_length=64)
    figures = models.PositiveIntegerField(_("数字个数"))
    reported = models.PositiveIntegerField(_("已报单位"))
    expected = models.PositiveIntegerField(_("应报单位"))
    made_at = models.DateTimeField(_("生成时间"))
    made_by = models.CharField(_("生成人"), max_length=60)

    personal = {"made_by": "姓名"}
    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("总结")
        verbose_name_plural = _("总结")
        ordering = ["-made_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["county", "manifest_sha256"], name="report_sealed_once")]
        indexes = [models.Index(fields=["county", "made_at"], name="report_made")]

    def __str__(self) -> str:
        return f"{self.county} {self.period} {self.get_kind_display()}"


class ReportOrder(FactModel):
    """A report asked for on the desk, made by the background round. One at a time for a county and period."""

    kind = models.CharField(_("报告种类"), max_length=20, choices=Kind.choices)
    period = models.CharField(_("时期"), max_length=7)
    state = models.CharField(_("状态"), max_length=10, choices=OrderState.choices, default=OrderState.QUEUED)
    asked_at = models.DateTimeField(_("交办时间"))
    asked_by = models.UUIDField(_("交办人编号"))
    asked_by_name = models.CharField(_("交办人"), max_length=60)
    asked_from = models.UUIDField(_("交办单位编号"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("开始过的次数"), default=0)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    problem = models.CharField(_("没有生成的原因"), max_length=300, blank=True)
    report = models.UUIDField(_("总结编号"), null=True, blank=True)

    personal = {"asked_by_name": "姓名"}
    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("总结生成任务")
        verbose_name_plural = _("总结生成任务")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "kind", "period"], condition=models.Q(state__in=sorted(OPEN)), name="report_one_order"
            )
        ]
        indexes = [models.Index(fields=["county", "asked_at"], name="report_asked")]

    def __str__(self) -> str:
        return f"{self.county} {self.period} {self.get_state_display()}"

"""Reports that were made. Their files lie in QUNWEN_HOME/reports/<county>/<id>/ and never change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission
from .enums import Kind


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

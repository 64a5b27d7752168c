"""A county's own versions of definitions, and approved figures. Nothing here is ever changed; a later one takes over."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission


class DefinitionVersion(FactModel):
    """One version of a county's own definition, from a day on. The version before it judges the days before.

    `text` is the TOML table as it is read; `canonical` the plain data that was hashed when it was saved.
    """

    code = models.CharField(_("代码"), max_length=100)
    kind = models.CharField(_("种类"), max_length=20)
    text = models.TextField(_("口径"))
    canonical = models.TextField(_("规范文本"))
    sha256 = models.CharField(_("口径摘要"), max_length=64)
    version = models.PositiveSmallIntegerField(_("版本"))
    valid_from = models.DateField(_("起始日期"))
    valid_to = models.DateField(_("截止日期"), null=True, blank=True)
    reason = models.CharField(_("修改原因"), max_length=300)
    saved_by = models.CharField(_("修改人"), max_length=60)
    saved_at = models.DateTimeField(_("修改时间"))

    personal = {"saved_by": "姓名"}
    scoping = Scoping(open_because="everybody may know by which formula a figure is computed")

    class Meta:
        verbose_name = _("指标口径版本")
        verbose_name_plural = _("指标口径版本")
        ordering = ["county", "code", "-version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "code", "version"], name="definition_version"),
            models.UniqueConstraint(fields=["county", "code", "valid_from"], name="definition_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.code} v{self.version}"


class FrozenFigure(FactModel):
    """A figure as it was approved: by which definition, from which rows. Approved again, a new one stands beside it.

    `value` is exact, "n/d" in `unit`. `parts`: for each element its rows' number and hash; `partitions`: the files read
    ("county/month/digest"), which stay as long as this does; `people`: the populations read.
    """

    place = models.CharField(_("区划"), max_length=15)
    period = models.CharField(_("时期"), max_length=10)
    code = models.CharField(_("指标"), max_length=100)
    version = models.PositiveSmallIntegerField(_("口径版本"))
    definition = models.CharField(_("口径摘要"), max_length=64)
    value = models.TextField(_("准确数值"))
    unit = models.CharField(_("单位"), max_length=30, blank=True)
    shown = models.CharField(_("显示数值"), max_length=40)
    reported = models.PositiveIntegerField(_("已报"))
    expected = models.PositiveIntegerField(_("应报"))
    rows = models.BigIntegerField(_("行数"))
    rows_hash = models.CharField(_("各行摘要"), max_length=64)
    parts = models.JSONField(_("各部分"), default=list)
    partitions = models.JSONField(_("统计文件"), default=list)
    people = models.JSONField(_("人口数"), default=list)
    approved_by = models.CharField(_("核定人"), max_length=60)
    approved_at = models.DateTimeField(_("核定时间"))

    personal = {"approved_by": "姓名"}
    scoping = Scoping(place="place", view=Permission.VIEW)

    class Meta:
        verbose_name = _("核定数字")
        verbose_name_plural = _("核定数字")
        ordering = ["county", "place", "period", "code", "-approved_at", "-id"]
        indexes = [models.Index(fields=["county", "place", "period", "code"], name="frozen_figure")]

    def __str__(self) -> str:
        return f"{self.place} {self.period} {self.code} {self.shown}"

"""What has changed since it was counted, and which file holds a county's month."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission


class MeasureTouch(FactModel):
    """Something that is counted in this month changed. Written in the transaction of the change, only inserted.

    An ordinary touch is removed by the rebuild that has seen it. An onward one (a stock changed, so
    every later month is another) stays: partitions remember how many of them they have seen.
    """

    month = models.CharField(_("月份"), max_length=7)
    # The model that changed, "app.model": what others feed need not be counted again. Empty: anything may have.
    feed = models.CharField(_("改动的记录"), max_length=80, blank=True, default="")
    onward = models.BooleanField(_("影响以后各月"), default=False)

    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("待重算月份")
        verbose_name_plural = _("待重算月份")
        indexes = [models.Index(fields=["county", "month", "onward"], name="measure_touch_month")]

    def __str__(self) -> str:
        return f"{self.county} {self.month}"


class Partition(FactModel):
    """The file that holds the leaf rows of one county and month. Version 0: announced, not yet written."""

    month = models.CharField(_("月份"), max_length=7)
    version = models.PositiveIntegerField(_("版本"), default=0)
    digest = models.CharField(_("文件摘要"), max_length=64, blank=True)
    rows_digest = models.CharField(_("内容摘要"), max_length=64, blank=True)
    row_count = models.BigIntegerField(_("行数"), default=0)
    definitions = models.CharField(_("口径摘要"), max_length=64, blank=True)
    onward_seen = models.BigIntegerField(_("已计入的时点变动"), default=0)
    # The same by feed. Empty in partitions of before there were feeds: then everything is counted again.
    onward_feeds = models.JSONField(_("已计入的时点变动（按记录）"), default=dict)
    built_at = models.DateTimeField(_("生成时间"), null=True)

    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("统计分区")
        verbose_name_plural = _("统计分区")
        ordering = ["county", "month"]
        constraints = [models.UniqueConstraint(fields=["county", "month"], name="measure_partition_once")]

    def __str__(self) -> str:
        return f"{self.county} {self.month}"

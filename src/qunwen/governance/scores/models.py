"""What happened that gives or takes points, and rankings as they were published."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel

from .access import Permission
from .enums import LIVE, EntryState


class ScoreEntry(FactModel):
    """One thing that a sheet's item speaks of: an absence, an adoption, a duty with its dates, a judge's points.

    Nothing of it is changed but its state and the day on which it was done: a correction is a new row with a reason.
    `number`/`whole` is exact: how many, or the points given. `project` names what is scored where it is not the place.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("评分对象"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("登记单位"))
    project = models.CharField(_("项目"), max_length=60, blank=True)
    sheet = models.CharField(_("评分表"), max_length=62)
    item = models.CharField(_("评分项"), max_length=62)
    category = models.CharField(_("细项"), max_length=62, blank=True)
    title = models.CharField(_("事项"), max_length=120)
    day = models.DateField(_("发生日期"))
    number = models.BigIntegerField(_("数量或分值"), default=1)
    whole = models.PositiveIntegerField(_("分母"), default=1)
    due = models.DateField(_("应完成日期"), null=True, blank=True)
    late_until = models.DateField(_("迟报截止日期"), null=True, blank=True)
    done = models.DateField(_("完成日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=EntryState.choices)
    corrects = CountyForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("更正的事项")
    )
    reason = models.CharField(_("更正或撤回的原因"), max_length=200, blank=True)
    entered_by = models.UUIDField(_("登记人编号"), null=True, blank=True)
    entered_by_name = models.CharField(_("登记人"), max_length=60)
    entered_at = models.DateTimeField(_("登记时间"))
    filed_on = models.DateField(_("报送日期"))
    decided_by_name = models.CharField(_("确认人"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    personal = {"entered_by_name": "姓名", "decided_by_name": "姓名"}
    scoping = Scoping(place="place_id", unit="unit_id", owner="entered_by", view=Permission.VIEW)

    class Meta:
        verbose_name = _("评分事项")
        verbose_name_plural = _("评分事项")
        ordering = ["-day", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(whole__gt=0), name="score_entry_whole"),
            models.CheckConstraint(condition=Q(number__gte=0), name="score_entry_number"),
            models.CheckConstraint(
                condition=Q(late_until=None) | Q(due__isnull=False, late_until__gte=models.F("due")),
                name="score_entry_dates",
            ),
        ]
        indexes = [models.Index(fields=["county", "sheet", "day"], name="score_entry_sheet")]

    def __str__(self) -> str:
        return self.title

    @property
    def value(self) -> Fraction:
        """How many, or the points given."""
        return Fraction(self.number, self.whole)

    @property
    def is_live(self) -> bool:
        """Whether it stands or waits."""
        return self.state in LIVE


class PublishedRanking(FactModel):
    """A ranking as it was published. It never changes; what has changed since is told beside it.

    `rows`: [{rank, subject, name, total, low?, entries, digest, barred}] with exact totals as text.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("公布范围"))
    sheet = models.CharField(_("评分表"), max_length=62)
    title = models.CharField(_("名称"), max_length=120)
    span = models.CharField(_("评分时期"), max_length=9)
    definition_sha256 = models.CharField(_("评分表摘要"), max_length=64)
    definition = models.JSONField(_("评分表"))
    rows = models.JSONField(_("排名"))
    as_of = models.DateField(_("截至"))
    published_at = models.DateTimeField(_("公布时间"))
    published_by = models.CharField(_("公布人"), max_length=60)

    personal = {"published_by": "姓名"}
    scoping = Scoping(place="place_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("公布的评分排名")
        verbose_name_plural = _("公布的评分排名")
        ordering = ["-published_at", "-id"]
        indexes = [models.Index(fields=["county", "sheet", "span"], name="score_ranking_sheet")]

    def __str__(self) -> str:
        return self.title

"""The dates of an activity, who came to them, who wrote of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import AgeGroup
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import PUBLIC, MediaLevel, SessionState

from .activity import Activity


def _public_activity() -> Q:
    return Q(activity__state__in=sorted(PUBLIC), activity__published_at__isnull=False)


class Session(FactModel):
    """One date of an activity. Its place is the activity's, copied so that counting needs no join."""

    activity = CountyForeignKey(Activity, models.PROTECT, related_name="sessions", verbose_name=_("活动"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("举办地"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    state = models.CharField(
        _("状态"), max_length=10, choices=SessionState.choices, default=SessionState.SCHEDULED, editable=False
    )
    reason = models.CharField(_("延期或取消原因"), max_length=200, blank=True)
    original_start = models.DateTimeField(_("原定开始"), null=True, blank=True)
    # iCalendar: raised by every change that a calendar has to hear of.
    sequence = models.PositiveIntegerField(_("变更序号"), default=0, editable=False)
    changed_at = models.DateTimeField(_("更新时间"))
    held_note = models.TextField(_("举办情况"), blank=True)

    scoping = Scoping(
        place="place_id",
        unit="activity__unit_id",
        owner="activity__owner_id",
        view=Permission.VIEW,
        public=_public_activity,
    )

    class Meta:
        verbose_name = _("场次")
        verbose_name_plural = _("场次")
        ordering = ["starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_order")]
        indexes = [
            models.Index(fields=["county", "starts_at"], name="session_start"),
            models.Index(fields=["county", "activity", "starts_at"], name="session_of_activity"),
        ]

    def __str__(self) -> str:
        return f"{self.activity.title} {self.starts_at:%Y-%m-%d %H:%M}"


class Headcount(FactModel):
    """People counted on the spot by group, besides those who checked in. One row a session and group."""

    session = CountyForeignKey(Session, models.PROTECT, related_name="headcounts", verbose_name=_("场次"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("举办地"))
    group = models.CharField(_("人群"), max_length=8, choices=AgeGroup.choices)
    number = models.PositiveIntegerField(_("人数"))
    counted_at = models.DateTimeField(_("清点时间"))
    counted_by = models.CharField(_("清点人"), max_length=40, blank=True)

    personal = {"counted_by": "姓名"}
    scoping = Scoping(
        place="place_id",
        unit="session__activity__unit_id",
        owner="session__activity__owner_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("现场人数")
        verbose_name_plural = _("现场人数")
        ordering = ["session_id", "group", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "session", "group"], name="headcount_once")]

    def __str__(self) -> str:
        return f"{self.get_group_display()} {self.number}"


class MediaReport(FactModel):
    """A report on the activity in a medium."""

    activity = CountyForeignKey(Activity, models.PROTECT, related_name="media_reports", verbose_name=_("活动"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("举办地"))
    outlet = models.CharField(_("媒体名称"), max_length=80)
    level = models.CharField(_("媒体层级"), max_length=10, choices=MediaLevel.choices)
    title = models.CharField(_("报道标题"), max_length=200)
    url = models.URLField(_("链接"), blank=True)
    published_on = models.DateField(_("刊播日期"))

    scoping = Scoping(
        place="place_id",
        unit="activity__unit_id",
        owner="activity__owner_id",
        view=Permission.VIEW,
        public=_public_activity,
    )

    class Meta:
        verbose_name = _("媒体报道")
        verbose_name_plural = _("媒体报道")
        ordering = ["-published_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "activity", "outlet", "title"], name="media_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.outlet}：{self.title}"

"""The programme 1+X: activities with the content they declare."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import ActivityState, Field, Part, Provider
from qunwen.services.bookings.enums import Group

from .school import School, SchoolTerm, Tutor


class Activity(FactModel):
    """One line of the programme. Grades from–to make it a mixed class; without a weekday it is on every service day."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    school = CountyForeignKey(School, models.PROTECT, related_name="activities", verbose_name=_("学校"))
    term = CountyForeignKey(SchoolTerm, models.PROTECT, related_name="activities", verbose_name=_("学期"))
    tutor = CountyForeignKey(
        Tutor, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("负责人")
    )
    title = models.CharField(_("名称"), max_length=80)
    part = models.CharField(_("类别"), max_length=8, choices=Part.choices)
    field = models.CharField(_("领域"), max_length=8, choices=Field.choices)
    provider = models.CharField(_("提供者"), max_length=8, choices=Provider.choices, default=Provider.SCHOOL)
    grade_from = models.PositiveSmallIntegerField(_("最低年级"), default=1)
    grade_to = models.PositiveSmallIntegerField(_("最高年级"), default=9)
    weekday = models.PositiveSmallIntegerField(_("星期（0 为周一）"), null=True, blank=True)
    starts = models.TimeField(_("开始时间"))
    ends = models.TimeField(_("结束时间"))
    periods = models.PositiveSmallIntegerField(_("课时数"), default=1)
    price_fen = models.PositiveIntegerField(_("每课时收费（分）"), default=0)
    size = models.PositiveSmallIntegerField(_("名额"), null=True, blank=True)
    kept = models.PositiveSmallIntegerField(_("优先群体名额"), default=0)
    kept_for = models.CharField(_("优先群体"), max_length=24, choices=Group.choices, blank=True)
    room = models.CharField(_("地点"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=ActivityState.choices, default=ActivityState.DRAFT)
    declared_by_id = models.UUIDField(_("申报人编号"), null=True, blank=True)
    checked_at = models.DateTimeField(_("内容审核时间"), null=True, blank=True)
    checked_by = models.CharField(_("内容审核人"), max_length=80, blank=True)
    check_note = models.CharField(_("审核意见"), max_length=200, blank=True)

    personal = {"checked_by": "姓名"}
    scoping = Scoping(
        place="place_id", unit="school__unit_id", view=Permission.VIEW,
        public=lambda: Q(state=ActivityState.PUBLISHED, school__active=True),
    )  # fmt: skip

    class Meta:
        verbose_name = _("课后活动")
        verbose_name_plural = _("课后活动")
        ordering = ["term_id", "part", "weekday", "starts", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "term", "title"], name="afterschool_activity_title"),
            models.CheckConstraint(
                condition=Q(periods__gte=1, periods__lte=2, grade_to__gte=F("grade_from")) & Q(ends__gt=F("starts")),
                name="afterschool_activity_sound",
            ),
            models.CheckConstraint(condition=Q(weekday=None) | Q(weekday__lte=4), name="afterschool_activity_weekday"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def content(self) -> str:
        """Basic or extended, as fee rules tell them apart."""
        return "basic" if self.part == Part.HOMEWORK else "extended"


class Content(FactModel):
    """One line of what an activity does, declared before it may be offered."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    activity = CountyForeignKey(Activity, models.PROTECT, related_name="contents", verbose_name=_("活动"))
    position = models.PositiveSmallIntegerField(_("序号"))
    text = models.CharField(_("内容"), max_length=200)
    # The word that looks like a lesson of the curriculum, for the reviewer.
    doubt = models.CharField(_("疑似学科教学"), max_length=40, blank=True)

    scoping = Scoping(place="place_id", unit="activity__school__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("活动内容")
        verbose_name_plural = _("活动内容")
        ordering = ["activity_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "activity", "position"], name="afterschool_content_position")
        ]

    def __str__(self) -> str:
        return self.text

"""An activity is one row from the line in the annual plan to the verified record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import (
    COUNTS_AS_HELD,
    PUBLIC,
    Audience,
    BrandKind,
    Direction,
    HostLevel,
    Kind,
    SignUp,
    State,
)
from qunwen.services.venues.models import Venue


class Series(FactModel):
    """A series or brand: 一社区一特色, 一街一品, a yearly festival of reading."""

    name = models.CharField(_("系列（品牌）名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=10, choices=BrandKind.choices, default=BrandKind.SERIES)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    intro = models.TextField(_("简介"), blank=True)
    since_year = models.PositiveSmallIntegerField(_("创立年份"), null=True, blank=True)
    active = models.BooleanField(_("持续举办"), default=True)

    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW, public=lambda: Q(active=True))

    class Meta:
        verbose_name = _("系列（品牌）")
        verbose_name_plural = _("系列（品牌）")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "place", "name"], name="series_name_in_place")]

    def __str__(self) -> str:
        return self.name


class Activity(FactModel):
    """One activity: planned for a month, reviewed, published, held, proved."""

    title = models.CharField(_("活动名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    host_level = models.CharField(_("主办层级"), max_length=8, choices=HostLevel.choices)
    audience = models.CharField(_("主要对象"), max_length=12, choices=Audience.choices, default=Audience.ALL)
    direction = models.CharField(_("交流方向"), max_length=4, choices=Direction.choices, default=Direction.HOME)
    partner = models.CharField(_("交流对方"), max_length=120, blank=True, help_text=_("走出去、请进来时填写"))

    place = models.ForeignKey(Place, models.PROTECT, related_name="activities", verbose_name=_("举办地"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="activities", verbose_name=_("主办单位"))
    co_hosts = models.CharField(_("协办单位"), max_length=200, blank=True)
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("阵地")
    )
    where = models.CharField(_("具体地点"), max_length=120, blank=True, help_text=_("不在登记阵地内时填写"))
    open_air = models.BooleanField(_("露天活动"), default=False)
    series = CountyForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("系列（品牌）")
    )

    in_plan = models.BooleanField(_("列入年度计划"), default=True)
    plan_year = models.PositiveSmallIntegerField(_("计划年份"))
    plan_month = models.PositiveSmallIntegerField(_("计划月份"))
    festival = models.CharField(_("节庆"), max_length=20, blank=True)

    summary = models.CharField(_("一句话介绍"), max_length=120, blank=True)
    description = models.TextField(_("详细介绍"), blank=True)
    contact_phone = models.CharField(_("咨询电话"), max_length=40, blank=True)
    sign_up = models.CharField(_("参加方式"), max_length=6, choices=SignUp.choices, default=SignUp.OPEN)

    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED, editable=False)
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    created_at = models.DateTimeField(_("登记时间"))
    changed_at = models.DateTimeField(_("更新时间"))
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    cancelled_reason = models.CharField(_("取消原因"), max_length=200, blank=True)
    search_text = models.TextField(_("检索词"), blank=True, editable=False)

    scoping = Scoping(
        place="place_id",
        unit="unit_id",
        owner="owner_id",
        view=Permission.VIEW,
        public=lambda: Q(state__in=sorted(PUBLIC), published_at__isnull=False),
    )

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        ordering = ["-plan_year", "-plan_month", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(plan_month__gte=1, plan_month__lte=12), name="activity_month"),
            models.CheckConstraint(
                condition=Q(state__in=["published"], published_at__isnull=False) | ~Q(state__in=["published"]),
                name="activity_published_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "place", "plan_year", "plan_month"], name="activity_plan"),
            models.Index(fields=["county", "state", "plan_year"], name="activity_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def was_held(self) -> bool:
        """Whether it counts as held."""
        return self.state in COUNTS_AS_HELD

    @property
    def where_text(self) -> str:
        """The venue or the words for the spot."""
        return " ".join(part for part in (self.venue.name if self.venue_id else "", self.where) if part)

"""The register of facilities: where they are, what is in them, when they are open."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel, ReferenceModel

from .access import Permission
from .enums import Accessibility, RoomKind, VenueKind

WEEKDAYS = [
    (0, _("周一")),
    (1, _("周二")),
    (2, _("周三")),
    (3, _("周四")),
    (4, _("周五")),
    (5, _("周六")),
    (6, _("周日")),
]


class Venue(ReferenceModel):
    """A facility where residents are served (阵地)."""

    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=20, choices=VenueKind.choices)
    place = models.ForeignKey(Place, models.PROTECT, related_name="venues", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="venues", verbose_name=_("管理单位"))
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("咨询电话"), max_length=40, blank=True)
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    area = models.DecimalField(_("建筑面积（平方米）"), max_digits=9, decimal_places=2, null=True, blank=True)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6, null=True, blank=True)
    accessibility = models.JSONField(_("无障碍设施"), default=list, blank=True)
    intro = models.TextField(_("简介"), blank=True)
    free_open = models.BooleanField(_("免费开放"), default=True)
    opened_on = models.DateField(_("启用日期"), null=True, blank=True)
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)
    changed_at = models.DateTimeField(_("更新时间"))

    personal = {"contact": "联系人姓名（公开）"}
    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW, public=lambda: Q(retired_on=None))

    class Meta:
        verbose_name = _("阵地")
        verbose_name_plural = _("阵地")
        ordering = ["place_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["place", "name"], condition=Q(retired_on=None), name="venue_name_in_place"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="venue_position_whole",
            ),
            models.CheckConstraint(condition=Q(area=None) | Q(area__gt=0), name="venue_area_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def accessibility_labels(self) -> list[str]:
        """What it offers, in words."""
        return [str(Accessibility(code).label) for code in self.accessibility if code in Accessibility.values]


class Room(ReferenceModel):
    """A room or stretch of ground in a venue."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="rooms", verbose_name=_("阵地"))
    name = models.CharField(_("房间名称"), max_length=60)
    kind = models.CharField(_("用途"), max_length=20, choices=RoomKind.choices)
    area = models.DecimalField(_("面积（平方米）"), max_digits=8, decimal_places=2, null=True, blank=True)
    capacity = models.PositiveIntegerField(_("可容纳人数"), null=True, blank=True)
    equipment = models.CharField(_("设备"), max_length=200, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    scoping = Scoping(
        place="venue__place_id",
        unit="venue__unit_id",
        view=Permission.VIEW,
        public=lambda: Q(active=True, venue__retired_on=None),
    )

    class Meta:
        verbose_name = _("房间")
        verbose_name_plural = _("房间")
        ordering = ["venue_id", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["venue", "name"], name="room_name_in_venue")]

    def __str__(self) -> str:
        return self.name


class WeeklyHours(ReferenceModel):
    """One stretch of opening on a weekday, within the pattern's dates (summer hours, winter hours)."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="weekly_hours", verbose_name=_("阵地"))
    weekday = models.PositiveSmallIntegerField(
        _("星期"), choices=WEEKDAYS, validators=[MinValueValidator(0), MaxValueValidator(6)]
    )
    opens = models.TimeField(_("开放"))
    closes = models.TimeField(_("关闭"))
    valid_from = models.DateField(_("起"), null=True, blank=True)
    valid_to = models.DateField(_("止"), null=True, blank=True, help_text=_("当日起不再适用"))

    scoping = Scoping(
        place="venue__place_id", unit="venue__unit_id", view=Permission.VIEW, public=lambda: Q(venue__retired_on=None)
    )

    class Meta:
        verbose_name = _("每周开放时间")
        verbose_name_plural = _("每周开放时间")
        ordering = ["venue_id", "weekday", "opens", "id"]
        constraints = [models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="weekly_hours_order")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def applies_on(self, day: dt.date) -> bool:
        """Whether this stretch belongs to that calendar day."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day < self.valid_to)
        )


class SpecialDay(ReferenceModel):
    """Hours of one date that replace the weekly ones (public holidays, festivals). No hours: closed."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="special_days", verbose_name=_("阵地"))
    day = models.DateField(_("日期"))
    opens = models.TimeField(_("开放"), null=True, blank=True)
    closes = models.TimeField(_("关闭"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=80, blank=True)

    scoping = Scoping(
        place="venue__place_id", unit="venue__unit_id", view=Permission.VIEW, public=lambda: Q(venue__retired_on=None)
    )

    class Meta:
        verbose_name = _("特殊日期开放时间")
        verbose_name_plural = _("特殊日期开放时间")
        ordering = ["venue_id", "day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["venue", "day"], name="special_day_once"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(closes__gt=F("opens")), name="special_day_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.note}"


class Closure(ReferenceModel):
    """A temporary closure that is announced ahead (公共文化服务保障法 art. 31)."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="closures", verbose_name=_("阵地"))
    starts_at = models.DateTimeField(_("起"))
    ends_at = models.DateTimeField(_("止"))
    reason = models.CharField(_("原因"), max_length=200)
    substitute = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("可替代的阵地")
    )
    announced_at = models.DateTimeField(_("公告时间"))
    announced_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("公告人"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    scoping = Scoping(
        place="venue__place_id", unit="venue__unit_id", view=Permission.VIEW, public=lambda: Q(withdrawn_at=None)
    )

    class Meta:
        verbose_name = _("临时闭馆")
        verbose_name_plural = _("临时闭馆")
        ordering = ["-starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closure_order")]

    def __str__(self) -> str:
        return f"{self.venue} {self.reason}"


class DaysCounted(FactModel):
    """Until which day (without it) a county's days of opening are counted: a day counts when it is over.

    The figures know no clock; the nightly round moves this on.
    """

    until = models.DateField(_("核计至"))

    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("开放天数核计")
        verbose_name_plural = _("开放天数核计")
        constraints = [models.UniqueConstraint(fields=["county"], name="days_counted_once")]

    def __str__(self) -> str:
        return f"{self.county} {self.until}"

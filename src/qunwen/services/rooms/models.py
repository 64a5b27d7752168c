"""What is booked by the hour: resources, reservations, the quarters of an hour they hold, series and bundles."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.venues.models import Room

from .access import Permission
from .enums import HOLDS, Kind, State


class Resource(FactModel):
    """A room, a teacher, a kit, a vehicle or a team of volunteers that only one can have at a time."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=80)
    room = models.ForeignKey(Room, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("房间"))
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("人员"))
    capacity = models.PositiveIntegerField(_("可容纳人数"), null=True, blank=True)
    # Before and after a use, for setting up and cleaning.
    buffer_minutes = models.PositiveSmallIntegerField(_("前后间隔（分钟）"), default=0)
    needs_approval = models.BooleanField(_("需要审批"), default=False)
    active = models.BooleanField(_("接受预约"), default=True)

    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("可预约资源")
        verbose_name_plural = _("可预约资源")
        ordering = ["kind", "title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "room"], condition=~Q(room=None), name="resource_room_once"),
            models.CheckConstraint(condition=Q(kind=Kind.ROOM) | Q(room=None), name="resource_room_is_room"),
        ]

    def __str__(self) -> str:
        return self.title


class Series(FactModel):
    """Several reservations made in one go: every week at the same hours."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    resource = CountyForeignKey(Resource, models.PROTECT, related_name="series", verbose_name=_("资源"))
    title = models.CharField(_("用途"), max_length=160)
    skipped = models.JSONField(_("跳过的日期"), default=list, blank=True)  # [[day, why], …]

    scoping = Scoping(place="place_id", unit="resource__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("系列预约")
        verbose_name_plural = _("系列预约")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class Bundle(FactModel):
    """Several resources for one event: all of them or none."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    title = models.CharField(_("用途"), max_length=160)

    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("成套预约")
        verbose_name_plural = _("成套预约")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class Reservation(FactModel):
    """A resource for one stretch of time, from `starts_at` up to, not with, `ends_at`."""

    resource = CountyForeignKey(Resource, models.PROTECT, related_name="reservations", verbose_name=_("资源"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    title = models.CharField(_("用途"), max_length=160)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, editable=False)
    subject_type = models.CharField(_("对象类别"), max_length=80, blank=True)
    subject_id = models.UUIDField(_("对象编号"), null=True, blank=True)
    series = CountyForeignKey(
        Series, models.PROTECT, null=True, blank=True, related_name="reservations", verbose_name=_("系列")
    )
    bundle = CountyForeignKey(
        Bundle, models.PROTECT, null=True, blank=True, related_name="reservations", verbose_name=_("成套")
    )
    key = models.CharField(_("防重编号"), max_length=80, editable=False)
    reserved_at = models.DateTimeField(_("预约时间"))
    reserved_by = models.CharField(_("预约人"), max_length=80)
    ended_at = models.DateTimeField(_("释放时间"), null=True, blank=True, editable=False)
    ended_note = models.CharField(_("说明"), max_length=200, blank=True)
    used_at = models.DateTimeField(_("到场时间"), null=True, blank=True, editable=False)

    personal = {"reserved_by": "姓名"}
    scoping = Scoping(place="place_id", unit="resource__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("场地预约")
        verbose_name_plural = _("场地预约")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "key"], name="reservation_key"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="reservation_order"),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=sorted(HOLDS)) | (~Q(ended_at=None) & ~Q(state__in=sorted(HOLDS))),
                name="reservation_ended_holds_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "resource", "starts_at"], name="reservation_times"),
            models.Index(fields=["county", "subject_type", "subject_id"], name="reservation_subject"),
        ]

    def __str__(self) -> str:
        return self.title


class Slot(FactModel):
    """A quarter of an hour of a resource that a reservation, with its buffers, holds. Two can never hold the same one:
    the unique constraint is the last word on every database."""

    resource = CountyForeignKey(Resource, models.PROTECT, related_name="+", verbose_name=_("资源"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    reservation = CountyForeignKey(Reservation, models.CASCADE, related_name="slots", verbose_name=_("预约"))
    quarter = models.BigIntegerField(_("刻钟"))  # quarters of an hour since 1970 in UTC

    scoping = Scoping(place="place_id", unit="resource__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("占用时段")
        verbose_name_plural = _("占用时段")
        ordering = ["quarter", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "resource", "quarter"], name="slot_held_once")]

    def __str__(self) -> str:
        return str(self.quarter)


class Blackout(FactModel):
    """A stretch in which a resource is not to be had: repairs, a closed season."""

    resource = CountyForeignKey(Resource, models.PROTECT, related_name="blackouts", verbose_name=_("资源"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    reason = models.CharField(_("原因"), max_length=120)

    scoping = Scoping(place="place_id", unit="resource__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("停止预约")
        verbose_name_plural = _("停止预约")
        ordering = ["starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="blackout_order")]

    def __str__(self) -> str:
        return self.reason

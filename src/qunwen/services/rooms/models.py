"""What is booked by the hour: resources, reservations, the quarters of an hour they hold, series and bundles;
seasons in which hours are kept for somebody, troupes, and empty hours offered to them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Resident, Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.venues.models import Room, Venue

from .access import Permission
from .enums import HOLDS, Kind, OfferState, OpenTo, State, Use


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
    open_to = models.CharField(_("对谁开放"), max_length=10, choices=OpenTo.choices, default=OpenTo.STAFF)
    # For those who reserve for themselves; staff are not bound by these two.
    longest_minutes = models.PositiveSmallIntegerField(_("一次最长（分钟）"), default=180)
    ahead_days = models.PositiveSmallIntegerField(_("最多提前（天）"), default=30)
    # Whoever reserved must check in: at the screen by the door, on the phone, or at the desk. Else the time is free again.
    door_check = models.BooleanField(_("门口签到"), default=False)
    # Part of the secret address of the door's screen and calendar; another number makes old addresses void.
    door_number = models.PositiveSmallIntegerField(_("门口屏编号"), default=1, editable=False)
    offers_ahead = models.PositiveSmallIntegerField(_("自动提供空闲时段（提前天数）"), null=True, blank=True)
    since = models.DateField(_("登记日期"), null=True, editable=False)

    scoping = Scoping(
        place="place_id",
        unit="unit_id",
        view=Permission.VIEW,
        public=lambda: Q(active=True, open_to__in=[OpenTo.TEAMS, OpenTo.RESIDENTS]),
    )

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


class Team(FactModel):
    """A troupe of residents who dance, sing or play together, as the station or centre knows it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    name = models.CharField(_("团队名称"), max_length=60)
    art = models.CharField(_("门类"), max_length=40, blank=True)  # 广场舞、合唱、川剧 …
    people = models.PositiveSmallIntegerField(_("人数"), null=True, blank=True)
    leader = CountyForeignKey(Resident, models.PROTECT, related_name="led_teams", verbose_name=_("负责人"))
    registered_at = models.DateTimeField(_("登记时间"))
    ended_at = models.DateTimeField(_("注销时间"), null=True, blank=True, editable=False)

    scoping = Scoping(place="place_id", view=Permission.VIEW, resident="leader_id")

    class Meta:
        verbose_name = _("文艺团队")
        verbose_name_plural = _("文艺团队")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "name"], condition=Q(ended_at=None), name="team_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


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
    # With the buffers that were in force when it was made: nobody else may have any of it (see exclusion.py).
    held_from = models.DateTimeField(_("占用自"), editable=False)
    held_until = models.DateTimeField(_("占用至"), editable=False)
    title = models.CharField(_("用途"), max_length=160)
    use = models.CharField(_("用途类别"), max_length=10, choices=Use.choices, default=Use.OTHER)
    people = models.PositiveIntegerField(_("人数"), null=True, blank=True)
    resident = CountyForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="room_reservations", verbose_name=_("居民")
    )
    team = CountyForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="reservations", verbose_name=_("文艺团队")
    )
    code = models.CharField(_("签到码"), max_length=6, blank=True, editable=False)
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
    moved_to = CountyForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="moved_from", verbose_name=_("改到")
    )

    personal = {"reserved_by": "姓名"}
    scoping = Scoping(place="place_id", unit="resource__unit_id", view=Permission.VIEW, resident="resident_id")

    class Meta:
        verbose_name = _("场地预约")
        verbose_name_plural = _("场地预约")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "key"], name="reservation_key"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="reservation_order"),
            models.CheckConstraint(
                condition=Q(held_from__lte=F("starts_at"), held_until__gte=F("ends_at")), name="reservation_held_whole"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=sorted(HOLDS)) | (~Q(ended_at=None) & ~Q(state__in=sorted(HOLDS))),
                name="reservation_ended_holds_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "resource", "starts_at"], name="reservation_times"),
            models.Index(fields=["county", "subject_type", "subject_id"], name="reservation_subject"),
            models.Index(fields=["county", "resident", "starts_at"], name="reservation_of_resident"),
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
    lifted_at = models.DateTimeField(_("恢复时间"), null=True, blank=True, editable=False)

    scoping = Scoping(place="place_id", unit="resource__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("停止预约")
        verbose_name_plural = _("停止预约")
        ordering = ["starts_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="blackout_order")]

    def __str__(self) -> str:
        return self.reason


class PrioritySeason(FactModel):
    """Days, the last one included, in which a resource or a whole venue is kept for kinds of use or groups.

    `kept_for`: codes of Use, "team" for troupes, "group:<code>" for certified groups. `opens_days_before` N: everybody
    else may have what is left of a day from N days before it; None: never.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    resource = CountyForeignKey(
        Resource, models.PROTECT, null=True, blank=True, related_name="seasons", verbose_name=_("资源")
    )
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("阵地"))
    title = models.CharField(_("名称"), max_length=60)
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    kept_for = models.JSONField(_("优先留给"), default=list)
    opens_days_before = models.PositiveSmallIntegerField(_("提前几天对所有人开放"), null=True, blank=True)
    ended_at = models.DateTimeField(_("取消时间"), null=True, blank=True, editable=False)

    scoping = Scoping(place="place_id", unit="resource__unit_id", view=Permission.VIEW, public=lambda: Q(ended_at=None))

    class Meta:
        verbose_name = _("优先时段")
        verbose_name_plural = _("优先时段")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="room_season_order"),
            models.CheckConstraint(
                condition=Q(resource=None, venue__isnull=False) | Q(resource__isnull=False, venue=None),
                name="room_season_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OfferedHours(FactModel):
    """Hours that nobody had reserved, offered to troupes. An offer holds nothing: whoever takes it reserves it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    resource = CountyForeignKey(Resource, models.PROTECT, related_name="offered", verbose_name=_("资源"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    state = models.CharField(
        _("状态"), max_length=10, choices=OfferState.choices, default=OfferState.OPEN, editable=False
    )
    by_rule = models.BooleanField(_("自动提供"), default=False)
    offered_at = models.DateTimeField(_("提供时间"))
    reservation = CountyForeignKey(
        Reservation, models.PROTECT, null=True, blank=True, related_name="taken_from", verbose_name=_("预约")
    )

    scoping = Scoping(
        place="place_id", unit="resource__unit_id", view=Permission.VIEW, public=lambda: Q(state=OfferState.OPEN)
    )

    class Meta:
        verbose_name = _("空闲时段")
        verbose_name_plural = _("空闲时段")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "resource", "starts_at"],
                condition=Q(state=OfferState.OPEN),
                name="hours_offered_once",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="offered_hours_order"),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.starts_at}"

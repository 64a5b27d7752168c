"""The one seat ledger: buckets of places, and who holds them."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Household, Resident, Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import TIMED, Channel, CheckInVia, EndReason, Group, LineOrder, State

# Who stands before whom. `lot` is empty but in a line by draw.
LINE = ("priority", "lot", "queued_at", "id")


class Bucket(FactModel):
    """So many places of one thing, given out through one channel.

    The thing is named by type and id (`activities.session` …), so that the ledger knows no area
    above or beside it; its title and times are copied, and follow through `reschedule`.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("经办人"))
    subject_type = models.CharField(_("对象类别"), max_length=80)
    subject_id = models.UUIDField(_("对象编号"))
    channel = models.CharField(_("名额类别"), max_length=10, choices=Channel.choices)
    title = models.CharField(_("名称"), max_length=160)
    label = models.CharField(_("名额说明"), max_length=80, blank=True)
    # A code of Group: only certified people of it take from here. Empty: everybody.
    kept_for = models.CharField(_("留给"), max_length=24, blank=True, default="", choices=Group.choices)
    size = models.PositiveIntegerField(_("名额"))
    taken = models.PositiveIntegerField(_("已占"), default=0, editable=False)
    starts_at = models.DateTimeField(_("开始"), null=True, blank=True)
    ends_at = models.DateTimeField(_("结束"), null=True, blank=True)
    opens_at = models.DateTimeField(_("开放报名"), null=True, blank=True)
    closes_at = models.DateTimeField(_("截止报名"), null=True, blank=True)
    per_household = models.PositiveSmallIntegerField(_("每户至多人数"), null=True, blank=True)
    party_limit = models.PositiveSmallIntegerField(_("每次至多人数"), default=5)
    # Live bookings are counted over every bucket of the county with the same limit_group ("school.term.…").
    limit_group = models.CharField(_("合并计限的组"), max_length=80, blank=True, default="")
    limit_per_person = models.PositiveSmallIntegerField(_("组内每人至多"), null=True, blank=True)
    limit_per_household = models.PositiveSmallIntegerField(_("组内每户至多"), null=True, blank=True)
    waiting_list = models.BooleanField(_("满员后候补"), default=True)
    offer_minutes = models.PositiveIntegerField(_("候补确认时限（分钟）"), default=120)
    line_order = models.CharField(_("候补次序"), max_length=8, choices=LineOrder.choices, default=LineOrder.ORDER)
    # A line by draw: its list's hash is published before the seed is known.
    line_hash = models.CharField(_("候补名单摘要"), max_length=64, blank=True, default="", editable=False)
    line_seed = models.CharField(_("抽签种子"), max_length=200, blank=True, default="", editable=False)
    line_source = models.CharField(_("种子来源"), max_length=200, blank=True, default="", editable=False)
    line_drawn_at = models.DateTimeField(_("候补抽签时间"), null=True, editable=False)
    seat_plan = CountyForeignKey(
        "bookings.SeatPlan", models.PROTECT, null=True, blank=True, related_name="buckets", verbose_name=_("座位图")
    )
    closed_at = models.DateTimeField(_("停止报名时间"), null=True, blank=True, editable=False)
    # So many are expected at once that everybody takes a number first: see rush/.
    rush = models.BooleanField(_("高峰排队"), default=False)
    # When the first unanswered offer lapses; whoever touches the bucket after that settles it.
    next_lapse = models.DateTimeField(_("最早失效时间"), null=True, editable=False)

    scoping = Scoping(place="place_id", unit="unit_id", owner="owner_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("名额")
        verbose_name_plural = _("名额")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "subject_type", "subject_id", "channel", "kept_for"], name="bucket_once_a_group"
            ),
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("size")),
                name="bucket_never_oversold",
                violation_error_message=_("占用的名额不能超过总数。"),
            ),
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="bucket_order"),
        ]
        indexes = [
            models.Index(fields=["county", "next_lapse"], condition=~Q(next_lapse=None), name="bucket_lapses"),
            models.Index(fields=["county", "starts_at"], name="bucket_start"),
            models.Index(fields=["county", "limit_group"], condition=~Q(limit_group=""), name="bucket_limits"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.label or self.get_channel_display()}"

    @property
    def is_numbered(self) -> bool:
        """Whether its places are numbered seats."""
        return self.seat_plan_id is not None

    @property
    def left(self) -> int:
        """Places nobody holds, as this row was read."""
        return self.size - self.taken

    def has_begun(self, at: dt.datetime) -> bool:
        """Whether what the places are for has begun."""
        return self.starts_at is not None and at >= self.starts_at

    def is_open(self, at: dt.datetime) -> bool:
        """Whether places are given out at this moment (full or not)."""
        return not (
            self.closed_at is not None
            or (self.opens_at is not None and at < self.opens_at)
            or (self.closes_at is not None and at >= self.closes_at)
            or self.has_begun(at)
        )


class Booking(FactModel):
    """A party that holds, held or waits for places of one bucket. A row never comes back to life."""

    bucket = CountyForeignKey(Bucket, models.PROTECT, related_name="bookings", verbose_name=_("名额"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    resident = CountyForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("报名人")
    )
    household = CountyForeignKey(
        Household,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        db_index=False,
        verbose_name=_("家庭"),
    )
    contact = models.CharField(_("联系人"), max_length=40, blank=True)
    party = models.PositiveSmallIntegerField(_("人数"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, editable=False)
    key = models.CharField(_("防重编号"), max_length=80, editable=False)
    code = models.CharField(_("取票码"), max_length=8, editable=False)
    ticket_serial = models.PositiveSmallIntegerField(_("票次"), default=1, editable=False)
    booked_at = models.DateTimeField(_("报名时间"))
    booked_by = models.CharField(_("操作人"), max_length=80)
    booked_by_kind = models.CharField(_("操作者类别"), max_length=10)
    booked_for = models.CharField(_("代办对象"), max_length=80, blank=True)
    override_reason = models.CharField(_("特批原因"), max_length=200, blank=True)
    # How many of its places were added to the size for it; they go away with it.
    beyond = models.PositiveSmallIntegerField(_("加座数"), default=0, editable=False)
    priority = models.PositiveSmallIntegerField(_("候补优先级"), default=100)
    # Its number in a line by draw, 64 hexadecimal digits; what joins after the draw stands behind all of them.
    lot = models.CharField(_("抽签号"), max_length=64, blank=True, default="", editable=False)
    queued_at = models.DateTimeField(_("候补时间"), null=True)
    offered_at = models.DateTimeField(_("通知候补时间"), null=True)
    offer_until = models.DateTimeField(_("确认截止"), null=True)
    ended_at = models.DateTimeField(_("取消或失效时间"), null=True)
    ended_by = models.CharField(_("取消人"), max_length=80, blank=True)
    ended_because = models.CharField(_("取消原因"), max_length=12, choices=EndReason.choices, blank=True)
    ended_note = models.CharField(_("取消说明"), max_length=200, blank=True, default="")
    checked_in_at = models.DateTimeField(_("签到时间"), null=True)
    checked_in_via = models.CharField(_("签到方式"), max_length=10, choices=CheckInVia.choices, blank=True)
    checked_in_by = models.CharField(_("签到人"), max_length=80, blank=True)

    personal = {
        "contact": "姓名",
        "booked_by": "姓名",
        "booked_for": "姓名",
        "ended_by": "姓名",
        "checked_in_by": "姓名",
    }
    scoping = Scoping(
        place="place_id",
        unit="bucket__unit_id",
        owner="bucket__owner_id",
        resident="resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("报名")
        verbose_name_plural = _("报名")
        ordering = ["-booked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "key"], name="booking_key"),
            models.UniqueConstraint(fields=["county", "code"], name="booking_code"),
            models.CheckConstraint(condition=Q(party__gte=1), name="booking_party"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="") | (~Q(ended_at=None) & ~Q(ended_because="")),
                name="booking_end_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WAITING) | ~Q(queued_at=None), name="booking_waits_in_line"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.OFFERED, State.HELD]) | ~Q(offer_until=None),
                name="booking_offer_has_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["county", "bucket", "priority", "lot", "queued_at", "id"],
                condition=Q(state=State.WAITING),
                name="booking_line",
            ),
            models.Index(
                fields=["county", "bucket", "offer_until"],
                condition=Q(state__in=[State.OFFERED, State.HELD]),
                name="booking_offers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} {self.typed_code}".strip()

    @property
    def is_timed(self) -> bool:
        """Whether its places are only kept until `offer_until`."""
        return self.state in TIMED

    @property
    def typed_code(self) -> str:
        """The code as it is printed and read aloud: two groups of four."""
        return f"{self.code[:4]}-{self.code[4:]}"


class Attendee(FactModel):
    """One person of a party: a resident, or only a name (or nobody's name) and a group by age."""

    booking = CountyForeignKey(Booking, models.CASCADE, related_name="attendees", verbose_name=_("报名"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    resident = CountyForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("居民")
    )
    household = CountyForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("家庭")
    )
    name = models.CharField(_("姓名"), max_length=40, blank=True)
    group = models.CharField(_("人群"), max_length=8, choices=AgeGroup.choices, default=AgeGroup.UNKNOWN)
    came = models.BooleanField(_("到场"), default=False)

    personal = {"name": "姓名"}
    scoping = Scoping(
        place="place_id",
        unit="booking__bucket__unit_id",
        owner="booking__bucket__owner_id",
        resident="resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("参加人")
        verbose_name_plural = _("参加人")
        ordering = ["booking_id", "id"]

    def __str__(self) -> str:
        return self.name or self.get_group_display()

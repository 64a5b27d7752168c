"""Words of the seat ledger: channels, states with their named sets, journal codes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Channel(models.TextChoices):
    """For whom, or by which way, a bucket's places are given out."""

    ONLINE = "online", _("网上名额")
    ON_SITE = "on_site", _("现场名额")
    ELDERS = "elders", _("敬老名额")
    PRIORITY = "priority", _("优先名额")
    STAFF = "staff", _("内部名额")


class State(models.TextChoices):
    """The life of a booking."""

    CONFIRMED = "confirmed", _("已报名")
    WAITING = "waiting", _("候补中")
    OFFERED = "offered", _("待确认")
    CANCELLED = "cancelled", _("已取消")
    EXPIRED = "expired", _("候补失效")
    ATTENDED = "attended", _("已到场")
    ABSENT = "absent", _("未到场")


# Sets of states that rules speak of.
TAKES_PLACES = frozenset({State.CONFIRMED, State.OFFERED, State.ATTENDED, State.ABSENT})  # counted in Bucket.taken
LIVE = frozenset({State.CONFIRMED, State.WAITING, State.OFFERED, State.ATTENDED})  # nobody may hold two of these
BUSY = frozenset({State.CONFIRMED, State.ATTENDED})  # the person is expected there: clashes with other sessions
CANCELLABLE = frozenset({State.CONFIRMED, State.WAITING, State.OFFERED})
CHECKABLE = frozenset({State.CONFIRMED, State.ABSENT})
EXPECTED = frozenset({State.CONFIRMED, State.ATTENDED, State.ABSENT})  # stands on the list at the door


class EndReason(models.TextChoices):
    """Why a booking ended without being used."""

    RESIDENT = "resident", _("居民取消")
    STAFF = "staff", _("工作人员取消")
    DECLINED = "declined", _("放弃候补名额")
    OFFER_LAPSED = "offer_lapsed", _("候补名额逾期未确认")
    OVER = "over", _("活动已开始，候补结束")
    CALLED_OFF = "called_off", _("活动取消")
    MERGED = "merged", _("合并重复的居民")
    UNDONE = "undone", _("撤销现场登记")


class CheckInVia(models.TextChoices):
    """How somebody was checked in."""

    CAMERA = "camera", _("扫码")
    SCANNER = "scanner", _("扫码枪")
    CODE = "code", _("输入取票码")
    LIST = "list", _("名单勾选")
    WALK_IN = "walk_in", _("现场登记")
    OFFLINE = "offline", _("离线补传")


class Entry(Codes):
    """What the journal says of places given out."""

    OPENED = "bookings.bucket.opened", _("设置名额")
    RESIZED = "bookings.bucket.resized", _("调整名额")
    MOVED = "bookings.bucket.moved", _("调剂名额")
    RESCHEDULED = "bookings.bucket.rescheduled", _("名额随场次改期")
    CLOSED = "bookings.bucket.closed", _("停止报名")
    REOPENED = "bookings.bucket.reopened", _("恢复报名")
    PUT_OFF = "bookings.bucket.put_off", _("活动延期，通知已报名的人")
    CALLED_OFF = "bookings.bucket.called_off", _("活动取消，报名全部取消")
    BOOKED = "bookings.booking.booked", _("报名")
    QUEUED = "bookings.booking.queued", _("进入候补")
    OVERRIDDEN = "bookings.booking.overridden", _("特批加座")
    CANCELLED = "bookings.booking.cancelled", _("取消报名")
    OFFERED = "bookings.booking.offered", _("通知候补")
    ACCEPTED = "bookings.booking.accepted", _("确认候补名额")
    DECLINED = "bookings.booking.declined", _("放弃候补名额")
    EXPIRED = "bookings.booking.expired", _("候补失效")
    CHECKED_IN = "bookings.booking.checked_in", _("签到")
    CHECK_IN_UNDONE = "bookings.booking.check_in_undone", _("撤销签到")
    WALKED_IN = "bookings.booking.walked_in", _("现场登记")
    REISSUED = "bookings.booking.reissued", _("换发电子票")
    ABSENT_MARKED = "bookings.bucket.absent_marked", _("登记未到场")
    REASSIGNED = "bookings.booking.reassigned", _("报名随居民合并")
    RECOUNTED = "bookings.ledger.recounted", _("名额复核")
    DRIFT_FOUND = "bookings.bucket.drift_found", _("名额复核发现不符")

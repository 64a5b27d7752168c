"""Words of bookings by the hour: kinds, states with their named sets, journal codes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Kind(models.TextChoices):
    """What is booked by the hour."""

    ROOM = "room", _("房间")
    TEACHER = "teacher", _("教师")
    KIT = "kit", _("设备")
    VEHICLE = "vehicle", _("车辆")
    VOLUNTEERS = "volunteers", _("志愿者队")


class State(models.TextChoices):
    """The life of a reservation. It never comes back to life."""

    ASKED = "asked", _("待审批")
    CONFIRMED = "confirmed", _("已预约")
    USED = "used", _("已使用")
    RELEASED = "released", _("已释放")
    REFUSED = "refused", _("未批准")


HOLDS = frozenset({State.ASKED, State.CONFIRMED, State.USED})  # nobody else may have the time
AHEAD = frozenset({State.ASKED, State.CONFIRMED})


class Entry(Codes):
    """What the journal says of resources and reservations."""

    RESOURCE_ADDED = "rooms.resource.added", _("登记可预约资源")
    RESOURCE_CHANGED = "rooms.resource.changed", _("修改可预约资源")
    BLOCKED = "rooms.resource.blocked", _("停止预约一段时间")
    RESERVED = "rooms.reservation.reserved", _("预约")
    APPROVED = "rooms.reservation.approved", _("批准预约")
    REFUSED = "rooms.reservation.refused", _("不批准预约")
    RELEASED = "rooms.reservation.released", _("释放预约")
    USED = "rooms.reservation.used", _("到场使用")
    SERIES_MADE = "rooms.series.made", _("预约一个系列")
    BUNDLE_MADE = "rooms.bundle.made", _("成套预约")

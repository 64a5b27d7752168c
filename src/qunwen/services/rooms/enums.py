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


class Use(models.TextChoices):
    """What a time is wanted for; priority seasons keep hours for some of these."""

    LESSON = "lesson", _("艺校课程")
    REHEARSAL = "rehearsal", _("团队排练")
    SHOW = "show", _("演出和展览")
    EVENT = "event", _("公益活动")
    MEETING = "meeting", _("会议议事")
    STUDY = "study", _("学习交流")
    OTHER = "other", _("其他")


class OpenTo(models.TextChoices):
    """Who may reserve a resource without going through staff."""

    STAFF = "staff", _("只由工作人员预约")
    TEAMS = "teams", _("登记的文艺团队")
    RESIDENTS = "residents", _("居民和文艺团队")


class OfferState(models.TextChoices):
    """Empty hours that were offered to troupes."""

    OPEN = "open", _("可领取")
    TAKEN = "taken", _("已领取")
    WITHDRAWN = "withdrawn", _("已撤回")


TEAM = "team"  # what a priority season may keep hours for, beside the kinds of use and the certified groups
GROUP = "group:"


class State(models.TextChoices):
    """The life of a reservation. It never comes back to life."""

    ASKED = "asked", _("待审批")
    CONFIRMED = "confirmed", _("已预约")
    USED = "used", _("已使用")
    RELEASED = "released", _("已释放")
    REFUSED = "refused", _("未批准")
    MISSED = "missed", _("没有到场")
    MOVED = "moved", _("已改到别处")


HOLDS = frozenset({State.ASKED, State.CONFIRMED, State.USED})  # nobody else may have the time
AHEAD = frozenset({State.ASKED, State.CONFIRMED})
GONE = frozenset(State) - HOLDS


class Entry(Codes):
    """What the journal says of resources and reservations."""

    RESOURCE_ADDED = "rooms.resource.added", _("登记可预约资源")
    RESOURCE_CHANGED = "rooms.resource.changed", _("修改可预约资源")
    BLOCKED = "rooms.resource.blocked", _("停止预约一段时间")
    UNBLOCKED = "rooms.resource.unblocked", _("恢复预约")
    DOOR_RENEWED = "rooms.resource.door_renewed", _("更换门口屏地址")
    RESERVED = "rooms.reservation.reserved", _("预约")
    APPROVED = "rooms.reservation.approved", _("批准预约")
    REFUSED = "rooms.reservation.refused", _("不批准预约")
    RELEASED = "rooms.reservation.released", _("释放预约")
    USED = "rooms.reservation.used", _("到场使用")
    SERIES_MADE = "rooms.series.made", _("预约一个系列")
    SERIES_FILLED = "rooms.series.filled", _("补上系列里跳过的日期")
    BUNDLE_MADE = "rooms.bundle.made", _("成套预约")
    MISSED = "rooms.reservation.missed", _("没有到场，自动释放")
    MOVED = "rooms.reservation.moved", _("改到别的房间或时间")
    SEASON_SET = "rooms.season.set", _("设定优先时段")
    SEASON_ENDED = "rooms.season.ended", _("取消优先时段")
    TEAM_REGISTERED = "rooms.team.registered", _("登记文艺团队")
    TEAM_ENDED = "rooms.team.ended", _("注销文艺团队")
    OFFERED = "rooms.offer.offered", _("提供空闲时段")
    OFFER_TAKEN = "rooms.offer.taken", _("团队领取空闲时段")
    OFFER_WITHDRAWN = "rooms.offer.withdrawn", _("撤回空闲时段")

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


class Group(models.TextChoices):
    """For whom places may be kept. Except elders, who are known by their year of birth, it is certified by staff."""

    ELDERS = "elders", _("老年人")
    DISABLED = "disabled", _("残疾人")
    LEFT_BEHIND = "left_behind", _("留守儿童")
    LOW_INCOME = "low_income", _("低保和困难家庭")
    MIGRANT = "migrant", _("进城务工人员")
    VETERAN = "veteran", _("退役军人和军属")
    VOLUNTEER = "volunteer", _("文化志愿者")
    STAFF = "staff", _("工作人员")


class LineOrder(models.TextChoices):
    """How a waiting line is served."""

    ORDER = "order", _("按先后")
    DRAW = "draw", _("抽签")


class SeatKind(models.TextChoices):
    """Kinds of numbered seats. Protected ones are never given out by themselves."""

    ORDINARY = "ordinary", _("普通座")
    WHEELCHAIR = "wheelchair", _("轮椅席")
    COMPANION = "companion", _("陪同席")


PROTECTED = frozenset({SeatKind.WHEELCHAIR, SeatKind.COMPANION})


class Standing(models.TextChoices):
    """What became of a limit after places were left empty."""

    IN_FORCE = "in_force", _("生效中")
    APPEALED = "appealed", _("申诉待复核")
    UPHELD = "upheld", _("复核维持")
    LIFTED = "lifted", _("已撤销")


BINDING = frozenset({Standing.IN_FORCE, Standing.UPHELD})  # an appeal suspends it until somebody has looked


class State(models.TextChoices):
    """The life of a booking."""

    HELD = "held", _("暂留")
    CONFIRMED = "confirmed", _("已报名")
    WAITING = "waiting", _("候补中")
    OFFERED = "offered", _("待确认")
    CANCELLED = "cancelled", _("已取消")
    EXPIRED = "expired", _("候补失效")
    ATTENDED = "attended", _("已到场")
    ABSENT = "absent", _("未到场")


# Sets of states that rules speak of.
TAKES_PLACES = frozenset(
    {State.CONFIRMED, State.OFFERED, State.HELD, State.ATTENDED, State.ABSENT}
)  # counted in Bucket.taken
LIVE = frozenset(
    {State.CONFIRMED, State.WAITING, State.OFFERED, State.HELD, State.ATTENDED}
)  # nobody may hold two of these
BUSY = frozenset({State.CONFIRMED, State.ATTENDED})  # the person is expected there: clashes with other sessions
CANCELLABLE = frozenset({State.CONFIRMED, State.WAITING, State.OFFERED, State.HELD})
TIMED = frozenset({State.OFFERED, State.HELD})  # lapses at offer_until
CHECKABLE = frozenset({State.CONFIRMED, State.ABSENT})
EXPECTED = frozenset({State.CONFIRMED, State.ATTENDED, State.ABSENT})  # stands on the list at the door


class EndReason(models.TextChoices):
    """Why a booking ended without being used."""

    RESIDENT = "resident", _("居民取消")
    STAFF = "staff", _("工作人员取消")
    RELEASED = "released", _("一键让出")
    DECLINED = "declined", _("放弃候补名额")
    HOLD_LAPSED = "hold_lapsed", _("暂留到时未确认")
    OFFER_LAPSED = "offer_lapsed", _("候补名额逾期未确认")
    OVER = "over", _("活动已开始，候补结束")
    CALLED_OFF = "called_off", _("活动取消")
    MERGED = "merged", _("合并重复的居民")
    UNDONE = "undone", _("撤销现场登记")


class DriftKind(models.TextChoices):
    """What the nightly recount compares."""

    PLACES = "places", _("占用名额与名单人数")
    SEATS = "seats", _("占座与报名人数")
    TWICE = "twice", _("同一人重复占名额")
    LAPSE = "lapse", _("最早失效时间")


class CheckInVia(models.TextChoices):
    """How somebody was checked in."""

    CAMERA = "camera", _("扫码")
    SCANNER = "scanner", _("扫码枪")
    CODE = "code", _("输入取票码")
    LIST = "list", _("名单勾选")
    WALK_IN = "walk_in", _("现场登记")
    OFFLINE = "offline", _("离线补传")


class Mark(models.TextChoices):
    """What of a queue is counted."""

    GIVEN = "given", _("已发到的号")
    DECIDED = "decided", _("已处理到的号")


class Verdict(models.TextChoices):
    """What became of an order in the queue."""

    CONFIRMED = "confirmed", _("已报名")
    WAITING = "waiting", _("候补中")
    REFUSED = "refused", _("没有报上")


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
    HELD = "bookings.booking.held", _("暂留名额")
    HOLD_CONFIRMED = "bookings.booking.hold_confirmed", _("确认暂留的名额")
    RELEASED = "bookings.booking.released", _("让出名额")
    RESEATED = "bookings.booking.reseated", _("调换座位")
    LINE_FROZEN = "bookings.bucket.line_frozen", _("锁定候补名单")
    LINE_DRAWN = "bookings.bucket.line_drawn", _("候补抽签")
    IMPORTED = "bookings.ledger.imported", _("导入报名")
    HOMES_MERGED = "bookings.ledger.homes_merged", _("合并家庭")
    HOME_CHANGED = "bookings.ledger.home_changed", _("报名随家庭变动")
    PLAN_MADE = "bookings.seatplan.made", _("建立座位图")
    PLAN_CHANGED = "bookings.seatplan.changed", _("修改座位图")
    PLAN_USED = "bookings.bucket.plan_used", _("按座位图给座")
    CERTIFIED = "bookings.proof.certified", _("认定优先群体")
    PROOF_ENDED = "bookings.proof.ended", _("终止群体认定")
    POLICY_SET = "bookings.policy.set", _("设置爽约规则")
    LIMITED = "bookings.restraint.imposed", _("限制预约")
    APPEALED = "bookings.restraint.appealed", _("申诉预约限制")
    UPHELD = "bookings.restraint.upheld", _("维持预约限制")
    LIFTED = "bookings.restraint.lifted", _("撤销预约限制")
    ORDERS_FORGOTTEN = "bookings.queue.forgotten", _("删除过期的排队记录")
    RECOUNTED = "bookings.ledger.recounted", _("名额复核")
    DRIFT_FOUND = "bookings.bucket.drift_found", _("名额复核发现不符")

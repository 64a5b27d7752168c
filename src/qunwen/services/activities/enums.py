"""Words of activities: kinds, levels, states with their named sets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Kind(models.TextChoices):
    """The field's kinds; the first four are those of the national statistics."""

    READING = "reading", _("读书看报")
    EXHIBITION = "exhibition", _("文化鉴赏及展览")
    EDUCATION = "education", _("公众教育")
    PERFORMANCE = "performance", _("文艺演出")
    TRAINING = "training", _("培训辅导")
    LECTURE = "lecture", _("讲座")
    FILM = "film", _("电影放映")
    FITNESS = "fitness", _("广场舞与健身")
    FOLK = "folk", _("民俗节庆")
    CONTEST = "contest", _("比赛展演")
    VOLUNTEER = "volunteer", _("文化志愿服务")
    OTHER = "other", _("其他")


class HostLevel(models.TextChoices):
    """Level of the unit that holds the activity."""

    CITY = "city", _("市级")
    COUNTY = "county", _("县级")
    TOWN = "town", _("乡镇（街道）")
    VILLAGE = "village", _("村（社区）")


class Audience(models.TextChoices):
    """Whom it is mainly for."""

    ALL = "all", _("不限")
    CHILDREN = "children", _("少年儿童")
    ELDERS = "elders", _("老年人")
    WOMEN = "women", _("妇女")
    MIGRANT = "migrant", _("外来务工人员")
    DISABLED = "disabled", _("残疾人")
    LEFT_BEHIND = "left_behind", _("留守儿童")
    SOLDIERS = "soldiers", _("部队官兵")


class Direction(models.TextChoices):
    """Exchange: at home, invited out (走出去) or invited in (请进来)."""

    HOME = "home", _("本地举办")
    OUT = "out", _("走出去")
    IN = "in", _("请进来")


class SignUp(models.TextChoices):
    """How one takes part."""

    OPEN = "open", _("无需报名，到场即可")
    BOOK = "book", _("需要报名")


class BrandKind(models.TextChoices):
    """What sort of series it is."""

    SERIES = "series", _("系列活动")
    STREET = "street", _("一街一品")
    COMMUNITY = "community", _("一社区一特色")
    COUNTY = "county", _("县级品牌")


class State(models.TextChoices):
    """The life of an activity, from plan to proof."""

    PLANNED = "planned", _("计划中")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("退回修改")
    APPROVED = "approved", _("待发布")
    PUBLISHED = "published", _("已发布")
    CANCELLED = "cancelled", _("已取消")
    HELD = "held", _("已举办")
    REPORTED = "reported", _("举办情况待核实")
    SENT_BACK = "sent_back", _("举办情况退回")
    VERIFIED = "verified", _("已核实")


# Sets of states that rules speak of.
EDITABLE = frozenset({State.PLANNED, State.RETURNED, State.APPROVED})
SUBMITTABLE = frozenset({State.PLANNED, State.RETURNED})
PUBLIC = frozenset({State.PUBLISHED, State.HELD, State.REPORTED, State.SENT_BACK, State.VERIFIED, State.CANCELLED})
COUNTS_AS_HELD = frozenset({State.HELD, State.REPORTED, State.SENT_BACK, State.VERIFIED})
COUNTS_AS_PLANNED = frozenset(State) - {State.CANCELLED}
HOLDABLE = frozenset({State.PLANNED, State.APPROVED, State.PUBLISHED, State.HELD, State.SENT_BACK})
REPORTABLE = frozenset({State.HELD, State.SENT_BACK})
CANCELLABLE = frozenset({State.PLANNED, State.SUBMITTED, State.RETURNED, State.APPROVED, State.PUBLISHED})


class SessionState(models.TextChoices):
    """The life of one date of an activity."""

    SCHEDULED = "scheduled", _("待举办")
    POSTPONED = "postponed", _("延期待定")
    CANCELLED = "cancelled", _("已取消")
    HELD = "held", _("已举办")


class MediaLevel(models.TextChoices):
    """Level of the outlet that reported."""

    CENTRAL = "central", _("中央媒体")
    PROVINCE = "province", _("省级媒体")
    CITY = "city", _("市级媒体")
    COUNTY = "county", _("县级融媒体")
    OWN = "own", _("自有新媒体")


class Entry(Codes):
    """What the journal says of activities."""

    PLANNED = "activities.activity.planned", _("列入活动计划")
    CHANGED = "activities.activity.changed", _("修改活动")
    DROPPED = "activities.activity.dropped", _("从计划中移除")
    SUBMITTED = "activities.activity.submitted", _("提交活动审核")
    APPROVED = "activities.activity.approved", _("活动审核通过")
    RETURNED = "activities.activity.returned", _("活动退回修改")
    WITHDRAWN = "activities.activity.withdrawn", _("撤回活动送审")
    PUBLISHED = "activities.activity.published", _("发布活动")
    CANCELLED = "activities.activity.cancelled", _("取消活动")
    SCHEDULED = "activities.session.scheduled", _("安排场次")
    RESCHEDULED = "activities.session.rescheduled", _("调整场次时间")
    POSTPONED = "activities.session.postponed", _("场次延期")
    SESSION_CANCELLED = "activities.session.cancelled", _("取消场次")
    SIGN_UP_OPENED = "activities.session.sign_up_opened", _("开放报名")
    NOTED = "activities.activity.noted", _("补记活动")
    HELD = "activities.session.held", _("登记举办情况")
    HEADCOUNT = "activities.session.headcount", _("登记现场人数")
    REPORTED = "activities.activity.reported", _("提交举办情况")
    VERIFIED = "activities.activity.verified", _("核实举办情况")
    SENT_BACK = "activities.activity.sent_back", _("退回举办情况")
    MEDIA_ADDED = "activities.media.added", _("登记媒体报道")
    MEDIA_REMOVED = "activities.media.removed", _("移除媒体报道")
    SERIES_CREATED = "activities.series.created", _("建立系列（品牌）")
    SERIES_CHANGED = "activities.series.changed", _("修改系列（品牌）")
    LOADED = "activities.activity.loaded", _("批量导入活动")

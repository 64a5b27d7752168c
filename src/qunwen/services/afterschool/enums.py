"""Words of the after-school service: kinds, states with their named sets, journal codes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Stage(models.TextChoices):
    """What sort of school."""

    PRIMARY = "primary", _("小学")
    JUNIOR = "junior", _("初中")


class Locality(models.TextChoices):
    """Where it stands; some counties' fees differ by it."""

    TOWN = "town", _("城区")
    RURAL = "rural", _("农村")


class Provider(models.TextChoices):
    """Whose people lead an activity."""

    SCHOOL = "school", _("本校教师")
    OUTSIDE = "outside", _("校外人员或机构")


class CheckKind(models.TextChoices):
    """What is looked at before somebody is left alone with children."""

    NO_RECORD = "no_record", _("违法犯罪记录查询")
    HEALTH = "health", _("健康证明")
    QUALIFIED = "qualified", _("资格或专业证明")


# 未成年人保护法 article 62: records of everybody who works with minors, when taken on and every year.
NEEDED = {
    Provider.SCHOOL: (CheckKind.NO_RECORD,),
    Provider.OUTSIDE: (CheckKind.NO_RECORD, CheckKind.HEALTH, CheckKind.QUALIFIED),
}


class Part(models.TextChoices):
    """The 1 and the X of 1+X."""

    HOMEWORK = "homework", _("作业辅导与自主学习")
    EXTRA = "extra", _("兴趣活动")


class Field(models.TextChoices):
    """What an activity is about. Lessons of the curriculum are none of these."""

    HOMEWORK = "homework", _("作业辅导")
    ART = "art", _("艺术")
    SPORT = "sport", _("体育")
    READING = "reading", _("阅读")
    SCIENCE = "science", _("科普")
    FILM = "film", _("观影")
    LABOUR = "labour", _("劳动")
    CLUB = "club", _("社团")


class ActivityState(models.TextChoices):
    """The life of an activity."""

    DRAFT = "draft", _("筹备中")
    DECLARED = "declared", _("内容待审")
    RETURNED = "returned", _("内容退回")
    CHECKED = "checked", _("内容已审")
    PUBLISHED = "published", _("已发布")
    STOPPED = "stopped", _("已停办")


EDITABLE = frozenset({ActivityState.DRAFT, ActivityState.RETURNED})


class ApplicationState(models.TextChoices):
    """The way of an application."""

    APPLIED = "applied", _("待班级审核")
    CLASS_PASSED = "class_passed", _("待学校审核")
    SCHOOL_PASSED = "school_passed", _("待签协议")
    AGREED = "agreed", _("已签协议")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("家长撤回")


UNDER_WAY = frozenset({ApplicationState.APPLIED, ApplicationState.CLASS_PASSED, ApplicationState.SCHOOL_PASSED})
LIVE = UNDER_WAY | {ApplicationState.AGREED}


class SignedVia(models.TextChoices):
    """How a guardian agreed."""

    PORTAL = "portal", _("网上")
    PAPER = "paper", _("纸质")


class SessionState(models.TextChoices):
    """The life of one afternoon."""

    PLANNED = "planned", _("未开始")
    OPEN = "open", _("进行中")
    HELD = "held", _("已交接完毕")
    CANCELLED = "cancelled", _("已取消")


class Mark(models.TextChoices):
    """What the roll says of a child."""

    UNMARKED = "unmarked", _("未点名")
    PRESENT = "present", _("到")
    LEAVE = "leave", _("事假")
    SICK = "sick", _("病假")
    ABSENT = "absent", _("未到")


EXCUSED = frozenset({Mark.LEAVE, Mark.SICK})


class How(models.TextChoices):
    """Where a child went."""

    FETCHED = "fetched", _("接走")
    ALONE = "alone", _("自行回家")
    MOVED = "moved", _("转入下一节")
    FOUND = "found", _("未到，已与家长核实")


class Proof(models.TextChoices):
    """By what it was known that the person may take the child."""

    CODE = "code", _("手机接送码")
    SLIP = "slip", _("纸质接送单")
    SEEN = "seen", _("核对身份")
    NONE = "none", _("不需要")


class ComplaintKind(models.TextChoices):
    """What a complaint is about."""

    SAFETY = "safety", _("安全")
    FEE = "fee", _("收费")
    CONTENT = "content", _("活动内容")
    FORCED = "forced", _("不自愿")
    OTHER = "other", _("其他")


class Entry(Codes):
    """What the journal says of the after-school service."""

    SCHOOL_ENTERED = "afterschool.school.entered", _("登记课后服务学校")
    TERM_SET = "afterschool.term.set", _("设置课后服务学期")
    CLASS_SET = "afterschool.class.set", _("设置班级")
    TUTOR_ENTERED = "afterschool.tutor.entered", _("登记课后服务人员")
    TUTOR_CHECKED = "afterschool.tutor.checked", _("登记人员核查")
    CHILD_ENTERED = "afterschool.child.entered", _("登记学生")
    CONSENTED = "afterschool.child.consented", _("监护人同意")
    CONSENT_WITHDRAWN = "afterschool.child.consent_withdrawn", _("监护人撤回同意")
    CHILD_CLEARED = "afterschool.child.cleared", _("清除学生个人信息")
    PERSON_NAMED = "afterschool.child.person_named", _("登记接送人")
    PERSON_REMOVED = "afterschool.child.person_removed", _("取消接送人")
    APPLIED = "afterschool.application.applied", _("申请课后服务")
    CLASS_PASSED = "afterschool.application.class_passed", _("班级审核通过")
    SCHOOL_PASSED = "afterschool.application.school_passed", _("学校审核通过")
    REFUSED = "afterschool.application.refused", _("课后服务申请未通过")
    WITHDRAWN = "afterschool.application.withdrawn", _("撤回课后服务申请")
    AGREED = "afterschool.agreement.signed", _("签订课后服务协议")
    AGREEMENT_ENDED = "afterschool.agreement.ended", _("终止课后服务协议")
    ACTIVITY_DRAFTED = "afterschool.activity.drafted", _("筹备课后活动")
    CONTENT_DECLARED = "afterschool.activity.declared", _("申报活动内容")
    CONTENT_PASSED = "afterschool.activity.content_passed", _("活动内容审核通过")
    CONTENT_RETURNED = "afterschool.activity.content_returned", _("活动内容退回")
    ACTIVITY_PUBLISHED = "afterschool.activity.published", _("发布课后活动")
    SESSION_ADDED = "afterschool.activity.date_added", _("增加活动日期")
    ROLL_OPENED = "afterschool.session.opened", _("开始点名")
    MARKED = "afterschool.roll.marked", _("课后点名")
    HANDED_OVER = "afterschool.roll.handed_over", _("交接学生")
    CODE_REFUSED = "afterschool.roll.code_refused", _("接送码不符")
    CODE_ISSUED = "afterschool.code.issued", _("发放接送码")
    SESSION_CLOSED = "afterschool.session.closed", _("课后服务结束")
    SESSION_CANCELLED = "afterschool.session.cancelled", _("取消课后服务")
    COMPLAINED = "afterschool.complaint.made", _("投诉课后服务")
    ANSWERED = "afterschool.complaint.answered", _("答复课后服务投诉")

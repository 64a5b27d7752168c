"""Words of the citizens' art school: kinds, states with their named sets, journal codes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class SchoolKind(models.TextChoices):
    """Where a school stands in the structure headquarters – branch – teaching point."""

    HEADQUARTERS = "headquarters", _("总校")
    BRANCH = "branch", _("分校")
    POINT = "point", _("教学点")


class Season(models.TextChoices):
    """Which part of the year a term is."""

    SPRING = "spring", _("春季")
    SUMMER = "summer", _("暑期")
    AUTUMN = "autumn", _("秋季")
    WINTER = "winter", _("寒假")


# Terms in the school holidays: lessons then are not left out on working days, and children come by day.
HOLIDAY_SEASONS = frozenset({Season.SUMMER, Season.WINTER})


class How(models.TextChoices):
    """How the places of a class are given out."""

    FIRST = "first", _("先到先得")
    DRAW = "draw", _("阳光摇号")


class ClassState(models.TextChoices):
    """The life of a class."""

    DRAFT = "draft", _("筹备中")
    PUBLISHED = "published", _("已发布")
    COMPLETED = "completed", _("已结业")
    CANCELLED = "cancelled", _("已停办")


SHOWN = frozenset({ClassState.PUBLISHED, ClassState.COMPLETED})


class LessonState(models.TextChoices):
    """The life of a lesson."""

    PLANNED = "planned", _("未上")
    HELD = "held", _("已上")
    CANCELLED = "cancelled", _("停课")


class PupilState(models.TextChoices):
    """The life of an enrolment."""

    ENROLLED = "enrolled", _("在读")
    WITHDRAWN = "withdrawn", _("已退学")
    TRANSFERRED = "transferred", _("已转班")
    COMPLETED = "completed", _("结业")
    NOT_COMPLETED = "failed", _("未结业")


ASSESSED = frozenset({PupilState.COMPLETED, PupilState.NOT_COMPLETED})
ON_ROLL = frozenset({PupilState.ENROLLED, *ASSESSED})


class Source(models.TextChoices):
    """How somebody came onto the roll."""

    BOOKING = "booking", _("报名")
    TRANSFER = "transfer", _("转班")
    IMPORT = "import", _("往年名单导入")


class Presence(models.TextChoices):
    """What the roll says of a pupil in a lesson."""

    PRESENT = "present", _("到课")
    LATE = "late", _("迟到")
    LEAVE = "leave", _("请假")
    ABSENT = "absent", _("缺课")


CAME = frozenset({Presence.PRESENT, Presence.LATE})


class Via(models.TextChoices):
    """How presence was noted."""

    ROLL = "roll", _("点名")
    CODE = "code", _("到课码")


class Result(models.TextChoices):
    """What the completion rules say."""

    PASSED = "passed", _("符合结业")
    FAILED = "failed", _("不符合结业")
    OPEN = "open", _("还不能判定")


class Entry(Codes):
    """What the journal says of the school."""

    SCHOOL_OPENED = "school.school.opened", _("设立学校或教学点")
    SCHOOL_CLOSED = "school.school.closed", _("撤销学校或教学点")
    AGREEMENT_SIGNED = "school.agreement.signed", _("签订教学点协议")
    TERM_SET = "school.term.set", _("设置学期")
    SUBJECT_ADDED = "school.subject.added", _("设置门类和科目")
    TEACHER_CHANGED = "school.teacher.changed", _("修改教师")
    TEACHER_REPLACED = "school.class.teacher_replaced", _("换教师")
    TEACHER_ADDED = "school.teacher.added", _("登记教师")
    CLASS_PLANNED = "school.class.planned", _("筹备班级")
    CLASS_CHANGED = "school.class.changed", _("修改筹备中的班级")
    CLASS_DROPPED = "school.class.dropped", _("删除筹备中的班级")
    CLASS_PUBLISHED = "school.class.published", _("发布班级")
    CLASS_CANCELLED = "school.class.cancelled", _("停办班级")
    CLASS_CLOSED = "school.class.closed", _("班级补录截止")
    CLASS_COMPLETED = "school.class.completed", _("班级结业")
    LESSON_MOVED = "school.lesson.moved", _("调课")
    LESSON_CANCELLED = "school.lesson.cancelled", _("停课")
    PUPIL_ENROLLED = "school.pupil.enrolled", _("入学")
    PUPIL_WITHDRAWN = "school.pupil.withdrawn", _("退学")
    PUPIL_TRANSFERRED = "school.pupil.transferred", _("转班")
    PUPILS_IMPORTED = "school.pupil.imported", _("导入往年学员")
    ROLL_CALLED = "school.lesson.roll_called", _("点名")
    SIGNED_IN = "school.lesson.signed_in", _("凭到课码签到")
    ASSESSED = "school.pupil.assessed", _("结业考核")
    CERTIFIED = "school.certificate.issued", _("颁发结业证书")
    CERTIFICATE_REVOKED = "school.certificate.revoked", _("作废结业证书")
    RATED = "school.class.rated", _("评价课程")
    QUALITY_NOTED = "school.class.quality_noted", _("填写教学质量评价")

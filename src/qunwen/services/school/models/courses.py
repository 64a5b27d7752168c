"""Terms, disciplines, subjects, teachers, classes and their lessons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.rooms.models import Resource
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import HOLIDAY_SEASONS, SHOWN, ClassState, How, LessonState, Season
from qunwen.services.venues.models import WEEKDAYS

from .structure import School

_SHOWN = [str(state) for state in sorted(SHOWN)]


class Term(FactModel):
    """A stretch of the year in which classes run."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    name = models.CharField(_("学期"), max_length=40)
    season = models.CharField(_("季节"), max_length=8, choices=Season.choices)
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"), help_text=_("当日起不再上课"))
    # A rule of the headquarters: nobody takes more classes than this at once in a term.
    per_person = models.PositiveSmallIntegerField(_("每人至多班数"), default=2)

    scoping = Scoping(place="place_id", view=Permission.VIEW, public=Q)

    class Meta:
        verbose_name = _("学期")
        verbose_name_plural = _("学期")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "name"], name="term_name"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="term_order"),
            models.CheckConstraint(condition=Q(per_person__gte=1), name="term_per_person"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def limit_group(self) -> str:
        """The group over which the ledger counts a person's classes."""
        return f"school.term.{self.pk}"

    @property
    def in_holidays(self) -> bool:
        """Whether it is a term of holiday classes."""
        return self.season in HOLIDAY_SEASONS


class Discipline(FactModel):
    """A field of teaching: 舞蹈, 声乐, 书法 …; each county keeps its own list."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    name = models.CharField(_("门类"), max_length=40)
    order = models.PositiveSmallIntegerField(_("排序"), default=100)

    scoping = Scoping(place="place_id", view=Permission.VIEW, public=Q)

    class Meta:
        verbose_name = _("门类")
        verbose_name_plural = _("门类")
        ordering = ["order", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "name"], name="discipline_name")]

    def __str__(self) -> str:
        return self.name


class Subject(FactModel):
    """What is taught: 国画基础, 少儿合唱 …, for whom by age."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    discipline = CountyForeignKey(Discipline, models.PROTECT, related_name="subjects", verbose_name=_("门类"))
    name = models.CharField(_("科目"), max_length=60)
    summary = models.CharField(_("一句话介绍"), max_length=160, blank=True)
    age_from = models.PositiveSmallIntegerField(_("最小年龄"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("最大年龄"), null=True, blank=True)

    scoping = Scoping(place="place_id", view=Permission.VIEW, public=Q)

    class Meta:
        verbose_name = _("科目")
        verbose_name_plural = _("科目")
        ordering = ["discipline_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "discipline", "name"], name="subject_name"),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_to__gte=F("age_from")), name="subject_ages"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Teacher(FactModel):
    """Somebody who teaches. Their hours are kept where rooms are kept: nobody teaches in two places at once."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("聘用单位"))
    resource = CountyForeignKey(
        Resource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("时间登记")
    )
    name = models.CharField(_("姓名"), max_length=40)
    most_hours = models.PositiveSmallIntegerField(_("每学期至多课时"), default=120)
    active = models.BooleanField(_("在聘"), default=True)

    # A teacher's name is printed on timetables and shown with the class.
    personal = {"name": "姓名（公开）"}
    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW, public=lambda: Q(active=True))

    class Meta:
        verbose_name = _("教师")
        verbose_name_plural = _("教师")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class CourseClass(FactModel):
    """A class of a term: what, where, who teaches, when each week, how many places and how they are given out."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("办班单位"))
    term = CountyForeignKey(Term, models.PROTECT, related_name="classes", verbose_name=_("学期"))
    subject = CountyForeignKey(Subject, models.PROTECT, related_name="classes", verbose_name=_("科目"))
    school = CountyForeignKey(School, models.PROTECT, related_name="classes", verbose_name=_("学校"))
    teacher = CountyForeignKey(
        Teacher, models.PROTECT, null=True, blank=True, related_name="classes", verbose_name=_("教师")
    )
    # Every lesson reserves it; the name is what stands on timetables that residents read.
    room = CountyForeignKey(
        Resource, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("教室")
    )
    room_name = models.CharField(_("教室"), max_length=120, blank=True)
    title = models.CharField(_("班级"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=ClassState.choices, default=ClassState.DRAFT)
    how = models.CharField(_("招生办法"), max_length=6, choices=How.choices, default=How.FIRST)
    online = models.PositiveSmallIntegerField(_("网上名额"), default=0)
    on_site = models.PositiveSmallIntegerField(_("现场名额"), default=0)
    elders = models.PositiveSmallIntegerField(_("敬老名额"), default=0)
    opens_at = models.DateTimeField(_("开始报名"))
    closes_at = models.DateTimeField(_("截止报名"))
    # The days it meets, in order: "2" on Wednesdays, "01234" in a holiday class that comes every working day.
    weekdays = models.CharField(_("星期"), max_length=7)
    starts = models.TimeField(_("上课"))
    ends = models.TimeField(_("下课"))
    planned = models.PositiveSmallIntegerField(_("课次"))
    # Until then freed places still go to the line; afterwards too much would have been missed.
    join_until = models.DateField(_("补录截止"), null=True, blank=True)
    rule = models.CharField(_("结业办法"), max_length=40, blank=True, editable=False)
    secret = models.CharField(_("到课码密钥"), max_length=64, editable=False)
    reason = models.CharField(_("停办原因"), max_length=200, blank=True)

    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW, public=lambda: Q(state__in=_SHOWN))

    class Meta:
        verbose_name = _("班级")
        verbose_name_plural = _("班级")
        ordering = ["term_id", "title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "term", "title"], name="class_title"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="class_hours_order"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="class_window_order"),
            models.CheckConstraint(condition=Q(planned__gte=1), name="class_has_lessons"),
            models.CheckConstraint(condition=~Q(weekdays=""), name="class_has_weekdays"),
        ]
        indexes = [models.Index(fields=["county", "state", "opens_at"], name="class_shown")]

    def __str__(self) -> str:
        return self.title

    @property
    def size(self) -> int:
        """All places of all channels."""
        return self.online + self.on_site + self.elders

    @property
    def minutes(self) -> int:
        """How long a lesson lasts."""
        return (self.ends.hour * 60 + self.ends.minute) - (self.starts.hour * 60 + self.starts.minute)

    @property
    def meets_on(self) -> tuple[int, ...]:
        """Its days of the week, Monday 0."""
        return tuple(int(day) for day in self.weekdays)

    @property
    def when(self) -> str:
        """周三 19:00–20:30; 周一至周五 09:00–10:30; 周二、周四 …."""
        return f"{said_weekdays(self.meets_on)} {self.starts:%H:%M}–{self.ends:%H:%M}"

    def takes(self, at: dt.datetime) -> bool:
        """Whether one may apply at this moment."""
        return self.state == ClassState.PUBLISHED and self.opens_at <= at < self.closes_at


def said_weekdays(days: Sequence[int]) -> str:
    """周三; 周二、周四; 周一至周五 for three and more in a row."""
    names = [str(dict(WEEKDAYS)[day]) for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _now("%(first)s至%(last)s") % {"first": names[0], "last": names[-1]}
    return _now("、").join(names)


class Lesson(FactModel):
    """One lesson; nobody else has its room or its teacher at that time."""

    course_class = CountyForeignKey(CourseClass, models.PROTECT, related_name="lessons", verbose_name=_("班级"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    number = models.PositiveSmallIntegerField(_("第几次课"))
    starts_at = models.DateTimeField(_("上课"))
    ends_at = models.DateTimeField(_("下课"))
    state = models.CharField(_("状态"), max_length=10, choices=LessonState.choices, default=LessonState.PLANNED)
    # Where it was moved to, when not the class's own room.
    room = CountyForeignKey(
        Resource, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("临时教室")
    )
    topic = models.CharField(_("内容"), max_length=120, blank=True)
    reason = models.CharField(_("停课或调课原因"), max_length=200, blank=True)

    scoping = Scoping(
        place="place_id",
        unit="course_class__unit_id",
        view=Permission.VIEW,
        public=lambda: Q(course_class__state__in=_SHOWN),
    )

    class Meta:
        verbose_name = _("课次")
        verbose_name_plural = _("课次")
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "course_class", "number"], name="lesson_number"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="lesson_order"),
        ]
        indexes = [models.Index(fields=["county", "starts_at"], name="lesson_start")]

    def __str__(self) -> str:
        return f"{self.course_class} {self.number}"

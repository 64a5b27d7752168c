"""Who learns: the roll, presence lesson by lesson, moves between classes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Household, Resident
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.bookings.models import Booking
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import ON_ROLL, Presence, PupilState, Source, Via

from .courses import CourseClass, Lesson

_ON_ROLL = [str(state) for state in sorted(ON_ROLL)]


class Pupil(FactModel):
    """One person's enrolment in a class. The place is where the person lives, so that villages can be counted."""

    course_class = CountyForeignKey(CourseClass, models.PROTECT, related_name="pupils", verbose_name=_("班级"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("居住地"))
    resident = CountyForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name=_("居民")
    )
    household = CountyForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("家庭")
    )
    guardian = CountyForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("监护人")
    )
    booking = CountyForeignKey(
        Booking, models.PROTECT, null=True, blank=True, related_name="pupils", verbose_name=_("报名")
    )
    name = models.CharField(_("姓名"), max_length=40)
    group = models.CharField(_("人群"), max_length=8, choices=AgeGroup.choices, default=AgeGroup.UNKNOWN)
    state = models.CharField(_("状态"), max_length=12, choices=PupilState.choices, default=PupilState.ENROLLED)
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices, default=Source.BOOKING)
    enrolled_at = models.DateTimeField(_("入学时间"))
    ended_at = models.DateTimeField(_("离班时间"), null=True, blank=True)
    reason = models.CharField(_("离班原因"), max_length=200, blank=True)

    personal = {"name": "姓名"}
    scoping = Scoping(
        place="course_class__place_id",
        unit="course_class__unit_id",
        resident="resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("学员")
        verbose_name_plural = _("学员")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "course_class", "resident"],
                condition=Q(state__in=_ON_ROLL) & ~Q(resident=None),
                name="pupil_once_a_class",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Attendance(FactModel):
    """What the roll says of one pupil in one lesson."""

    lesson = CountyForeignKey(Lesson, models.PROTECT, related_name="attendances", verbose_name=_("课次"))
    pupil = CountyForeignKey(Pupil, models.PROTECT, related_name="attendances", verbose_name=_("学员"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("居住地"))
    presence = models.CharField(_("到课情况"), max_length=8, choices=Presence.choices)
    via = models.CharField(_("方式"), max_length=8, choices=Via.choices)
    marked_at = models.DateTimeField(_("登记时间"))
    marked_by = models.CharField(_("登记人"), max_length=80)

    personal = {"marked_by": "姓名"}
    scoping = Scoping(
        place="lesson__course_class__place_id",
        unit="lesson__course_class__unit_id",
        resident="pupil__resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("到课记录")
        verbose_name_plural = _("到课记录")
        ordering = ["lesson_id", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "lesson", "pupil"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.get_presence_display()}"


class Transfer(FactModel):
    """A move from one class to another: both enrolments, who let it happen and why."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    left = CountyForeignKey(Pupil, models.PROTECT, related_name="+", verbose_name=_("原班学员"))
    joined = CountyForeignKey(Pupil, models.PROTECT, related_name="+", verbose_name=_("新班学员"))
    reason = models.CharField(_("原因"), max_length=200)
    moved_at = models.DateTimeField(_("转班时间"))
    moved_by = models.CharField(_("经办人"), max_length=80)

    personal = {"moved_by": "姓名"}
    scoping = Scoping(
        place="place_id",
        unit="joined__course_class__unit_id",
        resident="joined__resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("转班")
        verbose_name_plural = _("转班")
        ordering = ["-moved_at", "id"]

    def __str__(self) -> str:
        return f"{self.left_id} → {self.joined_id}"

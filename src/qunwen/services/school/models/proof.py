"""What is shown for it: completion, certificates, what pupils and inspectors say."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Staff
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import Result

from .courses import CourseClass
from .pupils import Pupil


class Assessment(FactModel):
    """How one pupil stands against the completion rules, with the numbers they were judged by."""

    pupil = CountyForeignKey(Pupil, models.PROTECT, related_name="assessments", verbose_name=_("学员"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("居住地"))
    mark = models.PositiveSmallIntegerField(_("考核成绩"), null=True, blank=True)
    came = models.PositiveSmallIntegerField(_("到课次数"))
    held = models.PositiveSmallIntegerField(_("已上课次"))
    rule = models.CharField(_("结业办法"), max_length=40)
    result = models.CharField(_("结果"), max_length=8, choices=Result.choices)
    why = models.CharField(_("依据"), max_length=200)
    note = models.CharField(_("教师评语"), max_length=200, blank=True)
    assessed_at = models.DateTimeField(_("考核时间"))
    assessed_by = models.CharField(_("考核人"), max_length=80)

    personal = {"assessed_by": "姓名"}
    scoping = Scoping(
        place="pupil__course_class__place_id",
        unit="pupil__course_class__unit_id",
        resident="pupil__resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("结业考核")
        verbose_name_plural = _("结业考核")
        ordering = ["-assessed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "pupil"], name="assessment_once"),
            models.CheckConstraint(condition=Q(mark=None) | Q(mark__lte=100), name="assessment_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.pupil} {self.get_result_display()}"


class Certificate(FactModel):
    """A certificate of completion: what is printed, the code people type, whether it was revoked."""

    pupil = CountyForeignKey(Pupil, models.PROTECT, related_name="certificates", verbose_name=_("学员"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    number = models.CharField(_("证书编号"), max_length=40)
    code = models.CharField(_("查验码"), max_length=8)
    name = models.CharField(_("姓名"), max_length=40)
    title = models.CharField(_("班级"), max_length=120)
    school = models.CharField(_("颁发学校"), max_length=80)
    issued_at = models.DateTimeField(_("颁发时间"))
    issued_by = models.CharField(_("颁发人"), max_length=80)
    revoked_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    revoked_because = models.CharField(_("作废原因"), max_length=200, blank=True)

    personal = {"name": "姓名", "issued_by": "姓名"}
    scoping = Scoping(
        place="place_id",
        unit="pupil__course_class__unit_id",
        resident="pupil__resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("结业证书")
        verbose_name_plural = _("结业证书")
        ordering = ["-issued_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="certificate_number"),
            models.UniqueConstraint(fields=["county", "code"], name="certificate_code"),
            models.UniqueConstraint(
                fields=["county", "pupil"], condition=Q(revoked_at=None), name="certificate_one_valid"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="") | (~Q(revoked_at=None) & ~Q(revoked_because="")),
                name="certificate_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def typed_code(self) -> str:
        """The code as it is printed: two groups of four."""
        return f"{self.code[:4]}-{self.code[4:]}"


class Satisfaction(FactModel):
    """What one pupil who came says of the class; one answer each, changed as often as one likes."""

    course_class = CountyForeignKey(CourseClass, models.PROTECT, related_name="ratings", verbose_name=_("班级"))
    pupil = CountyForeignKey(Pupil, models.PROTECT, related_name="ratings", verbose_name=_("学员"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("居住地"))
    score = models.PositiveSmallIntegerField(_("满意度"))
    words = models.CharField(_("想说的话"), max_length=300, blank=True)
    rated_at = models.DateTimeField(_("评价时间"))

    scoping = Scoping(
        place="course_class__place_id",
        unit="course_class__unit_id",
        resident="pupil__resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("满意度")
        verbose_name_plural = _("满意度")
        ordering = ["-rated_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "pupil"], name="satisfaction_once"),
            models.CheckConstraint(condition=Q(score__gte=1) & Q(score__lte=5), name="satisfaction_score"),
        ]

    def __str__(self) -> str:
        return str(self.score)


class QualitySheet(FactModel):
    """A sheet an inspector filled in while listening to a lesson: the form's version and the answers."""

    course_class = CountyForeignKey(CourseClass, models.PROTECT, related_name="sheets", verbose_name=_("班级"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    form = models.CharField(_("评价表"), max_length=40)
    visited_on = models.DateField(_("听课日期"))
    answers = models.JSONField(_("答案"))
    points = models.PositiveSmallIntegerField(_("得分"))
    most = models.PositiveSmallIntegerField(_("满分"))
    remarks = models.CharField(_("意见"), max_length=400, blank=True)
    filled_at = models.DateTimeField(_("填写时间"))
    filled_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("听课人"))

    scoping = Scoping(place="place_id", unit="course_class__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("教学质量评价")
        verbose_name_plural = _("教学质量评价")
        ordering = ["-visited_on", "id"]

    def __str__(self) -> str:
        return f"{self.course_class} {self.visited_on}"

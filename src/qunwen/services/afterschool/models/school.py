"""Schools with their terms and classes, and who works with the children."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import CheckKind, Locality, Provider, Stage


class School(FactModel):
    """A school that offers the service; its unit is what the people who work there belong to."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("单位"))
    name = models.CharField(_("学校名称"), max_length=80)
    stage = models.CharField(_("学段"), max_length=8, choices=Stage.choices, default=Stage.PRIMARY)
    locality = models.CharField(_("城乡"), max_length=8, choices=Locality.choices, default=Locality.TOWN)
    phone = models.CharField(_("咨询电话"), max_length=40, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    personal = {"phone": "咨询电话（公开）"}
    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW, public=lambda: Q(active=True))

    class Meta:
        verbose_name = _("课后服务学校")
        verbose_name_plural = _("课后服务学校")
        ordering = ["place_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "name"], condition=Q(active=True), name="afterschool_school_name")
        ]

    def __str__(self) -> str:
        return self.name


class SchoolTerm(FactModel):
    """A term of a school, both days included, and when parents apply for it."""

    school = CountyForeignKey(School, models.PROTECT, related_name="terms", verbose_name=_("学校"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    name = models.CharField(_("学期"), max_length=40)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期（含）"))
    apply_opens_at = models.DateTimeField(_("开始申请"))
    apply_closes_at = models.DateTimeField(_("截止申请"))

    scoping = Scoping(
        place="place_id", unit="school__unit_id", view=Permission.VIEW, public=lambda: Q(school__active=True)
    )

    class Meta:
        verbose_name = _("课后服务学期")
        verbose_name_plural = _("课后服务学期")
        ordering = ["-starts_on", "school_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "school", "name"], name="afterschool_term_name"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="afterschool_term_order"),
            models.CheckConstraint(
                condition=Q(apply_closes_at__gt=F("apply_opens_at")), name="afterschool_term_window"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.name}"


class SchoolClass(FactModel):
    """A class of pupils (行政班) with the teacher who looks at its applications first."""

    school = CountyForeignKey(School, models.PROTECT, related_name="classes", verbose_name=_("学校"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    name = models.CharField(_("班级"), max_length=40)
    grade = models.PositiveSmallIntegerField(_("年级"))
    teacher = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("班主任")
    )

    scoping = Scoping(place="place_id", unit="school__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("班级")
        verbose_name_plural = _("班级")
        ordering = ["school_id", "grade", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "school", "name"], name="afterschool_class_name"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=9), name="afterschool_class_grade"),
        ]

    def __str__(self) -> str:
        return self.name


class Tutor(FactModel):
    """Somebody who leads activities at a school: its own teacher or a person from outside."""

    school = CountyForeignKey(School, models.PROTECT, related_name="tutors", verbose_name=_("学校"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    name = models.CharField(_("姓名"), max_length=40)
    provider = models.CharField(_("来自"), max_length=8, choices=Provider.choices, default=Provider.SCHOOL)
    organisation = models.CharField(_("所属机构"), max_length=120, blank=True)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    personal = {"name": "姓名", "phone": "手机号码"}
    scoping = Scoping(place="place_id", unit="school__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("课后服务人员")
        verbose_name_plural = _("课后服务人员")
        ordering = ["school_id", "name", "id"]

    def __str__(self) -> str:
        return self.name


class TutorCheck(FactModel):
    """One paper that was looked at, and until when it holds; a later row of the same kind takes its place."""

    tutor = CountyForeignKey(Tutor, models.PROTECT, related_name="checks", verbose_name=_("人员"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    kind = models.CharField(_("核查项目"), max_length=10, choices=CheckKind.choices)
    checked_on = models.DateField(_("核查日期"))
    valid_until = models.DateField(_("有效期至（含）"))
    basis = models.CharField(_("文号或证书号"), max_length=80)
    checked_by = models.CharField(_("核查人"), max_length=80)

    personal = {"basis": "证件号码", "checked_by": "姓名"}
    scoping = Scoping(place="place_id", unit="tutor__school__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("人员核查")
        verbose_name_plural = _("人员核查")
        ordering = ["tutor_id", "kind", "-valid_until", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("checked_on")), name="afterschool_check_order")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

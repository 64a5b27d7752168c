"""Children, what their guardians allowed, and the way from application to agreement."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Resident
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import LIVE, ApplicationState, SignedVia

from .school import School, SchoolClass, SchoolTerm


class Child(FactModel):
    """A resident who is a pupil of the school. Nobody sees the row but the school and the guardians."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    school = CountyForeignKey(School, models.PROTECT, related_name="children", verbose_name=_("学校"))
    school_class = CountyForeignKey(SchoolClass, models.PROTECT, related_name="children", verbose_name=_("班级"))
    resident = CountyForeignKey(Resident, models.PROTECT, related_name="pupils", verbose_name=_("学生"))
    entered_at = models.DateTimeField(_("登记时间"))
    left_at = models.DateTimeField(_("离校时间"), null=True, blank=True)

    scoping = Scoping(place="place_id", unit="school__unit_id", resident="resident_id", view=Permission.CHILD_VIEW)

    class Meta:
        verbose_name = _("学生")
        verbose_name_plural = _("学生")
        ordering = ["school_class_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "resident"], condition=Q(left_at=None), name="afterschool_child_once"
            )
        ]

    def __str__(self) -> str:
        return self.resident.name


class Consent(FactModel):
    """A guardian allowed the service to keep what it needs of the child; without one in force nothing is done."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    child = CountyForeignKey(Child, models.PROTECT, related_name="consents", verbose_name=_("学生"))
    guardian = CountyForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("监护人"))
    wording = models.CharField(_("告知版本"), max_length=20)
    via = models.CharField(_("方式"), max_length=8, choices=SignedVia.choices)
    given_at = models.DateTimeField(_("同意时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    scoping = Scoping(
        place="place_id", unit="child__school__unit_id", resident="child__resident_id", view=Permission.CHILD_VIEW
    )

    class Meta:
        verbose_name = _("监护人同意")
        verbose_name_plural = _("监护人同意")
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "child"], condition=Q(withdrawn_at=None), name="afterschool_consent_once"
            )
        ]

    def __str__(self) -> str:
        return self.wording


class PickupPerson(FactModel):
    """Somebody whom the guardian named to fetch the child."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    child = CountyForeignKey(Child, models.PROTECT, related_name="persons", verbose_name=_("学生"))
    name = models.CharField(_("姓名"), max_length=40)
    relation = models.CharField(_("关系"), max_length=20)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    named_at = models.DateTimeField(_("登记时间"))
    named_by = models.CharField(_("登记人"), max_length=80)
    ended_at = models.DateTimeField(_("取消时间"), null=True, blank=True)

    personal = {"name": "姓名", "phone": "手机号码", "named_by": "姓名"}
    scoping = Scoping(
        place="place_id", unit="child__school__unit_id", resident="child__resident_id", view=Permission.CHILD_VIEW
    )

    class Meta:
        verbose_name = _("接送人")
        verbose_name_plural = _("接送人")
        ordering = ["named_at", "id"]

    def __str__(self) -> str:
        return f"{self.name}（{self.relation}）"


class Application(FactModel):
    """A guardian asks for a child and a term; weekdays as digits, 0 is Monday ("024")."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    child = CountyForeignKey(Child, models.PROTECT, related_name="applications", verbose_name=_("学生"))
    term = CountyForeignKey(SchoolTerm, models.PROTECT, related_name="applications", verbose_name=_("学期"))
    guardian = CountyForeignKey(
        Resident, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("监护人")
    )
    state = models.CharField(_("状态"), max_length=14, choices=ApplicationState.choices)
    weekdays = models.CharField(_("星期"), max_length=5)
    may_go_alone = models.BooleanField(_("可自行回家"), default=False)
    # The groups the child was certified for on the day of applying, for the order of review and for measures.
    groups = models.CharField(_("优先群体"), max_length=120, blank=True)
    key = models.CharField(_("防重编号"), max_length=80)
    applied_at = models.DateTimeField(_("申请时间"))
    applied_by = models.CharField(_("申请人"), max_length=80)
    class_at = models.DateTimeField(_("班级审核时间"), null=True, blank=True)
    class_by = models.CharField(_("班级审核人"), max_length=80, blank=True)
    class_by_id = models.UUIDField(_("班级审核人编号"), null=True, blank=True)
    school_at = models.DateTimeField(_("学校审核时间"), null=True, blank=True)
    school_by = models.CharField(_("学校审核人"), max_length=80, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    personal = {
        "applied_by": "姓名",
        "class_by": "姓名",
        "school_by": "姓名",
        "reason": "可能含个人信息",
        "groups": "特定身份",
    }
    scoping = Scoping(
        place="place_id", unit="child__school__unit_id", resident="child__resident_id", view=Permission.CHILD_VIEW
    )

    class Meta:
        verbose_name = _("课后服务申请")
        verbose_name_plural = _("课后服务申请")
        ordering = ["-applied_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "child", "term"], condition=Q(state__in=sorted(LIVE)), name="afterschool_applied_once"
            ),
            models.UniqueConstraint(fields=["county", "key"], name="afterschool_application_key"),
        ]

    def __str__(self) -> str:
        return f"{self.child} {self.term.name}"


class Agreement(FactModel):
    """What was agreed for a child: numbered versions, each with its paper and the paper's hash."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    child = CountyForeignKey(Child, models.PROTECT, related_name="agreements", verbose_name=_("学生"))
    term = CountyForeignKey(SchoolTerm, models.PROTECT, related_name="agreements", verbose_name=_("学期"))
    version = models.PositiveSmallIntegerField(_("版本"))
    weekdays = models.CharField(_("星期"), max_length=5)
    may_go_alone = models.BooleanField(_("可自行回家"), default=False)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期（含）"))
    signed_at = models.DateTimeField(_("签订时间"))
    signed_by = models.CharField(_("签订人"), max_length=80)
    signed_via = models.CharField(_("方式"), max_length=8, choices=SignedVia.choices)
    paper = models.BinaryField(_("协议文件"))
    sha256 = models.CharField(_("文件摘要"), max_length=64)
    replaced_at = models.DateTimeField(_("被新版本代替"), null=True, blank=True)

    personal = {"signed_by": "姓名", "paper": "协议全文"}
    scoping = Scoping(
        place="place_id", unit="child__school__unit_id", resident="child__resident_id", view=Permission.CHILD_VIEW
    )

    class Meta:
        verbose_name = _("课后服务协议")
        verbose_name_plural = _("课后服务协议")
        ordering = ["child_id", "-version", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "child", "term", "version"], name="afterschool_agreement_version"
            ),
            models.UniqueConstraint(
                fields=["county", "child", "term"], condition=Q(replaced_at=None), name="afterschool_agreement_one"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="afterschool_agreement_order"),
        ]

    def __str__(self) -> str:
        return f"{self.child} v{self.version}"

    def covers(self, day: dt.date) -> bool:
        """Whether the child comes on this day by it; days worked instead of others (Saturday, Sunday) count for all."""
        return self.starts_on <= day <= self.ends_on and (day.weekday() > 4 or str(day.weekday()) in self.weekdays)

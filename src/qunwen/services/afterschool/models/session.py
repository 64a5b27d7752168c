"""One afternoon: who was there, who took each child, with which code; and what parents complain of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Resident
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.enums import ComplaintKind, How, Mark, Proof, SessionState

from .child import Child, PickupPerson
from .programme import Activity
from .school import School, SchoolTerm, Tutor


class Session(FactModel):
    """One date of an activity. The numbers are kept when it closes, for those who may not see the children."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    school = CountyForeignKey(School, models.PROTECT, related_name="sessions", verbose_name=_("学校"))
    term = CountyForeignKey(SchoolTerm, models.PROTECT, related_name="sessions", verbose_name=_("学期"))
    activity = CountyForeignKey(Activity, models.PROTECT, related_name="sessions", verbose_name=_("活动"))
    tutor = CountyForeignKey(
        Tutor, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("负责人")
    )
    day = models.DateField(_("日期"))
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    periods = models.PositiveSmallIntegerField(_("课时数"))
    state = models.CharField(_("状态"), max_length=10, choices=SessionState.choices, default=SessionState.PLANNED)
    expected = models.PositiveSmallIntegerField(_("应到"), default=0)
    present = models.PositiveSmallIntegerField(_("实到"), default=0)
    excused = models.PositiveSmallIntegerField(_("请假"), default=0)
    absent = models.PositiveSmallIntegerField(_("未到"), default=0)
    late = models.PositiveSmallIntegerField(_("晚接"), default=0)
    opened_at = models.DateTimeField(_("开始点名时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("交接完毕时间"), null=True, blank=True)
    closed_by = models.CharField(_("结束人"), max_length=80, blank=True)
    reason = models.CharField(_("取消原因"), max_length=200, blank=True)

    personal = {"closed_by": "姓名"}
    scoping = Scoping(place="place_id", unit="school__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("课后服务场次")
        verbose_name_plural = _("课后服务场次")
        ordering = ["day", "starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "activity", "day"], name="afterschool_session_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="afterschool_session_order"),
            models.CheckConstraint(
                condition=~Q(state=SessionState.HELD) | ~Q(closed_at=None), name="afterschool_session_closed"
            ),
        ]
        indexes = [models.Index(fields=["county", "school", "day"], name="afterschool_session_day")]

    def __str__(self) -> str:
        return f"{self.activity} {self.day:%Y-%m-%d}"


class Roll(FactModel):
    """A child expected on this afternoon, and whether it came."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    session = CountyForeignKey(Session, models.PROTECT, related_name="rolls", verbose_name=_("场次"))
    child = CountyForeignKey(Child, models.PROTECT, related_name="rolls", verbose_name=_("学生"))
    may_go_alone = models.BooleanField(_("可自行回家"), default=False)
    status = models.CharField(_("到课"), max_length=8, choices=Mark.choices, default=Mark.UNMARKED)
    marked_at = models.DateTimeField(_("点名时间"), null=True, blank=True)
    marked_by = models.CharField(_("点名人"), max_length=80, blank=True)

    personal = {"marked_by": "姓名"}
    scoping = Scoping(
        place="place_id", unit="session__school__unit_id", resident="child__resident_id", view=Permission.CHILD_VIEW
    )

    class Meta:
        verbose_name = _("课后点名")
        verbose_name_plural = _("课后点名")
        ordering = ["session_id", "child_id", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "session", "child"], name="afterschool_roll_once")]

    def __str__(self) -> str:
        return f"{self.child} {self.get_status_display()}"


class HandOver(FactModel):
    """Where a child went, to whom, when, and how it was known that the person may."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    roll = CountyForeignKey(Roll, models.PROTECT, related_name="handovers", verbose_name=_("点名"))
    how = models.CharField(_("去向"), max_length=8, choices=How.choices)
    proof = models.CharField(_("凭据"), max_length=6, choices=Proof.choices, default=Proof.NONE)
    person = CountyForeignKey(
        PickupPerson, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接送人")
    )
    to_name = models.CharField(_("交给谁"), max_length=80, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    gone_at = models.DateTimeField(_("离开时间"))
    noted_by = models.CharField(_("经手人"), max_length=80)
    minutes_late = models.PositiveSmallIntegerField(_("晚接分钟"), default=0)

    personal = {"to_name": "姓名", "noted_by": "姓名", "note": "可能含个人信息"}
    scoping = Scoping(
        place="place_id", unit="roll__session__school__unit_id", resident="roll__child__resident_id",
        view=Permission.CHILD_VIEW,
    )  # fmt: skip

    class Meta:
        verbose_name = _("学生交接")
        verbose_name_plural = _("学生交接")
        ordering = ["gone_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "roll"], name="afterschool_handover_once"),
            models.CheckConstraint(
                condition=~Q(how=How.FETCHED) | ~Q(to_name=""),
                name="afterschool_handover_named",
                violation_error_message=_("接走学生要写明交给了谁。"),
            ),
        ]

    def __str__(self) -> str:
        return self.get_how_display()


class PickupCode(FactModel):
    """The one-time code of a child and a day. The digits are computed from the row, never stored."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    child = CountyForeignKey(Child, models.PROTECT, related_name="codes", verbose_name=_("学生"))
    person = CountyForeignKey(PickupPerson, models.PROTECT, related_name="+", verbose_name=_("接送人"))
    day = models.DateField(_("日期"))
    on_paper = models.BooleanField(_("纸质"), default=False)
    serial = models.PositiveSmallIntegerField(_("换发次数"), default=1)
    tries = models.PositiveSmallIntegerField(_("输错次数"), default=0)
    issued_at = models.DateTimeField(_("发放时间"))
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    scoping = Scoping(
        place="place_id", unit="child__school__unit_id", resident="child__resident_id", view=Permission.CHILD_VIEW
    )

    class Meta:
        verbose_name = _("接送码")
        verbose_name_plural = _("接送码")
        ordering = ["day", "child_id", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "child", "day"], name="afterschool_code_once")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class Complaint(FactModel):
    """What a parent complains of, and the answer."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    school = CountyForeignKey(School, models.PROTECT, related_name="complaints", verbose_name=_("学校"))
    resident = CountyForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("投诉人")
    )
    kind = models.CharField(_("类别"), max_length=8, choices=ComplaintKind.choices)
    text = models.CharField(_("内容"), max_length=1000)
    made_at = models.DateTimeField(_("投诉时间"))
    answer = models.CharField(_("答复"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.CharField(_("答复人"), max_length=80, blank=True)

    personal = {"text": "可能含个人信息", "answer": "可能含个人信息", "answered_by": "姓名"}
    scoping = Scoping(place="place_id", unit="school__unit_id", resident="resident_id", view=Permission.ANSWER)

    class Meta:
        verbose_name = _("课后服务投诉")
        verbose_name_plural = _("课后服务投诉")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.get_kind_display()

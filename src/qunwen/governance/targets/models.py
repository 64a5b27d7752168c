"""Targets with everything they were before."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel

from .access import Permission
from .enums import Behaviour, Comparison, Nature, TargetState
from .path import Course, Point


class Target(FactModel):
    """What a place or department is to reach in a period. `number`/`whole` is the exact value in its unit.

    `code` names an indicator or element of the catalogue. `additive`: parts add up to it; otherwise each part carries
    it unchanged. `path` is [[day, value as text]], empty for a straight line.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("地方"))
    department = models.CharField(_("责任部门"), max_length=60, blank=True)
    code = models.CharField(_("指标"), max_length=80)
    title = models.CharField(_("名称"), max_length=120)
    period = models.CharField(_("时期"), max_length=7)
    nature = models.CharField(_("性质"), max_length=10, choices=Nature.choices)
    comparison = models.CharField(_("比较"), max_length=2, choices=Comparison.choices)
    behaviour = models.CharField(_("数的变化"), max_length=6, choices=Behaviour.choices)
    number = models.BigIntegerField(_("目标值"))
    whole = models.PositiveIntegerField(_("目标值分母"), default=1)
    unit_code = models.CharField(_("单位"), max_length=20, blank=True)
    baseline_number = models.BigIntegerField(_("基数"), null=True, blank=True)
    baseline_whole = models.PositiveIntegerField(_("基数分母"), default=1)
    path = models.JSONField(_("进度安排"), default=list, blank=True)
    additive = models.BooleanField(_("可以相加"))
    locked = models.BooleanField(_("已锁定"), default=False)
    parent = CountyForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("上级目标")
    )
    state = models.CharField(_("状态"), max_length=10, choices=TargetState.choices, default=TargetState.SET)
    version = models.PositiveIntegerField(_("版本"), default=1)
    set_at = models.DateTimeField(_("下达时间"))
    changed_at = models.DateTimeField(_("调整时间"))

    scoping = Scoping(place="place_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        ordering = ["period", "code", "place_id", "department", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "place", "department", "code", "period"], condition=Q(state="set"), name="target_once"
            ),
            models.CheckConstraint(condition=Q(whole__gt=0, baseline_whole__gt=0), name="target_wholes"),
            models.CheckConstraint(condition=Q(number__gte=0), name="target_not_negative"),
        ]
        indexes = [models.Index(fields=["county", "period", "state"], name="target_period")]

    def __str__(self) -> str:
        return self.title

    @property
    def value(self) -> Fraction:
        """What is to be reached, in its unit."""
        return Fraction(self.number, self.whole)

    @property
    def baseline(self) -> Fraction | None:
        """Where it begins; None when nobody has recorded it."""
        return None if self.baseline_number is None else Fraction(self.baseline_number, self.baseline_whole)

    @property
    def course(self) -> Course:
        """Its path over its period."""
        period = Period.of(self.period)
        return Course(
            period.start, period.end, self.value, Comparison(self.comparison), Behaviour(self.behaviour), self.baseline,
            points_of(self.path),
        )  # fmt: skip

    @property
    def holder(self) -> str:
        """Whose it is: the place, and the department where one is named."""
        return f"{self.place.name} · {self.department}" if self.department else self.place.name

    @property
    def told(self) -> dict[str, Any]:
        """What a version keeps."""
        baseline = self.baseline
        return {
            "value": str(self.value), "unit_code": self.unit_code, "nature": self.nature, "comparison": self.comparison,
            "behaviour": self.behaviour, "baseline": None if baseline is None else str(baseline), "path": self.path,
            "department": self.department, "state": self.state,
        }  # fmt: skip


def points_of(path: list[list[str]]) -> tuple[Point, ...]:
    """A stored path as points."""
    return tuple(Point(dt.date.fromisoformat(day), Fraction(value)) for day, value in path)


class TargetVersion(FactModel):
    """A target as it was set or changed, with the reason. Never changed."""

    target = CountyForeignKey(Target, models.PROTECT, related_name="versions", verbose_name=_("目标"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("地方"))
    version = models.PositiveIntegerField(_("版本"))
    told = models.JSONField(_("内容"))
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    changed_by = models.CharField(_("办理人"), max_length=60)
    changed_at = models.DateTimeField(_("时间"))

    personal = {"changed_by": "姓名"}
    scoping = Scoping(place="place_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("目标版本")
        verbose_name_plural = _("目标版本")
        ordering = ["target_id", "-version"]
        constraints = [models.UniqueConstraint(fields=["county", "target", "version"], name="target_version_once")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.version}"

"""Findings: what the records seem to say that can hardly be so."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission
from .enums import OPEN, Severity, State


class Finding(FactModel):
    """One thing to look at. `key` is the same at every run, so it is never made twice.

    `rows` are [type, id] of the records, `told` the numbers that its sentence is made of, `digest` of both: when it
    changes after an answer, the finding is open again. Reviewers see it from `opens_at`; before, only whose
    records they are.
    """

    check_code = models.CharField(_("核对项目"), max_length=40)
    key = models.CharField(_("识别码"), max_length=160)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("地点"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("经办单位"))
    author = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    period = models.CharField(_("时期"), max_length=7)
    severity = models.CharField(_("程度"), max_length=6, choices=Severity.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.NEW)
    rows = models.JSONField(_("有关记录"), default=list)
    told = models.JSONField(_("数字"), default=dict)
    digest = models.CharField(_("摘要"), max_length=64)
    found_at = models.DateTimeField(_("发现时间"))
    shown_at = models.DateTimeField(_("提示时间"), null=True)
    opens_at = models.DateTimeField(_("转审核单位时间"))
    opened = models.BooleanField(_("已转审核单位"), default=False)
    answer = models.CharField(_("说明"), max_length=500, blank=True)
    answered_by = models.CharField(_("说明人"), max_length=60, blank=True)
    answered_at = models.DateTimeField(_("说明时间"), null=True)
    reason = models.CharField(_("核实意见"), max_length=500, blank=True)
    decided_by = models.CharField(_("核实人"), max_length=60, blank=True)
    decided_at = models.DateTimeField(_("核实时间"), null=True)
    changed_at = models.DateTimeField(_("更新时间"))
    version = models.PositiveIntegerField(_("版本"), default=1)

    personal = {
        "told": "可能含姓名", "answer": "可能含姓名", "answered_by": "姓名", "reason": "可能含姓名", "decided_by": "姓名",
    }  # fmt: skip
    scoping = Scoping(place="place_id", unit="unit_id", owner="author_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("数据疑点")
        verbose_name_plural = _("数据疑点")
        ordering = ["-found_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["county", "check_code", "key"], name="finding_once")]
        indexes = [
            models.Index(fields=["county", "state", "place"], name="finding_state"),
            models.Index(fields=["county", "check_code", "period"], name="finding_period"),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.place_id} {self.period}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in OPEN

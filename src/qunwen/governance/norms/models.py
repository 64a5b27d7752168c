"""What a county says of norms: that it has compared one with its document, and that it asks for more."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission


class NormConfirmation(FactModel):
    """A norm, by the hash of its text, counts in a county until this is withdrawn. A changed norm is confirmed anew."""

    code = models.CharField(_("标准代码"), max_length=100)
    sha256 = models.CharField(_("标准摘要"), max_length=64)
    note = models.CharField(_("依据或说明"), max_length=300, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"))
    confirmed_by = models.CharField(_("确认人"), max_length=60)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    withdrawn_by = models.CharField(_("撤回人"), max_length=60, blank=True)

    personal = {"confirmed_by": "姓名", "withdrawn_by": "姓名"}
    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("标准确认")
        verbose_name_plural = _("标准确认")
        ordering = ["-confirmed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "code", "sha256"], condition=Q(withdrawn_at=None), name="norm_confirmed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.code}"


class NormFloor(FactModel):
    """A stricter floor of the county's own for a norm, from a day on; until the next one of the same norm begins."""

    code = models.CharField(_("标准代码"), max_length=100)
    version = models.PositiveSmallIntegerField(_("版本"))
    floor = models.CharField(_("标准值"), max_length=30)
    valid_from = models.DateField(_("起始日期"))
    doc = models.CharField(_("依据文件"), max_length=200)
    set_at = models.DateTimeField(_("设定时间"))
    set_by = models.CharField(_("设定人"), max_length=60)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    withdrawn_by = models.CharField(_("撤回人"), max_length=60, blank=True)

    personal = {"set_by": "姓名", "withdrawn_by": "姓名"}
    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("本县标准值")
        verbose_name_plural = _("本县标准值")
        ordering = ["county", "code", "-version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "code", "version"], name="norm_floor_version"),
            models.UniqueConstraint(
                fields=["county", "code", "valid_from"], condition=Q(withdrawn_at=None), name="norm_floor_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.code} {self.floor}"

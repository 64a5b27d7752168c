"""A county's own versions of definitions. Nothing here is ever changed or deleted; a later version takes over."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel


class DefinitionVersion(FactModel):
    """One version of a county's own definition, from a day on. The version before it judges the days before.

    `text` is the TOML table as it is read; `canonical` the plain data that was hashed when it was saved.
    """

    code = models.CharField(_("代码"), max_length=100)
    kind = models.CharField(_("种类"), max_length=20)
    text = models.TextField(_("口径"))
    canonical = models.TextField(_("规范文本"))
    sha256 = models.CharField(_("口径摘要"), max_length=64)
    version = models.PositiveSmallIntegerField(_("版本"))
    valid_from = models.DateField(_("起始日期"))
    valid_to = models.DateField(_("截止日期"), null=True, blank=True)
    reason = models.CharField(_("修改原因"), max_length=300)
    saved_by = models.CharField(_("修改人"), max_length=60)
    saved_at = models.DateTimeField(_("修改时间"))

    personal = {"saved_by": "姓名"}
    scoping = Scoping(open_because="everybody may know by which formula a figure is computed")

    class Meta:
        verbose_name = _("指标口径版本")
        verbose_name_plural = _("指标口径版本")
        ordering = ["county", "code", "-version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "code", "version"], name="definition_version"),
            models.UniqueConstraint(fields=["county", "code", "valid_from"], name="definition_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.code} v{self.version}"

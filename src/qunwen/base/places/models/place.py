"""One division of the country."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope import codes
from qunwen.base.scope.codes import Level
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import ReferenceModel


class Place(ReferenceModel):
    """One division: province, city, county, town, village or grid.

    The short code is the path and never changes: a division that moves gets another code, and
    `PlaceSuccession` says which it was before. A renamed one keeps its code.
    """

    id = None  # type: ignore[assignment]  # the code is the identity
    code = models.CharField(_("区划代码"), max_length=15, primary_key=True)
    name = models.CharField(_("名称"), max_length=80)
    level = models.PositiveSmallIntegerField(_("层级"), choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True, help_text=_("撤销当日起不再使用"))

    scoping = Scoping(open_because="divisions are public; what happens in them is not")

    class Meta:
        verbose_name = _("区划")
        verbose_name_plural = _("区划")
        ordering = ["code"]
        indexes = [models.Index(fields=["level", "code"], name="place_level")]

    def __str__(self) -> str:
        return self.name

    @property
    def full_code(self) -> str:
        """The twelve digits of the statistical office (fifteen for a grid)."""
        return self.code.ljust(12, "0")

    @property
    def county_code(self) -> str | None:
        """The six digits of its county, None above one."""
        return codes.county_of(self.code) if len(self.code) >= 6 else None

    def exists_on(self, day: dt.date) -> bool:
        """Whether the division was in use on that day. Unknown bounds are open."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)

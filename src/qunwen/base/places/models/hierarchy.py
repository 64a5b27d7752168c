"""Named hierarchies beside the administrative one: library and cultural-centre networks, fund responsibility."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.places.access import Permission
from qunwen.base.places.enums import HierarchyKind
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import ReferenceModel

from .place import Place


class HierarchyEdge(ReferenceModel):
    """In a named hierarchy, `child` belongs to `parent` from `valid_from` until `valid_to` (not included).

    A place without an edge of its own follows its administrative parent.
    """

    hierarchy = models.CharField(_("体系"), max_length=20, choices=HierarchyKind.choices)
    child = models.ForeignKey(Place, models.PROTECT, related_name="edges_up", verbose_name=_("下级"))
    parent = models.ForeignKey(Place, models.PROTECT, related_name="edges_down", verbose_name=_("上级"))
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    scoping = Scoping(place="child_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("体系隶属")
        verbose_name_plural = _("体系隶属")
        ordering = ["hierarchy", "child_id", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["hierarchy", "child", "valid_from"], name="edge_once_a_day"),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_from__lt=F("valid_to")), name="edge_period"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="edge_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.get_hierarchy_display()} {self.child_id} → {self.parent_id}"

    def holds_on(self, day: dt.date) -> bool:
        """Whether the edge holds on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

"""Returned values: what a place said of an element in a period, with every correction kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.measures.enums import Grade
from qunwen.base.people.models import Staff
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission
from .enums import Answer


class ReturnedValue(FactModel):
    """One answer. Rows are never changed but for their evidence grade: a correction is a new row, the old one superseded.

    `value` is in stored integers of the element (hundredths of m2, whole books); only with the answer VALUE.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("填报区划"))
    element = models.CharField(_("数据项"), max_length=64)
    period = models.CharField(_("时期"), max_length=7)
    ends_on = models.DateField(_("时期末日"))
    answer = models.CharField(_("填法"), max_length=14, choices=Answer.choices, default=Answer.VALUE)
    value = models.BigIntegerField(_("数值"), null=True, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    grade = models.CharField(_("佐证等级"), max_length=1, choices=Grade.choices, default=Grade.C)
    revision = models.PositiveIntegerField(_("第几次填报"), default=1)
    reason = models.CharField(_("更正原因"), max_length=200, blank=True)
    entered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", verbose_name=_("填报人"))
    entered_name = models.CharField(_("填报人姓名"), max_length=60, blank=True)
    entered_at = models.DateTimeField(_("填报时间"))
    superseded_at = models.DateTimeField(_("被更正时间"), null=True, blank=True)

    personal = {"entered_name": "姓名"}
    scoping = Scoping(place="place_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("填报数据")
        verbose_name_plural = _("填报数据")
        ordering = ["-ends_on", "place_id", "element", "-revision", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "place", "element", "period"],
                condition=Q(superseded_at=None),
                name="returned_value_current",
            ),
            models.UniqueConstraint(
                fields=["county", "place", "element", "period", "revision"], name="returned_value_revision"
            ),
            models.CheckConstraint(
                condition=Q(answer="value", value__isnull=False) | (~Q(answer="value") & Q(value=None)),
                name="returned_value_answer",
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="returned_value_positive"),
        ]
        indexes = [
            models.Index(fields=["county", "element", "ends_on"], name="returned_value_counted"),
            models.Index(fields=["county", "period", "place"], name="returned_value_sheet"),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.period}"

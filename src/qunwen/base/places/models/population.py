"""How many people a place has."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.places.access import Permission
from qunwen.base.places.enums import Grade, PopulationBasis, PopulationGroup
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import ReferenceModel

from .place import Place


class Population(ReferenceModel):
    """The people of a place at the end of a year, by group, with the source of the figure."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="populations", verbose_name=_("区划"))
    year = models.PositiveSmallIntegerField(_("年份"))
    group = models.CharField(_("人群"), max_length=10, choices=PopulationGroup.choices)
    basis = models.CharField(_("口径"), max_length=10, choices=PopulationBasis.choices)
    number = models.PositiveIntegerField(_("人数"))
    source = models.CharField(_("来源"), max_length=200)
    grade = models.CharField(_("可信等级"), max_length=1, choices=Grade.choices)

    scoping = Scoping(place="place_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("人口数")
        verbose_name_plural = _("人口数")
        ordering = ["place_id", "-year", "basis", "group", "id"]
        constraints = [
            models.UniqueConstraint(fields=["place", "year", "group", "basis"], name="population_once"),
            models.CheckConstraint(condition=Q(year__gte=1949, year__lte=2200), name="population_year"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.year} {self.get_group_display()} {self.number}"

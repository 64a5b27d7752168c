"""What became of divisions: former names, and merges, splits and moves with their dates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.places.enums import ChangeKind
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import ReferenceModel

from .place import Place


class PlaceChange(ReferenceModel):
    """One change of divisions, in force from `day` on, with the document that ordered it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="changes", verbose_name=_("所在区划"))
    kind = models.CharField(_("变更类别"), max_length=10, choices=ChangeKind.choices)
    day = models.DateField(_("生效日期"))
    document = models.CharField(_("批准文件"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("登记时间"))

    scoping = Scoping(open_because="changes of divisions are published acts")

    class Meta:
        verbose_name = _("区划变更")
        verbose_name_plural = _("区划变更")
        ordering = ["-day", "id"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class PlaceName(ReferenceModel):
    """A name a division bore before its present one, until `valid_to` (not included)."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="former_names", verbose_name=_("区划"))
    name = models.CharField(_("曾用名"), max_length=80)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"))
    change = models.ForeignKey(PlaceChange, models.PROTECT, related_name="names", verbose_name=_("变更"))

    scoping = Scoping(open_because="names of divisions are public")

    class Meta:
        verbose_name = _("曾用名")
        verbose_name_plural = _("曾用名")
        ordering = ["place_id", "valid_to"]
        constraints = [
            models.UniqueConstraint(fields=["place", "valid_to"], name="place_name_until"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_from__lt=F("valid_to")), name="place_name_period"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceSuccession(ReferenceModel):
    """From the day of the change, what was `old` is (part of) `new`. A place may succeed itself in a split."""

    change = models.ForeignKey(PlaceChange, models.PROTECT, related_name="successions", verbose_name=_("变更"))
    old = models.ForeignKey(Place, models.PROTECT, related_name="successors", verbose_name=_("原区划"))
    new = models.ForeignKey(Place, models.PROTECT, related_name="predecessors", verbose_name=_("现区划"))
    day = models.DateField(_("生效日期"))

    scoping = Scoping(open_because="changes of divisions are published acts")

    class Meta:
        verbose_name = _("区划沿革")
        verbose_name_plural = _("区划沿革")
        ordering = ["day", "old_id", "new_id"]
        constraints = [models.UniqueConstraint(fields=["old", "new", "day"], name="succession_once_a_day")]
        indexes = [models.Index(fields=["day"], name="succession_day")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"

"""Headquarters, branches, teaching points, and the agreements with those who give the rooms."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.school.access import Permission
from qunwen.services.school.enums import SchoolKind
from qunwen.services.venues.models import Venue


class School(FactModel):
    """A school of the network: the headquarters, a branch in a town, a teaching point with somebody else's rooms."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("管理单位"))
    parent = CountyForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级学校")
    )
    kind = models.CharField(_("类别"), max_length=12, choices=SchoolKind.choices)
    name = models.CharField(_("名称"), max_length=80)
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在阵地")
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("咨询电话"), max_length=40, blank=True)
    opened_on = models.DateField(_("设立日期"))
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    personal = {"phone": "咨询电话（公开）"}
    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW, public=lambda: Q(closed_on=None))

    class Meta:
        verbose_name = _("学校")
        verbose_name_plural = _("学校")
        ordering = ["place_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "name"], condition=Q(closed_on=None), name="school_name"),
            models.CheckConstraint(
                condition=Q(kind="headquarters", parent=None) | (~Q(kind="headquarters") & ~Q(parent=None)),
                name="school_stands_below",
                violation_error_message=_("分校和教学点要有上级学校，总校没有。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Agreement(FactModel):
    """What was agreed with a teaching point: versions with dates, of which one is in force on a day."""

    school = CountyForeignKey(School, models.PROTECT, related_name="agreements", verbose_name=_("教学点"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    version = models.PositiveSmallIntegerField(_("版本"))
    partner = models.CharField(_("合作方"), max_length=120)
    terms = models.TextField(_("约定内容"))
    signed_on = models.DateField(_("签订日期"))
    valid_from = models.DateField(_("生效"))
    valid_to = models.DateField(_("失效"), help_text=_("当日起不再有效"))

    scoping = Scoping(place="place_id", unit="school__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("教学点协议")
        verbose_name_plural = _("教学点协议")
        ordering = ["school_id", "-version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "school", "version"], name="agreement_version"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="agreement_order"),
        ]

    def __str__(self) -> str:
        return f"{self.school} v{self.version}"

    def covers(self, first: dt.date, last: dt.date) -> bool:
        """Whether it is in force on every day from the first to the last."""
        return self.valid_from <= first and last < self.valid_to

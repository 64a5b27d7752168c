"""Residents, the households they live in, and who may act for whom."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.access import Permission
from qunwen.base.people.enums import AgeGroup
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel


def masked(phone: str) -> str:
    """A telephone number with its middle hidden; shorter ones keep only the last two digits."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-2:]}" if phone else ""


class Household(FactModel):
    """People who live together; locked first wherever a rule says "one per household"."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="households", verbose_name=_("所在区划"))
    created_at = models.DateTimeField(_("建立时间"))

    scoping = Scoping(place="place_id", view=Permission.RESIDENT_VIEW)

    class Meta:
        verbose_name = _("家庭")
        verbose_name_plural = _("家庭")

    def __str__(self) -> str:
        return str(self.pk)


class Resident(FactModel):
    """Somebody who uses the services; no password, known by a phone or through a guardian."""

    household = CountyForeignKey(Household, models.PROTECT, related_name="members", verbose_name=_("家庭"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="residents", verbose_name=_("所在区划"))
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("出生年"), null=True, blank=True)
    registered_at = models.DateTimeField(_("登记时间"))
    active = models.BooleanField(_("在用"), default=True)

    personal = {"name": "姓名", "phone": "手机号码", "birth_year": "出生年份"}
    scoping = Scoping(place="place_id", view=Permission.RESIDENT_VIEW, resident="id")

    class Meta:
        verbose_name = _("居民")
        verbose_name_plural = _("居民")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "phone"], condition=~Q(phone="") & Q(active=True), name="resident_phone"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        """The number as lists show it: 138****1234."""
        return masked(self.phone)

    def age_group(self, on: dt.date) -> AgeGroup:
        """The group by age in the year of that day; the birth year is all that is kept."""
        if self.birth_year is None:
            return AgeGroup.UNKNOWN
        age = on.year - self.birth_year
        if age < 14:
            return AgeGroup.CHILD
        if age < 18:
            return AgeGroup.YOUTH
        return AgeGroup.ELDER if age >= 60 else AgeGroup.ADULT


class Guardianship(FactModel):
    """A guardian who may act for a ward (child, or an elder who asked for it)."""

    guardian = CountyForeignKey(Resident, models.PROTECT, related_name="wards", verbose_name=_("监护人"))
    ward = CountyForeignKey(Resident, models.PROTECT, related_name="guardians", verbose_name=_("被监护人"))
    relation = models.CharField(_("关系"), max_length=20)
    since = models.DateTimeField(_("起始时间"))
    ended_at = models.DateTimeField(_("解除时间"), null=True, blank=True)

    scoping = Scoping(place="ward__place_id", view=Permission.RESIDENT_VIEW, resident="guardian_id")

    class Meta:
        verbose_name = _("监护关系")
        verbose_name_plural = _("监护关系")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "guardian", "ward"], condition=Q(ended_at=None), name="guardianship_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id} → {self.ward_id}"

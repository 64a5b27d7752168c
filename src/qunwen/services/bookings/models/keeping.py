"""Who belongs to a group for which places are kept, and what follows from places left empty."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Resident
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import BINDING, Group, Standing


class GroupProof(FactModel):
    """Staff saw the paper: a resident belongs to a group, from one day to another."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    resident = CountyForeignKey(Resident, models.PROTECT, related_name="proofs", verbose_name=_("居民"))
    group = models.CharField(_("群体"), max_length=24, choices=Group.choices)
    basis = models.CharField(_("依据"), max_length=120)
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"), null=True, blank=True)
    certified_by = models.CharField(_("认定人"), max_length=80)
    certified_at = models.DateTimeField(_("认定时间"))
    ended_at = models.DateTimeField(_("终止时间"), null=True)

    personal = {"group": "特定身份", "basis": "特定身份", "certified_by": "姓名"}
    scoping = Scoping(place="place_id", resident="resident_id", view=Permission.CERTIFY)

    class Meta:
        verbose_name = _("群体认定")
        verbose_name_plural = _("群体认定")
        ordering = ["-certified_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "resident", "group"], condition=Q(ended_at=None), name="groupproof_once"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="groupproof_order"),
        ]

    def __str__(self) -> str:
        return self.get_group_display()


class MissPolicy(FactModel):
    """A county's rule for places left empty; without a row the house's own mild one holds."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    misses = models.PositiveSmallIntegerField(_("爽约几次"))
    window_days = models.PositiveSmallIntegerField(_("多少天内"))
    lasts_days = models.PositiveSmallIntegerField(_("限制多少天"))
    at_most = models.PositiveSmallIntegerField(_("限制期间同时至多几项"))

    scoping = Scoping(place="place_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("爽约规则")
        verbose_name_plural = _("爽约规则")
        constraints = [
            models.UniqueConstraint(fields=["county"], name="misspolicy_once"),
            models.CheckConstraint(
                condition=Q(misses__gte=2, window_days__gte=1, lasts_days__gte=1, lasts_days__lte=90),
                name="misspolicy_mild",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.misses}/{self.window_days}"


class Restraint(FactModel):
    """A limit that ends by itself: who left places empty several times holds fewer at once for some weeks."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    resident = CountyForeignKey(Resident, models.PROTECT, related_name="restraints", verbose_name=_("居民"))
    state = models.CharField(_("状态"), max_length=10, choices=Standing.choices, default=Standing.IN_FORCE)
    misses = models.PositiveSmallIntegerField(_("爽约次数"))
    at_most = models.PositiveSmallIntegerField(_("同时至多几项"))
    since = models.DateTimeField(_("起始时间"))
    until = models.DateTimeField(_("截止时间"))
    appeal = models.CharField(_("申诉理由"), max_length=400, blank=True, default="")
    appealed_at = models.DateTimeField(_("申诉时间"), null=True)
    decided_at = models.DateTimeField(_("复核时间"), null=True)
    decided_by = models.CharField(_("复核人"), max_length=80, blank=True, default="")
    decision = models.CharField(_("复核意见"), max_length=400, blank=True, default="")

    personal = {"appeal": "可能含个人信息", "decided_by": "姓名"}
    scoping = Scoping(place="place_id", resident="resident_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("预约限制")
        verbose_name_plural = _("预约限制")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="restraint_ends"),
        ]
        indexes = [
            models.Index(fields=["county", "resident", "until"], name="restraint_whom"),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

    def binds(self, at: dt.datetime) -> bool:
        """Whether it limits the resident at this moment."""
        return self.state in BINDING and self.since <= at < self.until

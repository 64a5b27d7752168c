"""The queue before the ledger: orders of a rush, numbered as they came, decided in that order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import Mark, Verdict


class RushMark(FactModel):
    """How far a county's queue has come: the last number given, the last one decided. Two rows a county.

    Two rows and not one, because who gives numbers must not wait for who decides.
    """

    what = models.CharField(_("标记"), max_length=8, choices=Mark.choices)
    number = models.BigIntegerField(_("号码"), default=0)
    at = models.DateTimeField(_("时间"), null=True)

    scoping = Scoping(place="county", view=Permission.VIEW)

    class Meta:
        verbose_name = _("排队进度")
        verbose_name_plural = _("排队进度")
        constraints = [models.UniqueConstraint(fields=["county", "what"], name="rushmark_once")]

    def __str__(self) -> str:
        return f"{self.county} {self.what} {self.number}"


class RushOrder(FactModel):
    """One order in the queue, as it was asked for. Never changed; what it got stands in RushAnswer.

    Of use for some days only: no foreign keys, like the journal.
    """

    number = models.BigIntegerField(_("排队号"))
    key = models.CharField(_("防重编号"), max_length=80)
    place = models.CharField(_("所在区划"), max_length=15)
    bucket_id = models.UUIDField(_("名额"))
    resident_id = models.UUIDField(_("报名人"))
    # Ids of residents as text, and [name, group] of companions, in the order of the form.
    members = models.JSONField(_("参加人"), default=list)
    language = models.CharField(_("语言"), max_length=10)
    asked_at = models.DateTimeField(_("提交时间"))

    personal = {"members": "可能含姓名"}
    scoping = Scoping(place="place", resident="resident_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("排队报名")
        verbose_name_plural = _("排队报名")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="rushorder_number"),
            models.UniqueConstraint(fields=["county", "key"], name="rushorder_key"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class RushAnswer(FactModel):
    """What an order in the queue got: a booking, or why not, in a sentence for the one who asked."""

    number = models.BigIntegerField(_("排队号"))
    place = models.CharField(_("所在区划"), max_length=15)
    resident_id = models.UUIDField(_("报名人"))
    verdict = models.CharField(_("结果"), max_length=10, choices=Verdict.choices)
    kind = models.CharField(_("原因"), max_length=24, blank=True, default="")
    words = models.TextField(_("答复"))
    booking_id = models.UUIDField(_("报名"), null=True)
    decided_at = models.DateTimeField(_("处理时间"))

    personal = {"words": "可能含姓名"}
    scoping = Scoping(place="place", resident="resident_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("排队结果")
        verbose_name_plural = _("排队结果")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="rushanswer_once"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.REFUSED, booking_id=None)
                | (~Q(verdict=Verdict.REFUSED) & ~Q(booking_id=None)),
                name="rushanswer_booking_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.get_verdict_display()}"

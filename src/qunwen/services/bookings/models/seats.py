"""Numbered seats: the plan of a hall, and who sits where at one thing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel
from qunwen.services.bookings.access import Permission
from qunwen.services.bookings.enums import PROTECTED, SeatKind

from .ledger import Booking


class SeatPlan(FactModel):
    """The seats of one hall, drawn once and used by everything that takes place in it."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    title = models.CharField(_("名称"), max_length=80)
    layout = models.TextField(_("排座"))
    made_at = models.DateTimeField(_("建立时间"))

    scoping = Scoping(place="place_id", unit="unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("座位图")
        verbose_name_plural = _("座位图")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title


class Seat(FactModel):
    """One seat. `line` and `column` say where it stands on the plan, the stage being above."""

    plan = CountyForeignKey(SeatPlan, models.PROTECT, related_name="seats", verbose_name=_("座位图"))
    row = models.CharField(_("排"), max_length=8)
    number = models.PositiveSmallIntegerField(_("号"))
    line = models.PositiveSmallIntegerField(_("第几行"))
    column = models.PositiveSmallIntegerField(_("第几列"))
    kind = models.CharField(_("座位类别"), max_length=10, choices=SeatKind.choices, default=SeatKind.ORDINARY)

    scoping = Scoping(place="plan__place_id", unit="plan__unit_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("座位")
        verbose_name_plural = _("座位")
        ordering = ["line", "column", "id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "plan", "row", "number"], name="seat_once_a_plan"),
        ]

    def __str__(self) -> str:
        return _("%(row)s排%(number)s号") % {"row": self.row, "number": self.number}

    @property
    def is_protected(self) -> bool:
        """Whether it is given only to who asks for it and needs it."""
        return self.kind in PROTECTED


class SeatHold(FactModel):
    """Who has a seat at one thing: one row a seat, whatever the channel.

    `until` is empty once the seat is sold. A row whose time is over is taken over in place by whoever takes
    the seat next: nobody has to clean up for it to be right.
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在区划"))
    seat = CountyForeignKey(Seat, models.PROTECT, related_name="holds", verbose_name=_("座位"))
    subject_type = models.CharField(_("对象类别"), max_length=80)
    subject_id = models.UUIDField(_("对象编号"))
    booking = CountyForeignKey(Booking, models.CASCADE, related_name="seats", verbose_name=_("报名"))
    until = models.DateTimeField(_("留到"), null=True)

    scoping = Scoping(
        place="place_id",
        unit="booking__bucket__unit_id",
        owner="booking__bucket__owner_id",
        resident="booking__resident_id",
        view=Permission.VIEW,
    )

    class Meta:
        verbose_name = _("占座")
        verbose_name_plural = _("占座")
        ordering = ["seat_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "subject_type", "subject_id", "seat"], name="seathold_never_twice"
            ),
            models.CheckConstraint(condition=~Q(subject_type=""), name="seathold_subject"),
        ]

    def __str__(self) -> str:
        return str(self.seat)

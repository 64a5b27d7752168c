"""Background: make the reports that were asked for on the desk."""

from __future__ import annotations

import datetime as dt

from qunwen.base.scope import context

from . import ordering
from .enums import OrderState


def make_ordered(*, at: dt.datetime) -> int:
    """Make every report that is asked for, one after the other: how many were made.

    Rounds run one at a time in the house, so an order found in hand was left by a killed process and is begun anew.
    """
    with context.everything(reason="reports are made for whoever asked, in their name"):
        return sum(ordering.carry_out(order, at=at) == OrderState.READY for order in ordering.open_orders())

"""Places given out: the ledger, numbered seats, and what helps to keep it fair."""

from .keeping import GroupProof, MissPolicy, Restraint
from .ledger import LINE, Attendee, Booking, Bucket
from .seats import Seat, SeatHold, SeatPlan

__all__ = [
    "LINE",
    "Attendee",
    "Booking",
    "Bucket",
    "GroupProof",
    "MissPolicy",
    "Restraint",
    "Seat",
    "SeatHold",
    "SeatPlan",
]

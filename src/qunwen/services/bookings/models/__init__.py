"""Places given out: the ledger, numbered seats, and what helps to keep it fair."""

from .keeping import GroupProof, MissPolicy, Restraint
from .ledger import Attendee, Booking, Bucket
from .seats import Seat, SeatHold, SeatPlan

__all__ = [
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

"""Places given out: the ledger, numbered seats, and what helps to keep it fair."""

from .keeping import GroupProof, MissPolicy, Restraint
from .ledger import LINE, Attendee, Booking, Bucket
from .rush import RushAnswer, RushMark, RushOrder
from .seats import Seat, SeatHold, SeatPlan

__all__ = [
    "LINE",
    "Attendee",
    "Booking",
    "Bucket",
    "GroupProof",
    "MissPolicy",
    "Restraint",
    "RushAnswer",
    "RushMark",
    "RushOrder",
    "Seat",
    "SeatHold",
    "SeatPlan",
]

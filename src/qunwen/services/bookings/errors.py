"""What the ledger refuses, and in which words. Nothing is lost by a refusal."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class BookingRefused(ValidationError):
    """Base: the message is for the person who asked. `code` names the kind for programs."""

    kind = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message, code=self.kind)


class NotOpen(BookingRefused):
    """Too early, too late, closed, or already begun."""

    kind = "not_open"


class Full(BookingRefused):
    """No places, and no waiting list (or the person did not want to wait)."""

    kind = "full"


class PartyTooLarge(BookingRefused):
    """More people, or fewer than one, than one booking may have."""

    kind = "party_too_large"


class AlreadyBooked(BookingRefused):
    """One of the party already has a place or waits for one."""

    kind = "already_booked"


class HouseholdLimit(BookingRefused):
    """The household would have more places than it may."""

    kind = "household_limit"


class TimeClash(BookingRefused):
    """One of the party is expected elsewhere at that time."""

    kind = "time_clash"


class GroupLimit(BookingRefused):
    """One of the party, or the household, would have more than it may over all things of one group."""

    kind = "group_limit"


class NotOfGroup(BookingRefused):
    """The places are kept for a group to which one of the party does not belong."""

    kind = "not_of_group"


class Restrained(BookingRefused):
    """The holder left places empty several times and holds as much as the limit allows."""

    kind = "restrained"


class SeatTaken(BookingRefused):
    """A seat asked for has gone, does not exist, or is kept for who needs it."""

    kind = "seat_taken"


class HoldGone(BookingRefused):
    """There is no hold to confirm: it lapsed, was confirmed, or never was."""

    kind = "hold_gone"


class KeyUsed(BookingRefused):
    """The idempotency key belongs to another request."""

    kind = "key_used"


class NotCancellable(BookingRefused):
    """The booking's state or the hour does not allow cancelling."""

    kind = "not_cancellable"


class OfferGone(BookingRefused):
    """There is no offer to answer: it lapsed, was answered, or never was."""

    kind = "offer_gone"


class SizeBelowTaken(BookingRefused):
    """The bucket cannot become smaller than what is already given out."""

    kind = "size_below_taken"


class BucketRefused(BookingRefused):
    """The bucket cannot be set up, moved or closed like that."""

    kind = "bucket_refused"


class CannotCheckIn(BookingRefused):
    """The booking's state or the day does not allow checking in (or undoing it)."""

    kind = "cannot_check_in"


class TicketInvalid(BookingRefused):
    """What was scanned or typed names no valid ticket."""

    kind = "ticket_invalid"

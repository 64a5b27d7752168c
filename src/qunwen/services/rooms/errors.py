"""What a reservation refuses, and in which words. Nothing is lost by a refusal."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class RoomRefused(ValidationError):
    """Base: the message is for the person who asked."""

    kind = "refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__({field: [message]} if field else message, code=self.kind)


class RoomTaken(RoomRefused):
    """Somebody has the time, or a part of it."""

    kind = "taken"


class RoomClosed(RoomRefused):
    """Outside the opening hours, within a closure, or blocked."""

    kind = "closed"


class WrongTimes(RoomRefused):
    """Times that cannot be: the end before the beginning, past, too long."""

    kind = "wrong_times"


class SeasonKept(RoomRefused):
    """A priority season keeps the time for others, now or for good."""

    kind = "kept"


class NotYours(RoomRefused):
    """The resource is not for who asks, or the reservation is somebody else's."""

    kind = "not_yours"

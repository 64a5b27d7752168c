"""Why a text message was not taken."""

from __future__ import annotations


class SmsError(Exception):
    """A text message was not handed over; the message is for the person who caused it."""


class SmsRefused(SmsError):
    """The number or the text was refused: trying again is of no use."""


class SmsUnavailable(SmsError):
    """The gateway did not answer properly: try again later with the same key."""

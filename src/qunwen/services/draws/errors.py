"""What a draw refuses, and in which words. Nothing is lost by a refusal."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class DrawRefused(ValidationError):
    """Base: the message is for the person who asked."""

    kind = "refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__({field: [message]} if field else message, code=self.kind)


class WrongNotice(DrawRefused):
    """The notice cannot be: times, places, kept places or rules do not fit."""

    kind = "wrong_notice"


class NotOpen(DrawRefused):
    """Too early or too late to apply, change or withdraw."""

    kind = "not_open"


class WrongApplication(DrawRefused):
    """People, wishes or groups do not fit the rules."""

    kind = "wrong_application"


class AlreadyApplied(DrawRefused):
    """The person or the household has an application in this draw."""

    kind = "already_applied"


class WrongState(DrawRefused):
    """The step does not follow from where the draw stands."""

    kind = "wrong_state"


class WrongSeed(DrawRefused):
    """The seed is not what the notice says it has to be, or it came too early."""

    kind = "wrong_seed"


class ListChanged(DrawRefused):
    """The rows no longer give the hash that was published."""

    kind = "list_changed"

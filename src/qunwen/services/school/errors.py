"""What the school refuses, beyond the ledger's refusals. The message is for the person who asked."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class ClassRefused(ValidationError):
    """The class cannot be set up, published or changed like that; messages stand at their fields."""


class EnrolmentRefused(ValidationError):
    """This person cannot be enrolled in this class: age, guardian, timetable, state."""


class RollRefused(ValidationError):
    """The roll of this lesson cannot be written: too early, cancelled, wrong code."""


class NotFinished(ValidationError):
    """Something is still missing before a class ends, a certificate is issued or an answer is taken."""

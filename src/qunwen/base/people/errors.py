"""What people's actions refuse, in words for the person who asked."""

from __future__ import annotations


class Refused(Exception):
    """An action of people was refused; the message is for the person."""


class BeyondOwn(Refused):
    """Somebody would get, or lose, more than the actor holds."""


class AdminsExclude(Refused):
    """The three administrators exclude one another."""


class AlreadyGranted(Refused):
    """The person holds this role at this place already."""


class NotGrantable(Refused):
    """The grant makes no sense as asked: place, chosen range or end."""


class NotActive(Refused):
    """The person is not in office, or already is."""


class UsernameTaken(Refused):
    """The account name exists."""


class UnitCycle(Refused):
    """A unit would stand below itself."""


class PhoneTaken(Refused):
    """Another resident of the county uses this phone."""


class NotFamily(Refused):
    """The resident may not do this for that person."""

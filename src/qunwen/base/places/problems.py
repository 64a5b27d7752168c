"""What can be wrong with a change of places. Each message is for the person who asked for it."""

from __future__ import annotations


class PlaceProblem(Exception):
    """A change of places that cannot be made."""


class DivisionUnknown(PlaceProblem):
    """There is no such division."""


class NotInUse(PlaceProblem):
    """The place does not exist on the day."""


class WrongLevel(PlaceProblem):
    """The place stands at a level where this cannot be done."""


class CodeTaken(PlaceProblem):
    """Another place has or had this code."""


class DateRefused(PlaceProblem):
    """The day contradicts what is already recorded."""


class ChildrenUnplaced(PlaceProblem):
    """A split does not say where the places below go."""


class EdgeRefused(PlaceProblem):
    """The edge would overlap another one or close a ring."""


class NumberRefused(PlaceProblem):
    """A population figure that cannot be."""

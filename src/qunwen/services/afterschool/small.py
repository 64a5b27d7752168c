"""Numbers of children that are too small to be told to anybody but their school."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .models import Session

LEAST = 5  # the smallest number of children that is shown outside their school
COUNTS = ("expected", "present", "excused", "absent", "late")


def told(number: int, *, full: bool) -> int | str:
    """The number; 1 to 4 only to the school itself (`full`), in words to others."""
    return number if full or number == 0 or number >= LEAST else _("不足 %(n)d") % {"n": LEAST}


def cells(session: Session, *, full: bool) -> dict[str, int | str]:
    """The counts of an afternoon as the reader may see them."""
    return {name: told(getattr(session, name), full=full) for name in COUNTS}

"""Every check by its code, with the limits it needs: (least, most) of each, whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from qunwen.governance.plausibility.chance import NINE
from qunwen.governance.plausibility.rows import Found, World

from . import books, copies, crowds, digits, entry, floors, history, photos

Run = Callable[[World, Mapping[str, int]], Iterator[Found]]
PERCENT, ODDS, MINUTES = (1, 100_000), (10, 10**12), (1, 24 * 60)


@dataclass(frozen=True)
class Check:
    """One check: what it needs, and whether its findings belong to a month or to a half-year."""

    code: str
    run: Run
    limits: Mapping[str, tuple[int, int]]
    span: Literal["month", "half"] = "month"


CHECKS: Mapping[str, Check] = {
    each.code: each
    for each in (
        Check("books.loans", books.loans, {"percent": PERCENT}),
        Check("books.growth", books.growth, {"weeded": (0, 100), "least": (1, 10**6)}),
        Check("crowd.area", crowds.area, {"per_m2": (1, 10), "stay": MINUTES}),
        Check("crowd.seats", crowds.seats, {"percent": PERCENT, "stay": MINUTES}),
        Check("crowd.closed", crowds.closed, {"until_hour": (1, 8)}),
        Check("floor.bunching", floors.bunching, {"width": (1, 50), "least": (5, 1000), "odds": ODDS}, "half"),
        Check(
            "digits.heaping", digits.heaping,
            {"from": (0, 1000), "usual": (20, 90), "least": (10, 1000), "odds": ODDS}, "half",
        ),
        Check(
            "digits.last", digits.last,
            {"from": (0, 1000), "least": (30, 1000), "spread": (10, 1000), "odds": (min(NINE), max(NINE))}, "half",
        ),
        Check("photo.places", photos.places, {"bits": (0, 6), "widely": (2, 1000)}),
        Check("photo.dates", photos.dates, {"bits": (0, 6), "widely": (2, 1000)}),
        Check("photo.common", photos.common, {"widely": (2, 1000)}),
        Check("copy.activities", copies.activities, {"groups": (1, 5), "people": (1, 1000), "least": (1, 100)}),
        Check(
            "copy.returns", copies.returns,
            {"from": (1, 10**6), "places": (2, 1000), "least": (2, 100), "share": (1, 100)},
        ),
        Check("copy.months", copies.months, {"from": (1, 10**6), "least": (2, 36)}),
        Check("entry.midnight", entry.midnight, {"until_hour": (1, 8), "least": (1, 1000)}),
        Check("entry.burst", entry.burst, {"minutes": MINUTES, "late": (0, 365), "least": (2, 1000)}),
        Check(
            "history.jump", history.jump,
            {"least": (3, 100), "spreads": (1, 100), "times": (2, 100), "dwarfs": (2, 100), "more": (1, 10**5)},
        ),
        Check(
            "history.repeats", history.repeats,
            {"people": (1, 10**5), "least": (2, 100), "percent": (1, 90), "percent_groups": (1, 90), "odds": ODDS},
        ),
        Check("person.two_places", history.two_places, {"minutes": MINUTES}),
    )
}  # fmt: skip

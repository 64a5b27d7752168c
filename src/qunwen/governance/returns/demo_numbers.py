"""What each element of the demonstration is about: numbers around the floors of the norms, some exactly on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from qunwen.base.places.demo import Chance
from qunwen.base.places.models import Place


@dataclass(slots=True)
class Setting:
    """One sheet of one place: its people, the how-manieth period, months of the period, its care, what it said so far."""

    place: Place
    people: int
    turn: int
    months: int
    care: float
    month: int
    chance: Chance
    said: dict[str, int] = field(default_factory=dict)

    def about(self, middle: float, spread: float = 0.12) -> int:
        """Around the middle, more where care is taken."""
        return round(middle * self.care * self.chance.uniform(1 - spread, 1 + spread))

    def per_head(self, rate: float, growth: float = 0.03) -> int:
        """So many a head and year; for the months of the period."""
        return self.about(self.people * rate * self.months / 12 * (1 + growth) ** (self.turn * self.months / 12))

    def holds(self, rate: float, growth: float = 0.04) -> int:
        """A stock of so many a head; it grows by the year and never jumps."""
        return round(self.people * rate * self.care * (1 + growth * self.turn / 2))

    def of(self, code: str, share: float, spread: float = 0.05) -> int:
        """A part of what was said under another element; never more than that."""
        whole = self.said.get(code, 0)
        return min(whole, max(0, round(whole * (share + self.chance.uniform(-spread, spread)))))

    def exactly(self, number: int, *, more: int = 0, less: int = 0, share: float = 0.5) -> int:
        """The number itself in that share of the places, otherwise somewhat more or less."""
        if self.chance.happens(share):
            return number
        return max(0, number + self.chance.randrange(-less, more + 1))

    def yes(self, share: float) -> int:
        """1 in that share of the places: those that take care before the others."""
        return int(self.chance.random() < share * min(1.25, self.care + 0.1))


Number = Callable[[Setting], int]


def _yes(share: float) -> Number:
    return lambda s: s.yes(share)


def _exactly(number: int, *, more: int = 0, less: int = 0, share: float = 0.5) -> Number:
    return lambda s: s.exactly(number, more=more, less=less, share=share)


def _per_head(rate: float, growth: float = 0.03) -> Number:
    return lambda s: s.per_head(rate, growth)


def _holds(rate: float, growth: float = 0.04) -> Number:
    return lambda s: s.holds(rate, growth)


def _of(code: str, share: float, spread: float = 0.05) -> Number:
    return lambda s: s.of(code, share, spread)


def _about(middle: float, spread: float = 0.15) -> Number:
    return lambda s: s.about(middle, spread)


def _film_nights(s: Setting) -> int:
    """One a month; more in summer, none in some winter months."""
    if s.month in (12, 1, 2) and s.chance.happens(0.15):
        return 0
    return s.exactly(1, more=2 if s.month in (6, 7, 8, 9) else 1, share=0.72)


def _people_served(s: Setting) -> int:
    return round(s.people / 2.9)


NUMBERS: dict[str, Number] = {
    "library.holdings": _holds(0.42),
    "station.holdings": _holds(0.06),
    "village.holdings": lambda s: max(2800, s.holds(0.12)),
    "library.new_books": _per_head(0.021, 0.05),
    "library.loans": _per_head(0.36, 0.06),
    "library.visits": _per_head(0.44, 0.05),
    "library.cards": _per_head(0.02),
    "library.active_cards": _holds(0.11),
    "library.computers": _exactly(48, more=6, share=0.6),
    "library.grade": lambda s: 1 if s.turn else 2,
    "library.free_services": _exactly(4, share=1),
    "library.children_area": _exactly(1, share=1),
    "library.special_groups": _exactly(1, share=1),
    "library.complaint_channel": _exactly(1, share=1),
    "library.service_reports": _exactly(2, share=1),
    "library.mobile_trips": _about(26),
    "library.surveyed": _exactly(600, share=1),
    "library.satisfied": _of("library.surveyed", 0.87, 0.03),
    "centre.grade": _exactly(1, share=1),
    "centre.free_items": _exactly(8, more=3),
    "centre.free_hours": _exactly(800, more=100, share=0.7),
    "centre.building_area": _exactly(0, share=1),
    "centre.meets_code": _exactly(1, share=1),
    "centre.disciplines": _exactly(9, more=2),
    "centre.website_functions": _exactly(5, more=1),
    "centre.station_classes": _exactly(2, more=2),
    "station.grade": lambda s: s.chance.pick({0: 1, 1: 4, 2: 4, 3: 2, 4: 1}),
    "station.computers": _exactly(16, more=10, less=8, share=0.3),
    "e_reading.computers": _exactly(12, more=8, less=6, share=0.45),
    "e_reading.bandwidth": lambda s: s.chance.pick({4: 3, 100: 5, 200: 2, 500: 1, 2: 1}),
    "station.boards": _exactly(6, more=4, less=2),
    "station.teams": _exactly(3, more=5, less=1, share=0.3),
    "station.large_events": _exactly(2, more=2, less=1),
    "station.mobile_services": _about(9, 0.4),
    "station.apart": _yes(0.85),
    "opera.performances": _exactly(3, more=3, less=1),
    "village_room.wifi": _yes(0.9),
    "hall.lights": _yes(0.8),
    "hall.sound": _yes(0.95),
    "hall.sections": _exactly(4, more=4, less=2),
    "farm_bookroom.titles": _exactly(1500, more=700, less=260, share=0.25),
    "farm_bookroom.books": lambda s: max(s.said.get("farm_bookroom.titles", 0), s.exactly(1800, more=900, less=240)),
    "farm_bookroom.periodicals": _exactly(10, more=6, less=4),
    "farm_bookroom.av": _exactly(100, more=40, less=20),
    "farm_bookroom.new_books": lambda s: 0 if s.chance.happens(0.06) else s.exactly(30, more=30, less=12),
    "farm_bookroom.registers": _exactly(3, less=2, share=0.8),
    "reading_boards.count": _exactly(1, more=2, less=1, share=0.6),
    "films.shown": _film_nights,
    "troupes.count": _exactly(1, more=3, less=1),
    "village_post.filled": _exactly(1, more=1, less=1, share=0.75),
    "emergency_broadcast.households": _people_served,
    "emergency_broadcast.covered": lambda s: (
        _people_served(s) if s.chance.happens(0.6) else round(_people_served(s) * 0.94)
    ),
    "films.domestic": lambda s: s.about(38 * s.months, 0.04),  # of some fifty villages' one a month
    "films.new": _of("films.domestic", 0.36, 0.05),
    "films.pupils": _exactly(2, more=1),
    "broadcast.radio_programmes": _exactly(17, more=3),
    "broadcast.tv_programmes": _exactly(25, more=10),
    "staff.centre": _exactly(40, more=3, share=0.7),
    "staff.centre_professional": _of("staff.centre", 0.68, 0.04),
    "staff.centre_bachelor": _of("staff.centre", 0.55, 0.05),
    "staff.library": _exactly(36, more=2, share=0.8),
    "staff.station": _exactly(3, more=2, less=1),
    "staff.station_established": _exactly(2, more=1, less=1),
    "staff.station_trained": lambda s: min(s.said.get("staff.station", 3), s.exactly(1, more=2, less=1)),
    "staff.village": _exactly(1, more=1, share=0.8),
    "training.county": lambda s: s.about(76 * 7.6, 0.06),
    "training.town": lambda s: s.said.get("staff.station", 3) * s.exactly(8, more=2, less=3),
    "training.village": lambda s: s.said.get("staff.village", 1) * s.exactly(3, more=1, less=3),
    "troupes.star": _exactly(1, more=3, less=1),
    "volunteers.registered": _holds(0.008),
    "volunteers.complete": _of("volunteers.registered", 0.9, 0.1),
    "volunteers.hours": lambda s: s.about(s.said.get("volunteers.registered", 100) * 1150, 0.3),
    "money.library_appropriation": _about(9_400_000, 0.05),
    "money.centre_appropriation": lambda s: s.per_head(0.92),
    "money.free_opening_library": _exactly(100_000, share=1),
    "money.free_opening_centre": _exactly(100_000, share=1),
    "money.free_opening_central": lambda s: 80_000 * 2 + 200_000,
    "money.received": _about(6_200_000, 0.2),
    "money.spent": _of("money.received", 0.86, 0.1),
    "money.free_opening_station": _exactly(25_000, share=0.9, less=5_000),
    "money.bookroom_renewal": _exactly(1_000, more=600, less=400),
    "satisfaction.surveyed": _exactly(1_200, more=200),
    "satisfaction.satisfied": _of("satisfaction.surveyed", 0.86, 0.04),
    "catalogue.published": _exactly(1, share=1),
    "annual_reports.county": lambda s: 3 if s.month == 6 else 0,
    "annual_reports.published": lambda s: s.exactly(1, more=2, less=1) if s.month == 6 else 0,
    "consultations.county": _exactly(1, share=1),
    "consultations.held": _exactly(1, more=1, less=1, share=0.6),
    "evaluation.published": lambda s: int(s.month == 12),
    "pupils.free_days": _exactly(1, share=1),
}

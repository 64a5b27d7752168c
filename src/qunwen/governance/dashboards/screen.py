"""The large screen: one newspaper page that is read from five metres, and the same page on a sheet of paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from . import words
from .asked import Asked
from .blocks import Below, Card, Trend, headline, ranked_below, trend
from .words import Sentence

CARDS = 4
RANKS = 7


@dataclass(frozen=True)
class Screen:
    """Everything on the page. `first` of the places below fit on it; there are `others` more."""

    asked: Asked
    cards: tuple[Card, ...]
    front: Card
    lead: Sentence
    second: Sentence | None
    trend: Trend
    below: tuple[Below, ...]

    @property
    def first(self) -> tuple[Below, ...]:
        """The places that are listed."""
        return self.below[:RANKS]

    @property
    def others(self) -> int:
        """How many are not."""
        return max(0, len(self.below) - RANKS)


def screen(asked: Asked, *, today: dt.date) -> Screen:
    """The page of a place in a period. Raises Forbidden, NeverFreshError."""
    cards = headline(asked, asked.in_front, today=today)
    front = next(card for card in cards if card.now.subject == asked.focus)
    # Of a long theme first what has figures at all.
    known = sorted((card for card in cards if card != front), key=lambda card: card.now.value is None)
    shown = known[: CARDS - 1]
    order = [card for card in cards if card == front or card in shown]
    return Screen(
        asked,
        tuple(order),
        front,
        words.of_value(front.now, asked.place.name),
        words.of_last_year(front.last_year) if front.last_year.said else None,
        trend(asked),
        ranked_below(asked, asked.focus, against=asked.period.last_year, today=today),
    )

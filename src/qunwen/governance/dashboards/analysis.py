"""The analysis of a month, quarter, half-year or year: tables and sentences of everything in a theme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from qunwen.base.places import queries as places

from . import words, words_below
from .asked import Asked
from .blocks import Card, headline, readings_below
from .comparing import Turn, compare, contributions, ranked
from .readings import Key, Reading, read, say
from .subjects import Subject
from .tables import shares
from .words import Sentence


@dataclass(frozen=True)
class Passage:
    """What is said of one thing that is counted."""

    subject: Subject
    sentences: tuple[Sentence, ...]
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each sentence with the name and address of every figure it rests on."""
        return [
            (s.text, [(self.names.get(r.place) or r.period.label, r.url) for r in s.sources]) for s in self.sentences
        ]


@dataclass(frozen=True)
class Part:
    """A place below in the table of parts: its figure, its share of the whole, and how it changed."""

    name: str
    place: str
    now: Reading
    then: Reading
    share: str
    change: str


@dataclass(frozen=True)
class Parts:
    """The places below, what lies at the place itself (`rest`), and the whole, which they add up to as shown."""

    whole: Reading
    lines: tuple[Part, ...]
    rest: str
    rest_share: str


@dataclass(frozen=True)
class Analysis:
    """Everything on the page."""

    asked: Asked
    cards: tuple[Card, ...]
    passages: tuple[Passage, ...]
    parts: Parts | None


def analyse(asked: Asked, *, today: dt.date) -> Analysis:
    """The analysis of a place in a period. Raises Forbidden, NeverFreshError."""
    period = asked.period
    cards = headline(asked, asked.in_front, today=today)
    found = readings_below(asked, asked.in_front, [period, period.last_year])
    codes = sorted({place for _code, place, _period in found})
    names = places.names(codes)
    shown = [code for code in codes if code in names]
    months = read(asked.in_front, places=[asked.place.pk], periods=period.months, hierarchy=asked.hierarchy)
    passages = tuple(
        Passage(card.now.subject, _sentences(asked, card, _Around(found, months, shown, names)), names)
        for card in cards
    )
    front = next(card.now for card in cards if card.now.subject == asked.focus)
    pairs = _pairs(found, asked, asked.focus, shown)
    return Analysis(asked, cards, passages, _parts(front, pairs, names, today))


@dataclass(frozen=True)
class _Around:
    below: Mapping[Key, Reading]
    months: Mapping[Key, Reading]
    codes: Sequence[str]
    names: Mapping[str, str]


def _pairs(
    found: Mapping[Key, Reading], asked: Asked, subject: Subject, codes: Sequence[str]
) -> list[tuple[Reading, Reading]]:
    """Now and a year before at each place below; none where the subject makes no sense there."""
    now, then = asked.period, asked.period.last_year
    return [
        (found[subject.code, c, now], found[subject.code, c, then]) for c in codes if (subject.code, c, now) in found
    ]


def _sentences(asked: Asked, card: Card, around: _Around) -> tuple[Sentence, ...]:
    subject = card.now.subject
    pairs = _pairs(around.below, asked, subject, around.codes)
    order = ranked([now for now, _then in pairs])
    line = [around.months[subject.code, asked.place.pk, month] for month in asked.period.months]
    running = card.last_year.turn == card.before.turn == Turn.UNFINISHED
    found = [
        words.of_value(card.now, asked.place.name),
        words.of_unfinished(card.now) if running else words.of_last_year(card.last_year),
        words_below.of_contributions(contributions(card.last_year, pairs), around.names),
        None if running else words.of_previous(card.before),
        words.of_goal(card.goal) if card.goal else None,
        words.of_months(line),
        words_below.of_ranking(order, around.names),
        words.of_grades(card.now),
    ]
    return tuple(sentence for sentence in found if sentence is not None)


def _parts(
    whole: Reading, pairs: Sequence[tuple[Reading, Reading]], names: Mapping[str, str], today: dt.date
) -> Parts | None:
    if not pairs or whole.value is None or not whole.subject.additive:
        return None
    rest = whole.value - sum((now.value or Fraction(0) for now, _then in pairs), Fraction(0))
    found = shares([*(now.value or Fraction(0) for now, _then in pairs), rest])
    lines = tuple(
        Part(names[now.place], now.place, now, then, share, _change(now, then, today))
        for (now, then), share in zip(pairs, found, strict=False)
    )
    return Parts(whole, lines, say(rest, whole.subject.places) if rest else "", found[-1])


def _change(now: Reading, then: Reading, today: dt.date) -> str:
    change = compare(now, then, today=today)
    if not change.said or change.difference is None:
        return ""
    return f"{'+' if change.difference > 0 else ''}{say(change.difference, now.subject.places)}"

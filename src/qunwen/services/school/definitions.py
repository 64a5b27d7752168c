"""Rules and question sheets that are data: read once, checked whole, asked by day."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from .enums import Season

_FOLDER = Path(__file__).with_name("rules")


class DefinitionWrong(ValueError):
    """A definition file cannot be used as it stands; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a pupil has completed a class. `attendance` is a share of the lessons held; `mark` 0 asks for none."""

    code: str
    title: str
    en: str
    seasons: frozenset[str]
    valid_from: dt.date
    valid_to: dt.date | None
    attendance: Fraction
    mark: int
    source: str
    certainty: str

    def covers(self, season: str, day: dt.date) -> bool:
        """Whether it is in force for terms of that season on that day."""
        return season in self.seasons and self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a sheet, with the most points it gives."""

    key: str
    title: str
    en: str
    most: int


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet of questions; `most` is the sum of all points."""

    code: str
    title: str
    en: str
    valid_from: dt.date
    questions: tuple[Question, ...]

    @property
    def most(self) -> int:
        """The points a perfect lesson gets."""
        return sum(question.most for question in self.questions)


def said(row: Rule | Form | Question) -> str:
    """The title in the reader's language; Traditional is made at display."""
    return row.en if (get_language() or "").startswith("en") else row.title


def _rule(raw: dict[str, Any]) -> Rule:
    attendance = Fraction(raw["attendance"])
    seasons = frozenset(raw["seasons"])
    if not 0 <= attendance <= 1 or not 0 <= raw["mark"] <= 100 or not seasons <= set(Season.values):
        raise DefinitionWrong(f"completion rule {raw.get('code')}: share, mark or season out of bounds")
    return Rule(
        code=raw["code"], title=raw["title"], en=raw["en"], seasons=seasons, valid_from=raw["valid_from"],
        valid_to=raw.get("valid_to"), attendance=attendance, mark=raw["mark"], source=raw["source"],
        certainty=raw["certainty"],
    )  # fmt: skip


def rules_from(text: str) -> tuple[Rule, ...]:
    """The rules a file holds. Raises DefinitionWrong for bounds, doubled codes, or two in force at once."""
    rules = tuple(_rule(raw) for raw in tomllib.loads(text)["rule"])
    if len({rule.code for rule in rules}) != len(rules):
        raise DefinitionWrong("completion rules: a code stands twice")
    for season in Season.values:
        dated = sorted((r for r in rules if season in r.seasons), key=lambda r: r.valid_from)
        for earlier, later in itertools.pairwise(dated):
            if earlier.valid_to is None or earlier.valid_to > later.valid_from:
                raise DefinitionWrong(f"completion rules {earlier.code} and {later.code} are in force at once")
    return rules


@functools.cache
def rules() -> tuple[Rule, ...]:
    """The completion rules that come with the house."""
    return rules_from((_FOLDER / "completion.toml").read_text(encoding="utf-8"))


def rule_for(season: str, day: dt.date) -> Rule | None:
    """The rule in force for a term of that season that begins on that day."""
    return next((rule for rule in rules() if rule.covers(season, day)), None)


def rule_of(code: str) -> Rule | None:
    """The rule of that code, in force or not: what was judged by it stays readable."""
    return next((rule for rule in rules() if rule.code == code), None)


@functools.cache
def forms() -> tuple[Form, ...]:
    """The question sheets that come with the house, oldest first."""
    raw = tomllib.loads((_FOLDER / "quality.toml").read_text(encoding="utf-8"))["form"]
    made = tuple(
        Form(one["code"], one["title"], one["en"], one["valid_from"], tuple(Question(**q) for q in one["question"]))
        for one in raw
    )
    return tuple(sorted(made, key=lambda form: form.valid_from))


def form_for(day: dt.date) -> Form | None:
    """The sheet to fill in on that day."""
    return next((form for form in reversed(forms()) if form.valid_from <= day), None)


def form_of(code: str) -> Form | None:
    """The sheet of that code."""
    return next((form for form in forms() if form.code == code), None)

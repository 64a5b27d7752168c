"""What a notice is made of before it is a draw."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import NamedTuple

from .enums import Party, SeedForm


class OptionDraft(NamedTuple):
    """One thing that may be wished for. `kept`: places for groups by code; `floors`: places for villages (or towns) by code."""

    subject_type: str
    subject_id: uuid.UUID
    title: str
    seats: int
    kept: Mapping[str, int] = {}
    floors: Mapping[str, int] = {}


class Rules(NamedTuple):
    """The rules of a draw, all of them in its notice and under its hash.

    `season`: draws of one season count each other's applications of the same person (1/n). `seed_length`: how many
    digits or throws; at least a million outcomes are asked for.
    """

    party: str = Party.PERSON
    people_at_most: int = 1
    first_timers: bool = False
    luck: bool = True
    share: bool = True
    season: str = ""
    seed_form: str = SeedForm.DIGITS
    seed_length: int = 14

"""Identifiers made where the record is made."""

from __future__ import annotations

import uuid

import uuid_utils


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (version 7): sorts by creation, needs no server to hand it out."""
    return uuid.UUID(int=uuid_utils.uuid7().int)

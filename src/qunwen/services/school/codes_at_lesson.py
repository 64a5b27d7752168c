"""The changing code on the teacher's screen: six digits that live for a minute and cannot be guessed ahead."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid

STEP = 30  # seconds a code is shown
DIGITS = 6


def code_at(secret: str, lesson: uuid.UUID, at: dt.datetime) -> str:
    """The code of a lesson at a moment."""
    return _code(secret, lesson, int(at.timestamp()) // STEP)


def is_good(secret: str, lesson: uuid.UUID, typed: str, at: dt.datetime) -> bool:
    """Whether what was typed is the code of now or of the step before (somebody was just typing)."""
    said = "".join(symbol for symbol in typed if symbol.isdigit())
    step = int(at.timestamp()) // STEP
    return any(hmac.compare_digest(said, _code(secret, lesson, step - back)) for back in (0, 1))


def seconds_left(at: dt.datetime) -> int:
    """How long the code of now is still shown."""
    return STEP - int(at.timestamp()) % STEP


def _code(secret: str, lesson: uuid.UUID, step: int) -> str:
    digest = hmac.new(bytes.fromhex(secret), lesson.bytes + step.to_bytes(8, "big"), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}}"

"""The slips of paper of a rush, signed: a pass to the door, and the number one holds afterwards.

A pass is made by the ordinary page for a resident it knows, so that the door need ask nobody who somebody is. It
names thing, resident, family, language, hours and the key of the order, and works only with the web session
it was made for (a digest of it is inside). Format: base64 of JSON, a point, base64 of 18 bytes of HMAC-SHA256.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import functools
import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings

SIGNED = 18
LASTS = dt.timedelta(hours=12)  # as long as a session of the portal may
PASS, NUMBER = "pass", "number"


class Refused(ValueError):
    """Not ours, altered, or of another kind."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What somebody may order at the door. Moments are seconds since 1970; `opens` 0: open already."""

    county: str
    bucket: uuid.UUID
    place: str
    resident: uuid.UUID
    family: tuple[tuple[str, str], ...]
    key: str
    language: str
    session: str
    opens: int
    expires: int
    title: str
    back: str
    most: int


@dataclass(frozen=True, slots=True)
class Number:
    """Somebody's number in the queue of a county, and the page where it was asked for."""

    county: str
    number: int
    language: str
    session: str
    title: str
    back: str


def digest_of(session: str) -> str:
    """What a pass says of the web session it was made for."""
    return hashlib.sha256(b"rush" + session.encode()).hexdigest()[:20]


def write_pass(made: Pass) -> str:
    """The pass as text for a hidden field."""
    return _sign(PASS, [str(v) if isinstance(v, uuid.UUID) else v for v in _values(made)])


def read_pass(text: str) -> Pass:
    """The pass in a form. Raises Refused."""
    said = _read(PASS, text, 13)
    family = tuple((str(one), str(name)) for one, name in said[4])
    return Pass(said[0], uuid.UUID(said[1]), said[2], uuid.UUID(said[3]), family, *said[5:])


def write_number(made: Number) -> str:
    """The number as text for an address."""
    return _sign(NUMBER, _values(made))


def read_number(text: str) -> Number:
    """The number in an address. Raises Refused."""
    return Number(*_read(NUMBER, text, 6))


def _values(made: Pass | Number) -> list[Any]:
    return [getattr(made, name) for name in made.__dataclass_fields__]


def _sign(kind: str, said: list[Any]) -> str:
    body = base64.urlsafe_b64encode(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).rstrip(b"=")
    return f"{body.decode()}.{_mark(kind, body)}"


def _read(kind: str, text: str, number: int) -> list[Any]:
    body, _point, mark = text.partition(".")
    raw = body.encode("ascii", "replace")
    if not hmac.compare_digest(_mark(kind, raw).encode(), mark.encode("ascii", "replace")):
        raise Refused("signature")
    try:
        said = json.loads(base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4)))
    except (binascii.Error, ValueError) as problem:
        raise Refused("unreadable") from problem
    if not isinstance(said, list) or len(said) != number:
        raise Refused("an older kind")
    return said


def _mark(kind: str, body: bytes) -> str:
    made = hmac.digest(_secret(settings.SECRET_KEY, kind), body, "sha256")[:SIGNED]
    return base64.urlsafe_b64encode(made).decode()


@functools.cache
def _secret(key: str, kind: str) -> bytes:
    return hashlib.sha256(f"qunwen rush {kind} {key}".encode()).digest()

"""Signed tickets: a QR code that proves itself without any network or database.

Text: `QW1.` (1 is the version) and base32 of body + Ed25519 signature (64 bytes) over `QW1.` + body.
Body, big-endian, in bytes:

    key id 2 · county 3 · booking 16 · session (bucket's subject) 16 · serial 2 · seats 1 · valid until 4

Everything in the QR alphanumeric set, 178 symbols, so that it prints small and reads from a scratched
screen. A scanner needs only the public keys (`public_keys()`); nothing of a person is in the code.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import functools
import hashlib
import struct
import uuid
from dataclasses import dataclass
from pathlib import Path

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext as _

from qunwen.config.keys import kept

from .models import Booking, Bucket

VERSION = 1
PREFIX = f"QW{VERSION}."
_DOMAIN = PREFIX.encode()
GRACE = dt.timedelta(days=1)  # a ticket stays readable until a day after the end, for late uploads of scans
UNDATED = dt.timedelta(days=366)
_BODY = struct.Struct(">2s3s16s16sHBI")
_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a valid ticket says."""

    county: str
    booking: uuid.UUID
    subject: uuid.UUID
    serial: int
    seats: int
    valid_until: dt.datetime
    key_id: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why a text is no valid ticket; the reason is for the person at the door."""

    reason: str

    def __bool__(self) -> bool:
        return False


# -- keys -------------------------------------------------------------------------------------------------


def _folder() -> Path:
    return Path(settings.QUNWEN_HOME) / "keys" / "tickets"


def _raw_private() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def _key_files() -> list[Path]:
    return sorted(_folder().glob("[0-9][0-9][0-9][0-9].key"))


def key_id(public: Ed25519PublicKey) -> bytes:
    """Two bytes that name a public key inside a ticket."""
    return hashlib.sha256(public.public_bytes_raw()).digest()[:2]


@functools.lru_cache(maxsize=64)
def _private(path: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def _signing_key() -> Ed25519PrivateKey:
    """The newest key of the installation; the first is made on first use."""
    files = _key_files()
    if not files:
        kept(_folder() / "0001.key", _raw_private)
        files = _key_files()
    return _private(files[-1])


def rotate_key() -> str:
    """Make a new signing key; tickets signed before still verify. Returns the new key's id (hex)."""
    _signing_key()
    number = int(_key_files()[-1].stem) + 1
    kept(_folder() / f"{number:04}.key", _raw_private)
    return key_id(_signing_key().public_key()).hex()


def _public() -> dict[bytes, Ed25519PublicKey]:
    _signing_key()
    return {key_id(key): key for key in (_private(path).public_key() for path in _key_files())}


def public_keys() -> dict[str, object]:
    """What a scanner has to know beforehand: every public key by id, raw in base64 and as PEM; the newest signs."""
    newest = key_id(_signing_key().public_key()).hex()
    return {
        "version": VERSION,
        "prefix": PREFIX,
        "signing": newest,
        "keys": [
            {
                "id": identifier.hex(),
                "raw": base64.b64encode(key.public_bytes_raw()).decode(),
                "pem": key.public_bytes(
                    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
                ).decode(),
            }
            for identifier, key in _public().items()
        ],
    }


def signer() -> bytes:
    """The two bytes that name the key that signs now."""
    return key_id(_signing_key().public_key())


def sign(message: bytes) -> bytes:
    """An Ed25519 signature by the newest key; other papers of the house begin `message` with a prefix of their own."""
    return _signing_key().sign(message)


def is_signed(identifier: bytes, message: bytes, signature: bytes) -> bool:
    """Whether one of our keys, named by its two bytes, made this signature."""
    key = _public().get(identifier)
    if key is None:
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


# -- making -----------------------------------------------------------------------------------------------


def valid_until(booking: Booking, bucket: Bucket) -> dt.datetime:
    """A day after the end; a year after booking where there is no date."""
    end = bucket.ends_at or bucket.starts_at
    return end + GRACE if end is not None else booking.booked_at + UNDATED


def text_of(booking: Booking) -> str:
    """The signed text of a booking's ticket. Reads `booking.bucket`; says nothing of the state."""
    bucket = booking.bucket
    key = _signing_key()
    body = _BODY.pack(
        key_id(key.public_key()),
        int(booking.county).to_bytes(3, "big"),
        booking.pk.bytes,
        bucket.subject_id.bytes,
        booking.ticket_serial,
        min(booking.party, 255),
        int(valid_until(booking, bucket).timestamp()),
    )
    return PREFIX + base64.b32encode(body + key.sign(_DOMAIN + body)).decode().rstrip("=")


def qr_svg(text: str, *, scale: int = 4) -> str:
    """The text as a QR code in SVG (dark on white, with its quiet zone), to be put into a page."""
    code = segno.make_qr(text, error="m", mode="alphanumeric")
    return code.svg_inline(scale=scale, border=4, dark="#1f2328", light="#ffffff", omitsize=False)


# -- checking ---------------------------------------------------------------------------------------------


def looks_like_ticket(text: str) -> bool:
    """Whether a scanned text claims to be one of our tickets."""
    return text.strip().upper().startswith(PREFIX)


def verify(text: str, *, at: dt.datetime, county: str = "", subject: uuid.UUID | None = None) -> Ticket | Invalid:
    """The ticket, or why it is none. Needs no database; `county` and `subject` say where one stands.

    A valid signature says that we issued it, not that it was not cancelled or used: with a database,
    `queries.find_at_door` asks that too.
    """
    text = text.strip().upper()
    if not text.startswith(PREFIX):
        return Invalid(_("这不是群文的电子票。请核对，或输入 8 位取票码。"))
    packed = text.removeprefix(PREFIX)
    try:
        raw = base64.b32decode(packed + "=" * (-len(packed) % 8))
    except (binascii.Error, ValueError):
        return Invalid(_("二维码不完整，请再扫一次，或输入 8 位取票码。"))
    if len(raw) != _BODY.size + _SIGNATURE:
        return Invalid(_("二维码不完整，请再扫一次，或输入 8 位取票码。"))
    body, signature = raw[: _BODY.size], raw[_BODY.size :]
    signer, place, booking, session, serial, seats, until = _BODY.unpack(body)
    key = _public().get(signer)
    if key is None:
        return Invalid(_("这张票不是本系统签发的，或扫码设备需要更新公钥。"))
    try:
        key.verify(signature, _DOMAIN + body)
    except InvalidSignature:
        return Invalid(_("这张票是伪造的或被改动过，不能入场。"))
    ticket = Ticket(
        county=f"{int.from_bytes(place, 'big'):06}",
        booking=uuid.UUID(bytes=booking),
        subject=uuid.UUID(bytes=session),
        serial=serial,
        seats=seats,
        valid_until=dt.datetime.fromtimestamp(until, tz=dt.UTC),
        key_id=signer.hex(),
    )
    return _here_and_now(ticket, at, county, subject)


def _here_and_now(ticket: Ticket, at: dt.datetime, county: str, subject: uuid.UUID | None) -> Ticket | Invalid:
    if ticket.valid_until <= at:
        return Invalid(_("这张票已过期。"))
    if county and ticket.county != county:
        return Invalid(_("这是别的区县的票，请核对地点。"))
    if subject is not None and ticket.subject != subject:
        return Invalid(_("这是另一场的票，请核对场次。"))
    return ticket

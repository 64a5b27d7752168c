"""Signed certificates: what is printed proves itself without any network or database.

Text: `QC1.` and base32 of body + Ed25519 signature over `QC1.` + body, by the installation's ticket keys. Body:

    key id 2 · county 3 · certificate 16 · issued at 4 · digest of what is printed 16

The digest is over number, name, class and school, so a changed name or class is found offline too, by whoever types
what the paper says. Nothing of the person can be read from the code itself.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import struct
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.services.bookings import tickets

from . import queries
from .models import Certificate

PREFIX = "QC1."
_DOMAIN = PREFIX.encode()
_BODY = struct.Struct(">2s3s16sI16s")
_SIGNATURE = 64


@dataclass(frozen=True, slots=True)
class Signed:
    """What a valid code says."""

    county: str
    certificate: uuid.UUID
    issued_at: dt.datetime
    digest: bytes

    def prints(self, *, number: str, name: str, title: str, school: str) -> bool:
        """Whether this is the code of a paper that says so."""
        return self.digest == digest(number, name, title, school)


def digest(number: str, name: str, title: str, school: str) -> bytes:
    """Sixteen bytes of SHA-256 over what is printed, each part on a line of its own."""
    return hashlib.sha256(f"{number}\n{name}\n{title}\n{school}".encode()).digest()[:16]


def text_of(row: Certificate) -> str:
    """The signed text of a certificate, for its QR code."""
    printed = digest(row.number, row.name, row.title, row.school)
    body = _BODY.pack(
        tickets.signer(), int(row.county).to_bytes(3, "big"), row.pk.bytes, int(row.issued_at.timestamp()), printed
    )
    return PREFIX + base64.b32encode(body + tickets.sign(_DOMAIN + body)).decode().rstrip("=")


def address_of(row: Certificate) -> str:
    """What the QR code says: the page that verifies, with the signed text. Any telephone's camera opens it."""
    return settings.QUNWEN_PUBLIC_URL.rstrip("/") + reverse("portal:verify") + "?" + urlencode({"code": text_of(row)})


def qr_svg(row: Certificate) -> str:
    """The QR code of a certificate as SVG of any size, to be put into a page."""
    code = segno.make_qr(address_of(row), error="m")
    return code.svg_inline(border=4, dark="#1f2328", light="#ffffff", omitsize=True)


def verify(text: str) -> Signed | str:
    """What a scanned text says, or in Chinese why it is no certificate of this installation. Needs no database.

    A valid signature says that it was issued, not that it was not revoked since: with a database, ask that too.
    """
    text = signed_part(text)
    packed = text.removeprefix(PREFIX)
    if not text.startswith(PREFIX):
        return _("这不是结业证书的二维码。请核对，或输入证书上的 8 位查验码。")
    try:
        raw = base64.b32decode(packed + "=" * (-len(packed) % 8))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _BODY.size + _SIGNATURE:
        return _("二维码不完整，请再扫一次，或输入证书上的 8 位查验码。")
    body, signature = raw[: _BODY.size], raw[_BODY.size :]
    signer, place, pk, issued, printed = _BODY.unpack(body)
    if not tickets.is_signed(signer, _DOMAIN + body, signature):
        return _("这张证书不是本系统签发的，或被改动过。")
    return Signed(
        county=f"{int.from_bytes(place, 'big'):06}",
        certificate=uuid.UUID(bytes=pk),
        issued_at=dt.datetime.fromtimestamp(issued, tz=dt.UTC),
        digest=printed,
    )


def find(*, county: str, text: str) -> tuple[Certificate | None, str]:
    """The certificate whose code somebody typed or scanned, or none and in Chinese why not. For anybody with the paper."""
    if not looks_like_one(text):
        row = queries.certificate_by_code(county=county, text=text)
        return row, "" if row else _("没有找到这张证书，请核对查验码（8 位，没有 0、O、1、I、L）。")
    signed = verify(text)
    if isinstance(signed, str):
        return None, signed
    row = queries.certificate(county=signed.county, pk=signed.certificate)
    if row is None or not signed.prints(number=row.number, name=row.name, title=row.title, school=row.school):
        return None, _("签名是真的，但系统里没有这张证书，请联系颁发学校。")
    return row, ""


def signed_part(text: str) -> str:
    """The signed text of what was scanned or pasted: it may stand in the address of the page that verifies."""
    text = text.strip().upper()
    begins = text.find(PREFIX)
    return text[begins:].partition("&")[0] if begins >= 0 else text


def looks_like_one(text: str) -> bool:
    """Whether a scanned text claims to be a certificate."""
    return PREFIX in text.upper()


def shown_name(name: str) -> str:
    """The name as strangers see it: the family name and as many stars as there are other signs."""
    return name[:1] + "＊" * max(1, len(name) - 1) if name else ""

"""Reading a photo, and making the copies that may be shown: upright, smaller, without any metadata."""

from __future__ import annotations

import datetime as dt
import io
import struct
import warnings
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageOps, ImageStat

from qunwen.base.scope.clock import SHANGHAI

from . import problems

PIXELS = 50_000_000
COPIES = {"large": 1600, "thumb": 480}
QUALITY = {"large": 82, "thumb": 76}
# What Pillow may raise on a hostile or broken file, besides its own errors.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, KeyError, IndexError, TypeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Photo:
    """What was read from a photo. `copies` are JPEG bytes by name; position in degrees, WGS-84."""

    width: int
    height: int
    taken_at: dt.datetime | None
    position: tuple[Decimal, Decimal] | None
    bands: tuple[int, int, int, int] | None
    copies: dict[str, bytes]


def read(path: Path) -> Photo:
    """Decode the whole photo and make its copies.

    Raises FileRefused when it is broken, cut off or has more than PIXELS pixels. The size is judged
    by the header, before a single pixel is unpacked.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=["JPEG", "PNG", "WEBP"]) as image:
                return _read(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise problems.too_many_pixels(PIXELS // 1_000_000) from error
    except problems.FileRefused:
        raise
    except MemoryError as error:
        raise problems.too_many_pixels(PIXELS // 1_000_000) from error
    except BROKEN as error:
        raise problems.broken_image() from error


def _read(image: Image.Image) -> Photo:
    if image.width * image.height > PIXELS:
        raise problems.too_many_pixels(PIXELS // 1_000_000)
    exif = image.getexif()
    taken_at, position = _taken_at(exif), _position(exif)
    image.load()
    upright = ImageOps.exif_transpose(image)
    width, height = upright.size
    plain = _plain(upright)
    copies: dict[str, bytes] = {}
    for name, edge in COPIES.items():
        # Each copy is drawn from the one before: the thumb costs almost nothing.
        plain.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=QUALITY[name], optimize=True, progressive=True)
        copies[name] = out.getvalue()
    return Photo(width, height, taken_at, position, _bands(plain), copies)


def _plain(image: Image.Image) -> Image.Image:
    """A new sRGB picture that carries pixels and nothing else."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            converted = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        image = converted or image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        cut = image.convert("RGBA")
        paper = Image.new("RGB", cut.size, "white")
        paper.paste(cut, mask=cut.getchannel("A"))
        return paper
    bare = Image.new("RGB", image.size)
    bare.paste(image.convert("RGB"))
    return bare


def _bands(image: Image.Image) -> tuple[int, int, int, int] | None:
    if ImageStat.Stat(image.convert("L")).stddev[0] < 4:
        return None
    import imagehash  # noqa: PLC0415 - pulls in scipy, which would double the start-up time

    value = int(str(imagehash.phash(image)), 16)
    return (value >> 48) & 0xFFFF, (value >> 32) & 0xFFFF, (value >> 16) & 0xFFFF, value & 0xFFFF


def _taken_at(exif: Image.Exif) -> dt.datetime | None:
    """When the camera says the photo was taken; a camera without a zone is taken to run on county time."""
    try:
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        text = str(inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "").strip("\0 ")
        moment = dt.datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows below
        offset = str(inner.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
        zone = dt.datetime.strptime(offset, "%z").tzinfo if offset else SHANGHAI
    except BROKEN:
        return None
    return moment.replace(tzinfo=zone) if moment.year >= 1990 else None


def _position(exif: Image.Exif) -> tuple[Decimal, Decimal] | None:
    try:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    except (*BROKEN, ArithmeticError):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180 or (latitude == 0 and longitude == 0):
        return None
    return latitude, longitude


def _degrees(parts: Any, reference: Any, negative: str) -> Decimal:
    degrees, minutes, seconds = (Decimal(str(float(part))) for part in parts)
    if not all(part.is_finite() for part in (degrees, minutes, seconds)):
        raise ValueError("not a position")
    value = (degrees + minutes / 60 + seconds / 3600).quantize(Decimal("0.000001"))
    return -value if str(reference).strip("\0 ").upper() == negative else value

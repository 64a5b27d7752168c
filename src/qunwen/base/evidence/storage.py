"""Where files lie: MEDIA_ROOT/evidence/<county>/<ab>/<sha256>, with the copies of photos beside them.

A file is written under a temporary name, flushed to the disk and then renamed, so that it is either
there whole or not at all. Database rows are written only afterwards.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from . import inspecting, photos, problems
from .enums import Variant
from .inspecting import DOCUMENT_BYTES, Content
from .photos import Photo

CHUNK = 1024 * 1024
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies safely on the disk and is understood; no row speaks of it yet."""

    county: str
    sha256: str
    size: int
    content: Content
    photo: Photo | None


def folder() -> Path:
    """The folder of all evidence."""
    return Path(settings.MEDIA_ROOT) / "evidence"


def path_of(county: str, sha256: str, variant: str = Variant.ORIGINAL) -> Path:
    """Where a file or one of its copies lies. Raises ValueError unless both names are plain digits."""
    if not (len(county) == 6 and county.isascii() and county.isdigit()):
        raise ValueError("not a county")
    if len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError("not a digest")
    ending = "" if variant == Variant.ORIGINAL else f".{photos.COPIES[str(variant)]}.jpg"
    return folder() / county / sha256[:2] / f"{sha256}{ending}"


def receive(stream: BinaryIO, county: str) -> Received:
    """Take a stream in: write, flush, look into it, make the public copies, rename into place.

    Raises FileRefused (nothing stays on the disk) and StorageFull. The same bytes twice, even at the
    same moment, end in the same place.
    """
    with _no_room_is_told(), _temporary(county) as (temporary, file):
        digest, size = _copy(stream, file)
        content = inspecting.inspect(temporary)
        photo = photos.read(temporary) if content.kind == "photo" else None
        home = path_of(county, digest)
        home.parent.mkdir(parents=True, exist_ok=True)
        for name, data in (photo.copies if photo else {}).items():
            _write_copy(path_of(county, digest, name), data)
        # The original comes last: where it is, its copies are.
        temporary.chmod(0o640)
        temporary.replace(home)
        _flush_folder(home.parent)
    return Received(county, digest, size, content, photo)


@contextlib.contextmanager
def _no_room_is_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise problems.storage_full() from error
        raise


@contextlib.contextmanager
def _temporary(county: str) -> Iterator[tuple[Path, BinaryIO]]:
    place = folder() / county / "arriving"
    place.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield path, file
    finally:
        path.unlink(missing_ok=True)


def _copy(stream: BinaryIO, file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > DOCUMENT_BYTES:
            raise problems.too_big(_("文件"), DOCUMENT_BYTES)
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def _write_copy(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o640)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _flush_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file on the disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

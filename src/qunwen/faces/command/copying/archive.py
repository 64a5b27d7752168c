"""The file of a backup: a zip with a manifest of everything in it and its SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from qunwen.faces.command.telling import Stop

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("media", "snapshots", "reports", "keys")
FILES = ("demonstration.txt", "demo.json", "demo_users.json")
BLOCK = 1024 * 1024
# Already compressed: photos, papers, Parquet.
PACKED = {
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".gif",
    ".pdf",
    ".docx",
    ".xlsx",
    ".zip",
    ".gz",
    ".parquet",
    ".mp4",
    ".dump",
}

Progress = Callable[[int, int], None]


def contents(home: Path) -> Iterator[tuple[str, Path]]:
    """(name in the archive, path) of every file of the installation besides its database."""
    for name in FILES:
        if (home / name).is_file():
            yield name, home / name
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(home).as_posix(), path


def write(target: Path, *, files: list[tuple[str, Path]], facts: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the archive beside its name, then put it there; the manifest. Readable by the owner only (keys)."""
    part = target.with_name(target.name + ".part")
    manifest: dict[str, Any] = {"format": FORMAT, **facts, "files": {}}
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw, zipfile.ZipFile(raw, "w", allowZip64=True) as archive:
            for number, (name, path) in enumerate(files, 1):
                try:
                    manifest["files"][name] = _add(archive, name, path)
                except FileNotFoundError:
                    continue  # a snapshot that was replaced meanwhile; nothing refers to it any more
                progress(number, len(files))
            text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
            archive.writestr(_member(MANIFEST), text, compress_type=zipfile.ZIP_DEFLATED)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = 0o600 << 16
    return member


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    member = _member(name)
    member.compress_type = zipfile.ZIP_STORED if path.suffix.lower() in PACKED else zipfile.ZIP_DEFLATED
    with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as out:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            out.write(block)
    return {"size": size, "sha256": digest.hexdigest()}


def manifest_of(source: Path) -> dict[str, Any]:
    """The manifest of an archive. Raises Stop for a file that is not one of ours."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(MANIFEST))
    except FileNotFoundError:
        raise Stop(f"没有找到备份文件 {source}。", code=2) from None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError):
        raise Stop(f"{source} 不是群文的备份文件，或已损坏：读不出清单 {MANIFEST}。", bad=MANIFEST) from None
    if manifest.get("format") != FORMAT:
        raise Stop(f"{source} 的备份格式是 {manifest.get('format')}，本程序只认 {FORMAT}。")
    return manifest


def prove(source: Path, manifest: dict[str, Any], progress: Progress) -> None:
    """Read every file of the archive and compare it with the manifest. Raises Stop naming the first bad one."""
    wanted = manifest["files"]
    with zipfile.ZipFile(source) as archive:
        there = [name for name in archive.namelist() if name != MANIFEST]
        for name in there:
            if name not in wanted or there.count(name) > 1 or not _safe(name):
                raise Stop(f"备份已损坏，没有恢复任何内容：{name} 不在清单里。", bad=name)
        for number, (name, expected) in enumerate(sorted(wanted.items()), 1):
            if _digest(archive, name) != (expected["size"], expected["sha256"]):
                raise Stop(f"备份已损坏，没有恢复任何内容：{name} 与清单不符。", bad=name)
            progress(number, len(wanted))


def _safe(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _digest(archive: zipfile.ZipFile, name: str) -> tuple[int, str] | None:
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, zlib.error):
        return None
    return size, digest.hexdigest()


def unpack(source: Path, into: Path) -> None:
    """Write every file of a proved archive into a folder; private ones readable by the owner only."""
    with zipfile.ZipFile(source) as archive:
        for member in archive.infolist():
            if member.filename == MANIFEST:
                continue
            target = into / member.filename
            private = member.filename.startswith("keys/")
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o750)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o640)
            with os.fdopen(descriptor, "wb") as out, archive.open(member) as stream:
                while block := stream.read(BLOCK):
                    out.write(block)

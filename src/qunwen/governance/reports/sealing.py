"""The seal: SHA-256 of every file in a manifest, and a signature over the manifest with the house's own key."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from qunwen.config.keys import kept

from .basis import write_json

MANIFEST, SEAL = "manifest.json", "seal.json"
_DOMAIN = b"qunwen-report-1\n"


def file_sha256(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(folder: Path) -> dict[str, str]:
    """Path inside the bundle → hash, of every file but manifest and seal."""
    inside = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: file_sha256(path) for name, path in inside.items() if name not in (MANIFEST, SEAL)}


def _key() -> Ed25519PrivateKey:
    raw = kept(
        Path(settings.QUNWEN_HOME) / "keys" / "reports.key", lambda: Ed25519PrivateKey.generate().private_bytes_raw()
    )
    return Ed25519PrivateKey.from_private_bytes(raw)


def fingerprint(public_key: str) -> str:
    """Sixteen letters that name a key, to be compared by eye."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def public_key_of(folder: Path) -> str:
    """The key a bundle was signed with, in hex."""
    return str(json.loads((folder / SEAL).read_text(encoding="utf-8"))["public_key"])


def seal(folder: Path, about: dict[str, Any]) -> str:
    """Write manifest and seal over everything in the folder; the manifest's hash."""
    write_json(folder / MANIFEST, {**about, "files": files_of(folder)})
    digest = file_sha256(folder / MANIFEST)
    key = _key()
    write_json(
        folder / SEAL,
        {
            "algorithm": "Ed25519",
            "manifest_sha256": digest,
            "public_key": key.public_key().public_bytes_raw().hex(),
            "signature": key.sign(_DOMAIN + digest.encode()).hex(),
        },
    )
    return digest


def problem_of_seal(folder: Path) -> str:
    """What is wrong with the seal itself, in Chinese; '' when manifest and signature belong together."""
    try:
        sealed = json.loads((folder / SEAL).read_text(encoding="utf-8"))
        found = file_sha256(folder / MANIFEST)
        if sealed["manifest_sha256"] != found:
            return f"清单被改动：封存时为 {sealed['manifest_sha256'][:12]}…，现在是 {found[:12]}…"
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(sealed["public_key"]))
        public.verify(bytes.fromhex(sealed["signature"]), _DOMAIN + found.encode())
    except FileNotFoundError as lost:
        return f"缺少文件 {Path(lost.filename).name}"
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return "签名不对：清单或封条被改动"
    return ""

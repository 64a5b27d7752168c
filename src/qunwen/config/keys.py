"""Secrets that an installation makes for itself on first use and keeps in its folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Django's signing key, made once, readable by the owner only."""
    return kept(folder / "keys" / "django.key", lambda: secrets.token_urlsafe(64).encode()).decode()


def kept(path: Path, make) -> bytes:  # noqa: ANN001
    """The bytes in `path`; made by `make()` the first time, safe against two first times at once."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(make())
    try:
        os.link(fresh, path)  # fails if somebody was first; theirs then holds
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_bytes()

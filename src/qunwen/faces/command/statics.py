"""Static files are collected once per version of them, not at every start."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .telling import Teller

MARK = ".collected"


def collect_once(teller: Teller) -> bool:
    """Collect, hash and compress static files unless this very set was collected; whether it was done."""
    from django.conf import settings  # noqa: PLC0415  after settings
    from django.core.management import call_command  # noqa: PLC0415  after settings

    mark = Path(settings.STATIC_ROOT) / MARK
    now = _signature()
    if mark.exists() and mark.read_text() == now:
        return False
    teller.say("整理静态文件（仅首次启动或升级后）…")
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    mark.write_text(now)
    return True


def _signature() -> str:
    """A digest of which files there are, their sizes and times."""
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415  after settings

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            digest.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    return digest.hexdigest()

"""The accounts of a demonstration, shown on its log-in page and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class DemoUser:
    """One line of the table on the log-in page."""

    username: str
    password: str
    role: str
    name: str = ""
    place: str = ""


def _file() -> Path:
    return Path(settings.QUNWEN_HOME) / "demo_users.json"


def keep(users: Iterable[DemoUser]) -> Path:
    """Write the list which the log-in page shows (QUNWEN_HOME/demo_users.json). For the demonstration's builder."""
    path = _file()
    path.write_text(json.dumps([asdict(user) for user in users], ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def shown() -> list[DemoUser]:
    """The list, in a demonstration only; empty when there is none."""
    if not settings.QUNWEN_DEMO or not _file().is_file():
        return []
    return [DemoUser(**one) for one in json.loads(_file().read_text(encoding="utf-8"))]

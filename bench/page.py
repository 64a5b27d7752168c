"""What the benches share: a throw-away house, a median, and the page of docs their tables stand in."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"


def start(home: str, *apps: str) -> None:
    """Django on SQLite in a folder of its own, with the tables of these areas."""
    os.environ |= {"QUNWEN_HOME": home, "DJANGO_SETTINGS_MODULE": "qunwen.config.settings.test"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    for app in apps:
        call_command("migrate", app, verbosity=0)


def middle(work: Callable[[], object], times: int) -> float:
    """The median of several runs after a first, in seconds."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return round(statistics.median(taken), 4)


def write(marks: str, title: str, text: str) -> None:
    """Put a text between its marks in docs/performance.md; the first time at the end, under its title."""
    begin, end = f"<!-- {marks}:begin -->", f"<!-- {marks}:end -->"
    old = DOCUMENT.read_text(encoding="utf-8")
    if begin not in old:
        old = f"{old.rstrip()}\n\n## {title}\n\n{begin}\n{end}\n"
    head, _mark, rest = old.partition(begin)
    DOCUMENT.write_text(f"{head}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")

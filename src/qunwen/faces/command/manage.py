"""`qunwen manage …`: Django's own management commands, with the right settings."""

from __future__ import annotations

from . import start

passes_on = True


def run(words: list[str]) -> int:
    """Pass everything on."""
    start.prepare()
    from django.core.management import ManagementUtility  # noqa: PLC0415  after settings

    ManagementUtility(["qunwen manage", *words]).execute()
    return 0

"""Which of Wagtail's own menu items stay: a county's officers come for activities and venues, not for a page tree."""

from __future__ import annotations

from typing import Any

# Names of Wagtail's own items that have no use here, or that our own pages replace.
HIDDEN = frozenset(
    {"images", "documents", "reports", "settings", "help", "snippets", "whats-new-in-wagtail-version", "editors-guide"}
)


def keep_ours(request: Any, items: list[Any]) -> None:
    """Take Wagtail's superfluous items out of the menu, in place."""
    items[:] = [item for item in items if item.name not in HIDDEN and not (item.name == "explorer" and not _pages())]


def _pages() -> bool:
    from django.apps import apps  # noqa: PLC0415  asked when the menu is drawn

    # Wagtail's page tree is useful only where some area defines pages of its own.
    from wagtail.models import Page  # noqa: PLC0415

    return any(issubclass(model, Page) and model is not Page for model in apps.get_models())

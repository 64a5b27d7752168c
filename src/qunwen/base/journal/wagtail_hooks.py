"""The journal on the desk: addresses and the menu item for those who may read it."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def journal_pages() -> list[URLResolver]:
    """/desk/journal/."""
    return [path("journal/", include("qunwen.base.journal.web.urls"))]


@hooks.register("register_admin_menu_item")
def journal_item() -> HeldMenuItem:
    """Near the end: auditors look for it, others rarely."""
    return HeldMenuItem(
        _("操作日志"), reverse_lazy("journal:entries"), Permission.VIEW, name="journal", icon_name="history", order=900
    )

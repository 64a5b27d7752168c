"""The journal on the desk: addresses and the menu item for those who may read it."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class JournalMenuItem(MenuItem):
    """操作日志, for whom it is open to."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to read it somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def journal_pages() -> list[URLResolver]:
    """/desk/journal/."""
    return [path("journal/", include("qunwen.base.journal.web.urls"))]


@hooks.register("register_admin_menu_item")
def journal_item() -> JournalMenuItem:
    """Near the end: auditors look for it, others rarely."""
    return JournalMenuItem(
        _("操作日志"), reverse_lazy("journal:entries"), name="journal", icon_name="history", order=900
    )

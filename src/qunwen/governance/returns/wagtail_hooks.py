"""Returns on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def returns_pages() -> list[URLResolver]:
    """/desk/returns/."""
    return [path("returns/", include("qunwen.governance.returns.web.urls"))]


@hooks.register("register_admin_menu_item")
def returns_item() -> HeldMenuItem:
    """After venues."""
    return HeldMenuItem(
        _("填报"), reverse_lazy("returns:index"), Permission.VIEW, name="returns", icon_name="form", order=230
    )

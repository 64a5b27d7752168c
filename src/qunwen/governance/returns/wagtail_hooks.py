"""Returns on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class ReturnsMenuItem(MenuItem):
    """填报, for whom returned values are open."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to see them somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def returns_pages() -> list[URLResolver]:
    """/desk/returns/."""
    return [path("returns/", include("qunwen.governance.returns.web.urls"))]


@hooks.register("register_admin_menu_item")
def returns_item() -> ReturnsMenuItem:
    """After venues."""
    return ReturnsMenuItem(_("填报"), reverse_lazy("returns:index"), name="returns", icon_name="form", order=230)

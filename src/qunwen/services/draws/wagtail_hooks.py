"""Draws on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class DrawsMenuItem(MenuItem):
    """摇号, for who may see it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def draw_pages() -> list[URLResolver]:
    """/desk/draws/."""
    return [path("draws/", include("qunwen.services.draws.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def draws_item() -> DrawsMenuItem:
    """After sign-ups."""
    return DrawsMenuItem(_("摇号"), reverse_lazy("desk_draws:list"), name="draws", icon_name="list-ul", order=207)

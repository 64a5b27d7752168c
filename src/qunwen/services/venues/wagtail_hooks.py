"""Venues on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class VenuesMenuItem(MenuItem):
    """阵地, for whom the register is open."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to see it somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def venue_pages() -> list[URLResolver]:
    """/desk/venues/."""
    return [path("venues/", include("qunwen.services.venues.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def venues_item() -> VenuesMenuItem:
    """After activities."""
    return VenuesMenuItem(_("阵地"), reverse_lazy("venues:list"), name="venues", icon_name="home", order=210)

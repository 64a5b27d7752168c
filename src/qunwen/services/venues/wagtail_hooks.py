"""Venues on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def venue_pages() -> list[URLResolver]:
    """/desk/venues/."""
    return [path("venues/", include("qunwen.services.venues.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def venues_item() -> HeldMenuItem:
    """After activities."""
    return HeldMenuItem(
        _("阵地"), reverse_lazy("venues:list"), Permission.VIEW, name="venues", icon_name="home", order=210
    )

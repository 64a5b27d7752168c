"""Rooms on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def room_pages() -> list[URLResolver]:
    """/desk/rooms/."""
    return [path("rooms/", include("qunwen.services.rooms.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def rooms_item() -> HeldMenuItem:
    """After venues."""
    return HeldMenuItem(
        _("场地预约"), reverse_lazy("rooms:list"), Permission.VIEW, name="rooms", icon_name="date", order=212
    )

"""Sign-ups on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def booking_pages() -> list[URLResolver]:
    """/desk/bookings/."""
    return [path("bookings/", include("qunwen.services.bookings.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def bookings_item() -> HeldMenuItem:
    """Between activities and venues."""
    return HeldMenuItem(
        _("报名"), reverse_lazy("bookings:things"), Permission.VIEW, name="bookings", icon_name="group", order=205
    )

"""Sign-ups on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class BookingsMenuItem(MenuItem):
    """报名, for who may see it."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def booking_pages() -> list[URLResolver]:
    """/desk/bookings/."""
    return [path("bookings/", include("qunwen.services.bookings.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def bookings_item() -> BookingsMenuItem:
    """Between activities and venues."""
    return BookingsMenuItem(_("报名"), reverse_lazy("bookings:things"), name="bookings", icon_name="group", order=205)

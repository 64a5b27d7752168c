"""Divisions on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class PlacesMenuItem(MenuItem):
    """Shown to those who may see places on the desk."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to see them somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def place_pages() -> list[URLResolver]:
    """/desk/places/."""
    return [path("places/", include("qunwen.base.places.web.urls"))]


@hooks.register("register_admin_menu_item")
def places_menu() -> SubmenuMenuItem:
    """区划与人口."""
    items = [
        PlacesMenuItem(_("行政区划"), reverse_lazy("places:list"), icon_name="site", order=1),
        PlacesMenuItem(_("人口数"), reverse_lazy("places:populations"), icon_name="group", order=2),
        PlacesMenuItem(_("总分馆与责任体系"), reverse_lazy("places:networks"), icon_name="link", order=3),
    ]
    return SubmenuMenuItem(_("区划与人口"), Menu(items=items), icon_name="site", order=790, name="places")

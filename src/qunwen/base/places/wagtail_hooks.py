"""Divisions on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def place_pages() -> list[URLResolver]:
    """/desk/places/."""
    return [path("places/", include("qunwen.base.places.web.urls"))]


@hooks.register("register_admin_menu_item")
def places_menu() -> SubmenuMenuItem:
    """区划与人口."""
    items = [
        HeldMenuItem(_("行政区划"), reverse_lazy("places:list"), Permission.VIEW, icon_name="site", order=1),
        HeldMenuItem(_("人口数"), reverse_lazy("places:populations"), Permission.VIEW, icon_name="group", order=2),
        HeldMenuItem(
            _("总分馆与责任体系"), reverse_lazy("places:networks"), Permission.VIEW, icon_name="link", order=3
        ),
    ]
    return SubmenuMenuItem(_("区划与人口"), Menu(items=items), icon_name="site", order=790, name="places")

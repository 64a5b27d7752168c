"""Indicators on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem
from qunwen.base.ui.web.desk import with_reasons

from .access import Permission
from .web import desk, figures


@hooks.register("register_admin_urls")
def indicator_pages() -> list[URLPattern | URLResolver]:
    """/desk/indicators/."""
    own = [
        path("", desk.listing, name="list"),
        path("new/", desk.new, name="new"),
        path("preview/", desk.preview, name="preview"),
        path("one/<str:code>/", desk.one, name="one"),
        path("one/<str:code>/edit/", desk.edit, name="edit"),
        path("figure/", figures.figure, name="figure"),
        path("approve/", figures.approve, name="approve"),
    ]
    return [path("indicators/", include((with_reasons(own), "indicators"), namespace="indicators"))]


@hooks.register("register_admin_menu_item")
def indicators_item() -> HeldMenuItem:
    """After norms."""
    return HeldMenuItem(
        _("指标口径"), reverse_lazy("indicators:list"), Permission.VIEW,
        name="indicators", icon_name="list-ul", order=138,
    )  # fmt: skip

"""Reports on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission
from .web import desk


@hooks.register("register_admin_urls")
def report_pages() -> list[URLPattern | URLResolver]:
    """/desk/papers/."""
    own = [
        path("papers/", desk.listing, name="list"),
        path("papers/make/", desk.make, name="make"),
        path("papers/<str:county>/<uuid:pk>/document/", desk.document, name="document"),
        path("papers/<str:county>/<uuid:pk>/bundle/", desk.sealed, name="bundle"),
    ]
    return [path("", include((own, "reports"), namespace="reports"))]


@hooks.register("register_admin_menu_item")
def reports_item() -> HeldMenuItem:
    """工作总结."""
    return HeldMenuItem(
        _("工作总结"), reverse_lazy("reports:list"), Permission.VIEW, name="papers", icon_name="doc-full", order=140
    )

"""Dashboard on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.measures.access import Permission
from qunwen.base.ui.menu import HeldMenuItem

from .web import analysis, dashboard, screen


@hooks.register("register_admin_urls")
def dashboard_pages() -> list[URLPattern | URLResolver]:
    """/desk/dashboard/ and what lies below it."""
    own = [
        path("dashboard/", dashboard.show, name="show"),
        path("dashboard/screen/", screen.show, name="screen"),
        path("dashboard/analysis/", analysis.show, name="analysis"),
    ]
    return [path("", include((own, "dashboards"), namespace="dashboards"))]


@hooks.register("register_admin_menu_item")
def dashboard_item() -> HeldMenuItem:
    """数据看板."""
    return HeldMenuItem(
        _("数据看板"), reverse_lazy("dashboards:show"), Permission.VIEW, name="dashboard", icon_name="table", order=130
    )

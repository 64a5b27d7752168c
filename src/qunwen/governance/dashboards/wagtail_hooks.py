"""Dashboard on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.measures.access import Permission
from qunwen.base.scope import asking, context

from .web import analysis, dashboard, screen


class FiguresMenuItem(MenuItem):
    """Shown to those who may see figures somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission in the open scope."""
        return context.current() is not None and asking.may(Permission.VIEW)


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
def dashboard_item() -> FiguresMenuItem:
    """数据看板."""
    return FiguresMenuItem(
        _("数据看板"), reverse_lazy("dashboards:show"), name="dashboard", icon_name="table", order=130
    )

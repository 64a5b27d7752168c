"""Reports on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission
from .web import desk


class HeldMenuItem(MenuItem):
    """Shown to those who hold the permission somewhere."""

    def __init__(self, label: object, url: object, permission: str, **kwargs: object) -> None:
        super().__init__(label, url, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission in the open scope."""
        return context.current() is not None and asking.may(self.permission)


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

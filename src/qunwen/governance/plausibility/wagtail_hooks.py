"""Findings on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class PlausibilityMenuItem(MenuItem):
    """数据疑点, for whom they are open."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to see them somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def plausibility_pages() -> list[URLResolver]:
    """/desk/plausibility/."""
    return [path("plausibility/", include("qunwen.governance.plausibility.web.urls"))]


@hooks.register("register_admin_menu_item")
def plausibility_item() -> PlausibilityMenuItem:
    """After targets and scores."""
    return PlausibilityMenuItem(
        _("数据疑点"), reverse_lazy("plausibility:list"), name="plausibility", icon_name="help", order=170
    )

"""Targets on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class TargetsMenuItem(MenuItem):
    """目标, for whom they are open."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to see them somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def target_pages() -> list[URLResolver]:
    """/desk/targets/."""
    return [path("targets/", include("qunwen.governance.targets.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def targets_item() -> TargetsMenuItem:
    """After the norms."""
    return TargetsMenuItem(_("目标"), reverse_lazy("targets:list"), name="targets", icon_name="pick", order=150)

"""Targets on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def target_pages() -> list[URLResolver]:
    """/desk/targets/."""
    return [path("targets/", include("qunwen.governance.targets.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def targets_item() -> HeldMenuItem:
    """After the norms."""
    return HeldMenuItem(
        _("目标"), reverse_lazy("targets:list"), Permission.VIEW, name="targets", icon_name="pick", order=150
    )

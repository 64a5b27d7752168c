"""Findings on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def plausibility_pages() -> list[URLResolver]:
    """/desk/plausibility/."""
    return [path("plausibility/", include("qunwen.governance.plausibility.web.urls"))]


@hooks.register("register_admin_menu_item")
def plausibility_item() -> HeldMenuItem:
    """After targets and scores."""
    return HeldMenuItem(
        _("数据疑点"), reverse_lazy("plausibility:list"), Permission.VIEW,
        name="plausibility", icon_name="help", order=170,
    )  # fmt: skip

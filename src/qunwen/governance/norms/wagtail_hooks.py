"""Norms on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.measures.access import Permission
from qunwen.base.ui.menu import HeldMenuItem
from qunwen.base.ui.web.desk import with_reasons

from .web import analysis, deciding, desk


@hooks.register("register_admin_urls")
def norm_pages() -> list[URLPattern | URLResolver]:
    """/desk/norms/."""
    own = with_reasons(
        [
            path("norms/", desk.listing, name="list"),
            path("norms/one/", desk.one, name="one"),
            path("norms/confirm/", deciding.confirm, name="confirm"),
            path("norms/withdraw/", deciding.withdraw, name="withdraw"),
            path("norms/floor/", deciding.floor, name="floor"),
            path("norms/floor/<uuid:pk>/withdraw/", deciding.withdraw_floor, name="withdraw_floor"),
            *analysis.PAGES,
        ]
    )
    return [path("", include((own, "norms"), namespace="norms"))]


@hooks.register("register_admin_menu_item")
def norms_item() -> HeldMenuItem:
    """达标情况."""
    return HeldMenuItem(
        _("达标情况"), reverse_lazy("norms:list"), Permission.VIEW, name="norms", icon_name="tasks", order=135
    )

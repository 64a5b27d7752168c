"""Scores on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def score_pages() -> list[URLResolver]:
    """/desk/scores/."""
    return [path("scores/", include("qunwen.governance.scores.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def scores_item() -> HeldMenuItem:
    """After targets."""
    return HeldMenuItem(
        _("评分"), reverse_lazy("scores:list"), Permission.VIEW, name="scores", icon_name="list-ol", order=155
    )

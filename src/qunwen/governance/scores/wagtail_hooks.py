"""Scores on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission


class ScoresMenuItem(MenuItem):
    """评分, for whom it is open."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to see it somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW)


@hooks.register("register_admin_urls")
def score_pages() -> list[URLResolver]:
    """/desk/scores/."""
    return [path("scores/", include("qunwen.governance.scores.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def scores_item() -> ScoresMenuItem:
    """After targets."""
    return ScoresMenuItem(_("评分"), reverse_lazy("scores:list"), name="scores", icon_name="list-ol", order=155)

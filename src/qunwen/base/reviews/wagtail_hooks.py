"""Reviews on the desk: addresses and the menu item with its count."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from . import kinds, queries
from .access import Permission


class TodoMenuItem(MenuItem):
    """审核 with how many wait for me."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For everybody who can hand in or decide something."""
        if context.current() is None or getattr(request, "actor", None) is None:
            return False
        return any(asking.may(p) for p in (Permission.VIEW, *sorted(kinds.permissions())))

    def render_component(self, request: HttpRequest) -> Any:
        """The label with the number of the moment."""
        waiting = queries.todo_for(request.actor.id).count()  # type: ignore[attr-defined]
        label = f"{self.label}（{waiting}）" if waiting else str(self.label)
        shown = MenuItem(label, self.url, name=self.name, icon_name=self.icon_name, order=self.order)
        return shown.render_component(request)


@hooks.register("register_admin_urls")
def review_pages() -> list[URLResolver]:
    """/desk/reviews/."""
    return [path("reviews/", include("qunwen.base.reviews.web.urls"))]


@hooks.register("register_admin_menu_item")
def todo_item() -> TodoMenuItem:
    """Near the top: it is what people come for."""
    return TodoMenuItem(_("审核"), reverse_lazy("reviews:todo"), name="reviews", icon_name="clipboard-list", order=120)


class StepsMenuItem(MenuItem):
    """审核级数, for those who may set them somewhere."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to set steps."""
        return context.current() is not None and asking.may(Permission.CONFIGURE)


@hooks.register("register_admin_menu_item")
def steps_item() -> StepsMenuItem:
    """Among what is set once."""
    return StepsMenuItem(_("审核级数"), reverse_lazy("reviews:steps"), name="review-steps", icon_name="cogs", order=795)

"""Reviews on the desk: addresses and the menu item with its count."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.scope import asking, context
from qunwen.base.ui.menu import CountedMenuItem, HeldMenuItem

from . import kinds, queries
from .access import Permission


class TodoMenuItem(CountedMenuItem):
    """审核 with how many wait for me."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For everybody who can hand in or decide something."""
        if context.current() is None or getattr(request, "actor", None) is None:
            return False
        return any(asking.may(p) for p in (Permission.VIEW, *sorted(kinds.permissions())))


def _waiting(request: HttpRequest) -> int:
    """What I have to hand in or decide."""
    return queries.todo_for(request.actor.id).count()  # type: ignore[attr-defined]


@hooks.register("register_admin_urls")
def review_pages() -> list[URLResolver]:
    """/desk/reviews/."""
    return [path("reviews/", include("qunwen.base.reviews.web.urls"))]


@hooks.register("register_admin_menu_item")
def todo_item() -> TodoMenuItem:
    """Near the top: it is what people come for."""
    return TodoMenuItem(
        _("审核"), reverse_lazy("reviews:todo"), _waiting, name="reviews", icon_name="clipboard-list", order=120
    )


@hooks.register("register_admin_menu_item")
def steps_item() -> HeldMenuItem:
    """Among what is set once."""
    return HeldMenuItem(
        _("审核级数"), reverse_lazy("reviews:steps"), Permission.CONFIGURE,
        name="review-steps", icon_name="cogs", order=795,
    )  # fmt: skip

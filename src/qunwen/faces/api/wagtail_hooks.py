"""Tokens on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from .access import Permission
from .web import desk


class TokensMenuItem(MenuItem):
    """接口令牌, for whom may make them."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission somewhere."""
        return context.current() is not None and asking.may(Permission.TOKENS)


@hooks.register("register_admin_urls")
def token_pages() -> list[URLResolver]:
    """/desk/tokens/."""
    own = [
        path("", desk.listing, name="list"),
        path("add/", desk.add, name="add"),
        path("<uuid:pk>/revoke/", desk.revoke, name="revoke"),
    ]
    return [path("tokens/", include((own, "api_tokens"), namespace="api_tokens"))]


@hooks.register("register_admin_menu_item")
def tokens_item() -> TokensMenuItem:
    """Last of the menu."""
    return TokensMenuItem(_("接口令牌"), reverse_lazy("api_tokens:list"), name="tokens", icon_name="key", order=900)

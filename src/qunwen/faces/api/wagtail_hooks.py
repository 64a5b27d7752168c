"""Tokens on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission
from .web import desk


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
def tokens_item() -> HeldMenuItem:
    """Last of the menu."""
    return HeldMenuItem(
        _("接口令牌"), reverse_lazy("api_tokens:list"), Permission.TOKENS, name="tokens", icon_name="key", order=900
    )

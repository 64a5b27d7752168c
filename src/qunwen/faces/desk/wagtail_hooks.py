"""The desk's look, menu and home, hung into Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from . import menu
from .web.home import HomePanel


@hooks.register("insert_global_admin_css")
def our_look() -> SafeString:
    """Tokens, Wagtail's custom properties, then our own pages."""
    names = ("ui/tokens.css", "ui/desk.css", "desk/pages.css")
    return SafeString("".join(format_html('<link rel="stylesheet" href="{}">', static(name)) for name in names))


@hooks.register("insert_global_admin_js")
def our_script() -> SafeString:
    """One small file: no second sending of a form, marked rows counted."""
    return format_html('<script src="{}" defer></script>', static("desk/desk.js"))


@hooks.register("construct_main_menu", order=1000)
def our_menu(request: Any, items: list[Any]) -> None:
    """Only what one may do."""
    menu.keep_ours(request, items)


@hooks.register("construct_homepage_panels", order=1000)
def our_home(request: Any, panels: list[Any]) -> None:
    """One panel of ours instead of Wagtail's."""
    panels[:] = [HomePanel(request)]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_summary(request: Any, items: list[Any]) -> None:
    """No counts of pages and images."""
    items.clear()

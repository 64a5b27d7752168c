"""Announcements on the desk: addresses, menu item, links in a text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.rich_text.editors.draftail import features as draftail
from wagtail.admin.search import SearchArea

from qunwen.base.scope import context

from . import desk


class AnnouncementsMenuItem(MenuItem):
    """公告, for who writes, reads or reviews them."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With one of the permissions somewhere."""
        return context.current() is not None and desk.may_see()


@hooks.register("register_admin_urls")
def announcement_pages() -> list[URLResolver]:
    """/desk/announcements/."""
    return [path("announcements/", include("qunwen.faces.portal.desk_urls"))]


@hooks.register("register_admin_menu_item")
def announcements_item() -> AnnouncementsMenuItem:
    """After venues."""
    return AnnouncementsMenuItem(
        _("公告"), reverse_lazy("announcements:list"), name="announcements", icon_name=desk.ICON, order=220
    )


@hooks.register("construct_main_menu", order=1000)
def no_tree(request: HttpRequest, items: list[Any]) -> None:
    """The list stands for Wagtail's explorer."""
    items[:] = [item for item in items if item.name != "explorer"]


class AnnouncementSearch(SearchArea):
    """The desk's search field: finds announcements in the list. First, so that Wagtail's search of its tree is not used."""

    def is_shown(self, request: HttpRequest) -> bool:
        """As the menu item."""
        return context.current() is not None and desk.may_see()


@hooks.register("register_admin_search_area")
def search_of_announcements() -> AnnouncementSearch:
    """Before Wagtail's own, whose order is 100."""
    return AnnouncementSearch(
        _("公告"), reverse("announcements:list"), name="announcements", icon_name=desk.ICON, order=10
    )


@hooks.register("construct_search", order=1000)
def no_search_of_pages(request: HttpRequest, areas: list[Any]) -> None:
    """The list has its own search; Wagtail's goes through the tree."""
    areas[:] = [area for area in areas if area.name != "pages"]


@hooks.register("register_rich_text_features", order=1000)
def links_outward(features: Any) -> None:
    """A link in a text is an address: the chooser of pages, which lists every county, is not offered."""
    outward = reverse_lazy("wagtailadmin_choose_page_external_link")
    features.register_editor_plugin(
        "draftail",
        "link",
        draftail.EntityFeature(
            {
                "type": "LINK",
                "icon": "link",
                "description": _("链接"),
                "attributes": ["url", "id", "parentId"],
                "allowlist": {"href": "^(http:|https:|mailto:|#|undefined$)"},
                "chooserUrls": {
                    "pageChooser": outward,
                    "externalLinkChooser": outward,
                    "emailLinkChooser": reverse_lazy("wagtailadmin_choose_page_email_link"),
                    "phoneLinkChooser": reverse_lazy("wagtailadmin_choose_page_phone_link"),
                    "anchorLinkChooser": reverse_lazy("wagtailadmin_choose_page_anchor_link"),
                },
            },
            js=["wagtailadmin/js/page-chooser-modal.js"],
        ),
    )

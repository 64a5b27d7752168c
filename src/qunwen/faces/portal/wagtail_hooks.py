"""Announcements on the desk: addresses, menu item, doors of Wagtail's page tree that stay shut, links in a text."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.rich_text.editors.draftail import features as draftail

from qunwen.base.scope import context

from . import desk

# Pages of Wagtail's tree that the list replaces, or that name pages and people of every county.
SHUT = (
    r"^pages/search/",
    r"^pages/\d+/(copy|privacy|set_position|convert_alias|usage)/",
    r"^pages/(usage|create)/",
    r"^bulk/",
)


class AnnouncementsMenuItem(MenuItem):
    """公告, for who writes, reads or reviews them."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With one of the permissions somewhere."""
        return context.current() is not None and desk.may_see()


def shut(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """404 for everybody."""
    raise Http404


@hooks.register("register_admin_urls")
def announcement_pages() -> list[URLPattern | URLResolver]:
    """/desk/announcements/, and the tree's addresses that lead there or nowhere."""
    return [
        path("announcements/", include("qunwen.faces.portal.desk_urls")),
        path("pages/", desk.instead_of_tree),
        path("pages/<int:parent_page_id>/", desk.instead_of_tree),
        *(re_path(pattern, shut) for pattern in SHUT),
    ]


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

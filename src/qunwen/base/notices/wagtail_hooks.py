"""The staff inbox and the messages sent, on the desk: addresses and menu items."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from qunwen.base.scope import asking, context

from . import queries
from .access import Permission


class InboxMenuItem(MenuItem):
    """消息 with how many are unread."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For every staff member."""
        return getattr(request.user, "staff", None) is not None

    def render_component(self, request: HttpRequest) -> Any:
        """The label with the number of the moment."""
        unread = queries.unread_count(request.user.staff)  # type: ignore[union-attr,arg-type]
        label = f"{self.label}（{unread}）" if unread else str(self.label)
        shown = MenuItem(label, self.url, name=self.name, icon_name=self.icon_name, order=self.order)
        return shown.render_component(request)


class SentMenuItem(MenuItem):
    """短信发送情况, for whom it is open to."""

    def is_shown(self, request: HttpRequest) -> bool:
        """With the permission to see it somewhere."""
        return context.current() is not None and asking.may(Permission.VIEW_OUTBOX)


@hooks.register("register_admin_urls")
def inbox_pages() -> list[URLResolver]:
    """/desk/notices/."""
    return [path("notices/", include("qunwen.base.notices.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def inbox_item() -> InboxMenuItem:
    """After the to-do list."""
    return InboxMenuItem(_("消息"), reverse_lazy("desk_notices:inbox"), name="notices", icon_name="mail", order=130)


@hooks.register("register_admin_menu_item")
def sent_item() -> SentMenuItem:
    """Beside the journal: one looks there when somebody says that nothing came."""
    return SentMenuItem(
        _("短信发送情况"), reverse_lazy("desk_notices:sent"), name="sent-messages", icon_name="mail", order=890
    )

"""The staff inbox and the messages sent, on the desk: addresses and menu items."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import CountedMenuItem, HeldMenuItem

from . import queries
from .access import Permission


class InboxMenuItem(CountedMenuItem):
    """消息 with how many are unread."""

    def is_shown(self, request: HttpRequest) -> bool:
        """For every staff member."""
        return getattr(request.user, "staff", None) is not None


def _unread(request: HttpRequest) -> int:
    """What I have not read."""
    return queries.unread_count(request.user.staff)  # type: ignore[union-attr,arg-type]


@hooks.register("register_admin_urls")
def inbox_pages() -> list[URLResolver]:
    """/desk/notices/."""
    return [path("notices/", include("qunwen.base.notices.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def inbox_item() -> InboxMenuItem:
    """After the to-do list."""
    return InboxMenuItem(
        _("消息"), reverse_lazy("desk_notices:inbox"), _unread, name="notices", icon_name="mail", order=130
    )


@hooks.register("register_admin_menu_item")
def sent_item() -> HeldMenuItem:
    """Beside the journal: one looks there when somebody says that nothing came."""
    return HeldMenuItem(
        _("短信发送情况"), reverse_lazy("desk_notices:sent"), Permission.VIEW_OUTBOX,
        name="sent-messages", icon_name="mail", order=890,
    )  # fmt: skip

"""The after-school service on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission


@hooks.register("register_admin_urls")
def after_school_pages() -> list[URLResolver]:
    """/desk/after-school/."""
    return [
        path("after-school/money/", include("qunwen.services.afterschool.web.money_urls")),
        path("after-school/", include("qunwen.services.afterschool.web.desk_urls")),
    ]


@hooks.register("register_admin_menu_item")
def after_school_item() -> HeldMenuItem:
    """After venues."""
    return HeldMenuItem(
        _("课后服务"),
        reverse_lazy("afterschool:day"),
        Permission.VIEW,
        name="afterschool",
        icon_name="group",
        order=217,
    )


@hooks.register("register_admin_menu_item")
def money_item() -> HeldMenuItem:
    """The clerk's pages, after the service itself."""
    address = reverse_lazy("afterschool_money:index")
    label = _("课后收费")
    return HeldMenuItem(label, address, Permission.MONEY_VIEW, name="afterschool_money", icon_name="list-ul", order=218)


@hooks.register("register_admin_menu_item")
def calendar_item() -> HeldMenuItem:
    """The county's school calendar, for whom it is to keep."""
    address = reverse_lazy("afterschool_money:calendar")
    return HeldMenuItem(_("校历"), address, Permission.CALENDAR, name="school_calendar", icon_name="date", order=219)

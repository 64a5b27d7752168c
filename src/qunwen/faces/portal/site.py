"""The county's face on every page: name, telephone, responsible unit, menu."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunwen.base.ui.site import NavItem, SiteProfile

from . import counties, queries

_MENU: Final = (
    ("home", _("首页"), "portal:home", "home"),
    ("activities", _("活动"), "portal:activities", "masks-theater"),
    ("calendar", _("日历"), "portal:calendar", "calendar"),
    ("venues", _("场馆"), "portal:venues", "building-community"),
    ("school", _("课程"), "portal:school", "school"),
    ("rooms", _("订场地"), "portal:rooms", "key"),
    ("bookings", _("我的报名"), "portal:bookings", "ticket"),
    ("news", _("公告"), "portal:news", "speakerphone"),
    ("help", _("帮助"), "portal:help", "phone"),
)

_MINE: Final = (
    ("bookings", _("我的报名"), "portal:bookings", "ticket"),
    ("school", _("我的课程"), "portal:my_school", "school"),
    ("rooms", _("我订的场地"), "portal:my_rooms", "key"),
    ("after-school", _("课后服务"), "afterschool_family:index", "users"),
    ("after-school-bills", _("课后服务账单"), "afterschool_bills:list", "clipboard-check"),
)


def profile(request: HttpRequest) -> SiteProfile:
    """What the frame of a page says, for the county the reader looks at."""
    county = counties.of_request(request)
    front = queries.county_home(county) if county else None
    known = getattr(request, "resident", None) is not None
    return SiteProfile(
        county_name=counties.name_of(county),
        responsible_unit=front.responsible_unit if front else "",
        phone=front.phone if front else "",
        home_url=reverse("portal:home"),
        search_url=reverse("portal:search"),
        account_url=reverse("people:me") if known else reverse("people:login"),
        account_label=_("我的") if known else _("登录"),
        nav=_items(_MENU),
        mine=_items(_MINE) if known else (),
    )


def _items(entries: tuple[tuple[str, Promise, str, str], ...]) -> tuple[NavItem, ...]:
    return tuple(NavItem(key, label, reverse(name), icon) for key, label, name, icon in entries)

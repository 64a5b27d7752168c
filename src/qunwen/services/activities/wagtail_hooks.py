"""Activities on the desk: addresses and menu."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse, reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem

from qunwen.base.scope import asking
from qunwen.base.ui.menu import HeldMenuItem
from qunwen.services.bookings import subjects
from qunwen.services.bookings.access import Permission as Places
from qunwen.services.bookings.models import Bucket

from .access import Permission


def date_links(bucket: Bucket) -> subjects.Links:
    """Where a date with places is worked on: its activity, the door, the paper list, more channels."""
    args = [bucket.county, bucket.subject_id]
    found = [(gettext("活动页"), reverse("activities:date", args=args))]
    if asking.may(Places.CHECK_IN, on=bucket):
        found.append((gettext("现场签到"), reverse("activities:door", args=args)))
    if asking.may(Permission.HOLD, on=bucket):
        found.append((gettext("打印签到表"), reverse("activities:sheet", args=args)))
    if asking.may(Places.MANAGE, on=bucket):
        found.append((gettext("增加一类名额"), reverse("activities:sign_up", args=args)))
    return found


subjects.at_desk("activities.session", date_links)


@hooks.register("register_admin_urls")
def activity_pages() -> list[URLResolver]:
    """/desk/activities/."""
    return [path("activities/", include("qunwen.services.activities.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def activity_menu() -> SubmenuMenuItem:
    """活动."""
    items = [
        HeldMenuItem(_("补记活动"), reverse_lazy("activities:note"), Permission.HOLD, icon_name="edit", order=1),
        HeldMenuItem(_("全部活动"), reverse_lazy("activities:list"), Permission.VIEW, icon_name="list-ul", order=2),
        HeldMenuItem(_("年度计划"), reverse_lazy("activities:plan"), Permission.VIEW, icon_name="date", order=3),
        HeldMenuItem(
            _("当日人数登记表"), reverse_lazy("activities:day"), Permission.VIEW, icon_name="doc-full", order=4
        ),
        HeldMenuItem(
            _("系列与品牌"), reverse_lazy("activities:series_list"), Permission.VIEW, icon_name="tag", order=5
        ),
        HeldMenuItem(_("导入活动"), reverse_lazy("activities:load"), Permission.IMPORT, icon_name="upload", order=6),
    ]
    return SubmenuMenuItem(_("活动"), Menu(items=items), icon_name="calendar-alt", order=200, name="activities")

"""The school on the desk: addresses and menu, and where a class stands for the ledger."""

from __future__ import annotations

from django.urls import URLResolver, include, path, reverse, reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from qunwen.base.scope import asking
from qunwen.base.ui.menu import HeldMenuItem
from qunwen.services.bookings import subjects
from qunwen.services.bookings.models import Bucket

from .access import Permission


def class_links(bucket: Bucket) -> subjects.Links:
    """A class's own page, for who may see it."""
    if not asking.may(Permission.VIEW, place=bucket.place_id, unit=bucket.unit_id):
        return []
    return [(_now("班级"), reverse("school:class", args=[bucket.county, bucket.subject_id]))]


subjects.at_desk("school.courseclass", class_links)


@hooks.register("register_admin_urls")
def school_pages() -> list[URLResolver]:
    """/desk/school/."""
    return [path("school/", include("qunwen.services.school.web.desk_urls"))]


@hooks.register("register_admin_menu_item")
def school_item() -> HeldMenuItem:
    """After venues."""
    return HeldMenuItem(
        _("市民艺校"), reverse_lazy("school:list"), Permission.VIEW, name="school", icon_name="form", order=215
    )

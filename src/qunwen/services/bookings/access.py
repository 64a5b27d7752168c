"""Who may do what with places that are given out."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with bookings."""

    VIEW = "bookings.view", _("查看报名")
    MANAGE = "bookings.manage", _("设置和调整名额")
    BOOK_FOR = "bookings.book_for", _("代居民报名和取消")
    CHECK_IN = "bookings.check_in", _("现场签到")
    OVERRIDE = "bookings.override", _("特批加座")
    CERTIFY = "bookings.certify", _("认定优先群体")
    REVIEW = "bookings.review", _("复核预约限制的申诉")


_SCHOOL = ("school_office", "class_teacher")  # places of after-school activities, of their own unit
_DOOR = ("county_officer", "town_station", "venue_staff", "village_worker")

ROLES = {
    Permission.VIEW: (*_DOOR, *_SCHOOL, "reviewer", "town_admin", "auditor_readonly"),
    Permission.MANAGE: ("county_officer", "town_station", "venue_staff", "village_worker", "school_office"),
    Permission.BOOK_FOR: (*_DOOR, *_SCHOOL),
    Permission.CHECK_IN: _DOOR,
    Permission.OVERRIDE: ("county_officer", "town_station"),
    Permission.CERTIFY: ("county_officer", "town_station", "village_worker"),
    Permission.REVIEW: ("county_officer", "town_station"),
}

"""Who may do what in the citizens' art school."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with the school."""

    VIEW = "school.view", _("查看市民艺校")
    MANAGE = "school.manage", _("管理学校、学期、班级")
    TEACH = "school.teach", _("点名和考核")
    CERTIFY = "school.certify", _("颁发和作废结业证书")
    INSPECT = "school.inspect", _("教学质量评价")


_WORK = ("county_officer", "town_station", "venue_staff")

ROLES = {
    Permission.VIEW: (*_WORK, "village_worker", "reviewer", "town_admin", "auditor_readonly"),
    Permission.MANAGE: _WORK,
    Permission.TEACH: (*_WORK, "village_worker"),
    Permission.CERTIFY: ("county_officer", "venue_staff"),
    Permission.INSPECT: ("county_officer", "town_station"),
}

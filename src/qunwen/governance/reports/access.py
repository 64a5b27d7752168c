"""Who may do what with reports."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with reports."""

    VIEW = "reports.view", _("查看和下载总结")
    MAKE = "reports.make", _("生成总结")


ROLES = {
    Permission.VIEW: ("county_officer", "reviewer", "auditor_readonly", "city_officer", "province_officer"),
    Permission.MAKE: ("county_officer",),
}

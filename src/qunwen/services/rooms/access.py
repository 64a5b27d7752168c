"""Who may do what with rooms, equipment and people's hours."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with resources that are booked by the hour."""

    VIEW = "rooms.view", _("查看场地预约")
    MANAGE = "rooms.manage", _("设置可预约的场地、设备和人员")
    RESERVE = "rooms.reserve", _("预约场地")
    APPROVE = "rooms.approve", _("审批场地预约")
    OFFER = "rooms.offer", _("登记文艺团队，提供空闲时段")


_USE = ("county_officer", "town_station", "venue_staff", "village_worker")

ROLES = {
    Permission.VIEW: (*_USE, "reviewer", "town_admin", "auditor_readonly"),
    Permission.MANAGE: ("county_officer", "town_station", "venue_staff"),
    Permission.RESERVE: _USE,
    Permission.APPROVE: ("county_officer", "town_station", "venue_staff"),
    Permission.OFFER: ("county_officer", "town_station", "venue_staff"),
}

"""Who may do what with venues."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with venues."""

    VIEW = "venues.view", _("查看阵地")
    EDIT = "venues.edit", _("维护阵地")
    CLOSE = "venues.close", _("公告闭馆")


ROLES = {
    Permission.VIEW: (
        "county_officer",
        "reviewer",
        "town_station",
        "town_admin",
        "venue_staff",
        "village_worker",
        "auditor_readonly",
        "city_officer",
        "province_officer",
    ),
    Permission.EDIT: ("county_officer", "town_station", "venue_staff"),
    Permission.CLOSE: ("county_officer", "town_station", "venue_staff"),
}

"""Who may do what with public draws."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with draws."""

    VIEW = "draws.view", _("查看摇号和申请")
    MANAGE = "draws.manage", _("发布摇号公告、锁定名单、公布结果")
    APPLY_FOR = "draws.apply_for", _("代居民申请摇号")
    DRAW = "draws.draw", _("录入种子并抽签")


ROLES = {
    Permission.VIEW: (
        "county_officer", "town_station", "venue_staff", "village_worker", "reviewer", "town_admin", "auditor_readonly",
    ),
    Permission.MANAGE: ("county_officer", "town_station", "venue_staff"),
    Permission.APPLY_FOR: ("county_officer", "town_station", "venue_staff", "village_worker"),
    Permission.DRAW: ("county_officer", "town_station", "venue_staff"),
}  # fmt: skip

"""Who may do what with targets."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with targets. Whoever may split a target may change the parts it was split into."""

    VIEW = "targets.view", _("查看目标")
    SET = "targets.set", _("下达和调整目标")
    SPLIT = "targets.split", _("分解目标")


ROLES = {
    Permission.VIEW: (
        "county_officer", "reviewer", "town_station", "town_admin", "village_worker", "auditor_readonly", "city_officer",
        "province_officer",
    ),
    Permission.SET: ("county_officer",),
    Permission.SPLIT: ("county_officer", "town_station", "town_admin"),
}  # fmt: skip

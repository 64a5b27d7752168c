"""Who may do what with indicators."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with definitions. Figures ask `measures.view` at their place."""

    VIEW = "indicators.view", _("查看指标口径")
    EDIT = "indicators.edit", _("修改指标口径")
    APPROVE = "indicators.approve", _("核定指标数字")


ROLES = {
    Permission.VIEW: (
        "county_officer", "reviewer", "town_station", "town_admin", "village_worker", "auditor_readonly", "city_officer",
        "province_officer",
    ),
    Permission.EDIT: ("county_officer",),
    Permission.APPROVE: ("county_officer", "reviewer"),
}  # fmt: skip

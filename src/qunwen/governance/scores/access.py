"""Who may do what with scores."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with scores."""

    VIEW = "scores.view", _("查看评分")
    ENTER = "scores.enter", _("登记评分事项")
    DECIDE = "scores.decide", _("确认评分事项")
    PUBLISH = "scores.publish", _("公布评分排名")


ROLES = {
    Permission.VIEW: (
        "county_officer", "reviewer", "town_station", "town_admin", "village_worker", "auditor_readonly", "city_officer",
        "province_officer",
    ),
    Permission.ENTER: ("county_officer", "town_station"),
    Permission.DECIDE: ("county_officer", "reviewer"),
    Permission.PUBLISH: ("county_officer",),
}  # fmt: skip

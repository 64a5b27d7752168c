"""Who may do what with reviews. Deciding a step needs the permission the kind names for that step."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with reviews in general."""

    VIEW = "reviews.view", _("查看审核记录")
    CONFIGURE = "reviews.configure", _("设置审核级数")
    PUBLISH_FIRST = "reviews.publish_first", _("发布初审")
    PUBLISH_SECOND = "reviews.publish_second", _("发布复审")
    PUBLISH_FINAL = "reviews.publish_final", _("发布终审")


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
    Permission.CONFIGURE: ("county_officer",),
    Permission.PUBLISH_FIRST: ("town_station", "venue_staff", "reviewer", "county_officer"),
    Permission.PUBLISH_SECOND: ("reviewer", "county_officer"),
    Permission.PUBLISH_FINAL: ("reviewer", "county_officer"),
}

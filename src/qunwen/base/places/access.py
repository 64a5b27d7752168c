"""Who may change divisions. Divisions themselves are public."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with places."""

    VIEW = "places.view", _("查看区划资料")
    LOAD = "places.load", _("装入区划")
    CHANGE = "places.change", _("办理区划变更")
    GRID = "places.grid", _("维护网格")
    POPULATION = "places.population", _("登记人口数")
    HIERARCHY = "places.hierarchy", _("维护总分馆与责任体系")


_ALL_STAFF = (
    "county_officer",
    "reviewer",
    "town_station",
    "town_admin",
    "venue_staff",
    "village_worker",
    "auditor_readonly",
    "city_officer",
    "province_officer",
)

ROLES = {
    Permission.VIEW: _ALL_STAFF,
    Permission.LOAD: ("county_officer",),
    Permission.CHANGE: ("county_officer",),
    Permission.GRID: ("county_officer", "town_station"),
    Permission.POPULATION: ("county_officer", "town_station"),
    Permission.HIERARCHY: ("county_officer",),
}

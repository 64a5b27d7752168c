"""Who may do what with findings."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do. Whose records they are sees them first; others when the days for an answer are over."""

    VIEW = "plausibility.view", _("查看数据疑点")
    VIEW_ALL = "plausibility.view_all", _("查看尚在说明期内的数据疑点")
    ANSWER = "plausibility.answer", _("说明数据疑点")
    DECIDE = "plausibility.decide", _("核实数据疑点")
    RUN = "plausibility.run", _("立即核对数据")


_WORKERS = ("county_officer", "town_station", "venue_staff", "village_worker")

ROLES = {
    Permission.VIEW: (*_WORKERS, "reviewer", "town_admin", "auditor_readonly", "city_officer"),
    Permission.VIEW_ALL: ("auditor_readonly",),
    Permission.ANSWER: _WORKERS,
    Permission.DECIDE: ("reviewer", "town_station", "county_officer"),
    Permission.RUN: ("county_officer",),
}

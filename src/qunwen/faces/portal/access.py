"""Who may do what with announcements. Publishing is nobody's right: three reviews publish (base/reviews)."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with announcements."""

    ANNOUNCE_VIEW = "portal.announce_view", _("查看公告")
    ANNOUNCE_WRITE = "portal.announce_write", _("撰写公告")
    ANNOUNCE_WITHDRAW = "portal.announce_withdraw", _("撤下公告")


ROLES: dict[Permission, tuple[str, ...]] = {
    Permission.ANNOUNCE_VIEW: ("county_officer", "reviewer", "town_station", "venue_staff", "auditor_readonly"),
    Permission.ANNOUNCE_WRITE: ("county_officer", "town_station", "venue_staff"),
    Permission.ANNOUNCE_WITHDRAW: ("county_officer", "reviewer"),
}

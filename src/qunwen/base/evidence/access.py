"""Who may do what with photos and files."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with evidence."""

    VIEW = "evidence.view", _("查看佐证材料")
    ADD = "evidence.add", _("上传佐证材料")
    REMOVE = "evidence.remove", _("移除佐证材料")
    ORIGINAL = "evidence.original", _("下载照片原件（含拍摄位置）")


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
    Permission.ADD: ("county_officer", "town_station", "venue_staff", "village_worker"),
    Permission.REMOVE: ("county_officer", "town_station", "venue_staff", "village_worker"),
    Permission.ORIGINAL: ("county_officer", "reviewer", "auditor_readonly"),
}

"""Who may do what with norms."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with norms. Verdicts ask `measures.view`: they show nothing that figures do not."""

    VIEW = "norms.view", _("查看达标情况")
    CONFIRM = "norms.confirm", _("确认标准是否有效")
    SET_FLOOR = "norms.floor", _("设定本县标准值")


ROLES = {
    Permission.VIEW: ("county_officer", "reviewer", "auditor_readonly", "city_officer", "province_officer"),
    Permission.CONFIRM: ("county_officer",),
    Permission.SET_FLOOR: ("county_officer",),
}

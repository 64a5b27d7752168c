"""Who may do what with people, units and grants."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with people."""

    UNIT_VIEW = "people.unit_view", _("查看单位")
    UNIT_EDIT = "people.unit_edit", _("维护单位")
    STAFF_VIEW = "people.staff_view", _("查看工作人员")
    STAFF_INVITE = "people.staff_invite", _("邀请和停用工作人员")
    GRANT = "people.grant", _("授予和收回角色")
    RESIDENT_VIEW = "people.resident_view", _("查看居民")
    RESIDENT_EDIT = "people.resident_edit", _("登记居民")
    ACT_FOR = "people.act_for", _("为居民代办")
    MATRIX_EXPORT = "people.matrix_export", _("导出权限矩阵")

"""Who may read figures."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with figures."""

    VIEW = "measures.view", _("查看统计数字")

"""Who may read the journal."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with the journal."""

    VIEW = "journal.view", _("查看操作日志")
    VERIFY = "journal.verify", _("校验操作日志")

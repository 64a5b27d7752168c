"""Who may see which notices. Everybody reads the own inbox; that needs no permission."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.permissions import Permissions


class Permission(Permissions):
    """What one may do with notices of others."""

    VIEW_OUTBOX = "notices.view_outbox", _("查看消息发送情况")
    SEND_AGAIN = "notices.send_again", _("重新发送失败的消息")


ROLES: dict[Permission, tuple[str, ...]] = {
    Permission.VIEW_OUTBOX: ("county_officer", "audit_admin"),
    Permission.SEND_AGAIN: ("county_officer",),
}

"""What the journal's keys about resources are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

from .enums import Kind

WORDS = {
    "buffer_minutes": Word(_("前后间隔（分钟）")),
    "capacity": Word(_("可容纳人数")),
    "ends_at": Word(_("结束")),
    "kind": Word(_("类别"), choices=Kind),
    "needs_approval": Word(_("需要审批")),
    "pieces": Word(_("项数")),
    "reason": Word(_("原因")),
    "skipped": Word(_("跳过的次数")),
    "starts_at": Word(_("开始")),
    "times": Word(_("次数")),
    "title": Word(_("名称")),
    "active": Word(_("接受预约")),
}

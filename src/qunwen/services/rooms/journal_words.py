"""What the journal's keys about resources are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

from .enums import Kind, OpenTo, Use

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
    "open_to": Word(_("对谁开放"), choices=OpenTo),
    "longest_minutes": Word(_("一次最长（分钟）")),
    "ahead_days": Word(_("最多提前（天）")),
    "door_check": Word(_("门口签到")),
    "offers_ahead": Word(_("自动提供空闲时段（提前天数）")),
    "use": Word(_("用途类别"), choices=Use),
    "team": Word(_("文艺团队")),
    "people": Word(_("人数")),
    "how": Word(_("签到方式")),
    "to": Word(_("改到")),
    "starts_on": Word(_("起")),
    "ends_on": Word(_("止")),
    "kept_for": Word(_("优先留给")),
    "opens_days_before": Word(_("提前几天对所有人开放")),
}

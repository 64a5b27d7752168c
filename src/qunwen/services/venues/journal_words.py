"""What the journal's keys about venues are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

from .enums import Accessibility

WORDS = {
    "accessibility": Word(_("无障碍设施"), choices=Accessibility),
    "closes": Word(_("关闭时间")),
    "day": Word(_("日期")),
    "opens": Word(_("开放时间")),
    "room": Word(_("房间")),
    "rooms": Word(_("房间数")),
    "venues": Word(_("阵地数")),
    "weekly": Word(_("每周开放时间")),
    "weekly_hours": Word(_("开放时段数")),
}

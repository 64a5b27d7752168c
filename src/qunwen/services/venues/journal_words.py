"""What the journal's keys about venues are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

from .enums import Accessibility, RoomKind, VenueKind

WORDS = {
    "accessibility": Word(_("无障碍设施"), choices=Accessibility),
    "active": Word(_("在用")),
    "capacity": Word(_("可容纳人数")),
    "closes": Word(_("关闭时间")),
    "day": Word(_("日期")),
    "equipment": Word(_("设备")),
    # Rooms are told of in the history of their venue.
    "kind": Word(_("类别"), choices=lambda: {**dict(RoomKind.choices), **dict(VenueKind.choices)}),
    "opens": Word(_("开放时间")),
    "room": Word(_("房间")),
    "rooms": Word(_("房间数")),
    "until": Word(_("核计至")),
    "venues": Word(_("阵地数")),
    "weekly": Word(_("每周开放时间")),
    "weekly_hours": Word(_("开放时段数")),
}

"""What the journal's keys about places given out are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

from .enums import Channel, CheckInVia, DriftKind, EndReason, Group

WORDS = {
    "at_most": Word(_("同时至多几项")),
    "basis": Word(_("依据")),
    "group": Word(_("群体"), choices=Group),
    "household": hidden(_("家庭编号")),
    "kind": Word(_("核对项目"), choices=DriftKind),
    "lasts_days": Word(_("限制多少天")),
    "line_hash": Word(_("候补名单摘要")),
    "members": Word(_("搬到一起的人数")),
    "misses": Word(_("爽约次数")),
    "orders": Word(_("排队报名数")),
    "over": Word(_("超过每户上限的名额组数")),
    "refused": Word(_("未报上的行数")),
    "seats": Word(_("座位")),
    "seed": Word(_("抽签种子")),
    "since": Word(_("起始日期")),
    "source": Word(_("种子来源")),
    "waiting": Word(_("候补报名数")),
    "window_days": Word(_("多少天内")),
    "absent": Word(_("未到场报名数")),
    "attendances": Word(_("到场记录数")),
    "attendees": Word(_("报名人数")),
    "because": Word(_("取消原因"), choices=EndReason),
    "bookings": Word(_("报名数")),
    "bucket": Word(_("名额"), row="bookings.bucket"),
    "buckets": Word(_("名额组数")),
    "came": Word(_("到场人数")),
    "code": Word(_("取票码")),
    "drifts": Word(_("不符的名额组数")),
    "from": Word(_("调出"), choices=Channel),
    "number": Word(_("人数")),
    "party": Word(_("人数")),
    "resident": Word(_("居民"), row="people.resident"),
    "rows": Word(_("按名单计")),
    "size": Word(_("名额数")),
    "taken": Word(_("按计数器计")),
    "ticket_serial": Word(_("电子票版次")),
    "to": Word(_("调入"), choices=Channel),
    "via": Word(_("签到方式"), choices=CheckInVia),
    "waited_in_vain": Word(_("候补未成的报名数")),
}

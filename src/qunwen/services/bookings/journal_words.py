"""What the journal's keys about places given out are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

from .enums import Channel, CheckInVia, EndReason

WORDS = {
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

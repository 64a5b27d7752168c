"""What the journal's keys about activities are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word
from qunwen.base.people.enums import AgeGroup
from qunwen.services.bookings.enums import Channel

from .enums import MediaLevel

WORDS = {
    "activities": Word(_("活动数")),
    "headcounts": Word(_("现场人数"), choices=AgeGroup),
    "level": Word(_("媒体级别"), choices=MediaLevel),
    "media_reports": Word(_("媒体报道数")),
    "month": Word(_("计划月份")),
    "outlet": Word(_("媒体名称")),
    "series": Word(_("系列（品牌）"), row="activities.series"),
    "sessions": Word(_("场次数")),
    "sizes": Word(_("开放名额"), choices=Channel),
    "skipped": Word(_("因冲突未安排的时间")),
    "title": Word(_("名称")),
    "unit": Word(_("主办单位")),  # its name, as `plan_activity` records it
    **{group.value: Word(group.label) for group in AgeGroup},
}

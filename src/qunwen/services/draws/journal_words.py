"""What the journal's keys about draws are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

from .enums import Channel

WORDS = {
    "applications": Word(_("申请份数")),
    "channel": Word(_("申请渠道"), choices=Channel),
    "closes_at": Word(_("截止申请")),
    "code": Word(_("回执号")),
    "draw": Word(_("摇号"), row="draws.draw"),
    "list_hash": Word(_("名单摘要")),
    "opens_at": Word(_("开始申请")),
    "option": Word(_("抽中项目"), row="draws.option"),
    "options": Word(_("项目数")),
    "people": Word(_("人数")),
    "seats": Word(_("名额")),
    "seed": Word(_("种子")),
    "seed_at": Word(_("公开事件时间")),
    "seed_notice": Word(_("种子来自哪个公开事件")),
    "wishes": Word(_("志愿数")),
    "witness": Word(_("见证人")),
    "won": Word(_("中签份数")),
}

"""What the journal's keys about scores are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

from .enums import EntryState

WORDS = {
    "category": Word(_("细项")),
    "corrects": hidden(_("被更正的事项")),
    "day": Word(_("发生日期")),
    "definition": hidden(_("评分表摘要")),
    "done": Word(_("完成日期")),
    "due": Word(_("应完成日期")),
    "entries": Word(_("评分事项数")),
    "item": Word(_("评分项")),
    "late_until": Word(_("迟报截止日期")),
    "number": Word(_("数量或分值")),
    "period": Word(_("评分时期")),
    "sheet": Word(_("评分表")),
    "state": Word(_("状态"), choices=EntryState),
    "subjects": Word(_("评分对象数")),
    "title": Word(_("事项")),
}

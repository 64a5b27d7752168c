"""What the journal's keys about returns are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden
from qunwen.base.measures.enums import Grade

from .enums import Answer

WORDS = {
    "answer": Word(_("填法"), choices=Answer),
    "element": Word(_("数据项")),
    "grade": Word(_("佐证等级"), choices=Grade),
    "period": Word(_("时期")),
    "reason": Word(_("原因")),
    "sha256": hidden(_("文件摘要")),
    "values": Word(_("填报数")),
    "corrected": Word(_("更正数")),
    "number": Word(_("数值")),
}

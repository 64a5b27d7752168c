"""What the journal's keys about the after-school service are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

from .enums import CheckKind, How, Mark, Proof
from .money_words import WORDS as MONEY

WORDS = {
    **MONEY,
    "activities": Word(_("兴趣活动")),
    "check": Word(_("核查项目"), choices=CheckKind),
    "children": Word(_("学生数")),
    "class": Word(_("班级"), row="afterschool.schoolclass"),
    "day": Word(_("日期")),
    "days": Word(_("次数")),
    "doubts": Word(_("疑似学科教学的词")),
    "gone_at": Word(_("离开时间")),
    "how": Word(_("去向"), choices=How),
    "lines": Word(_("内容行数")),
    "mark": Word(_("到课"), choices=Mark),
    "minutes_late": Word(_("晚接分钟")),
    "proof": Word(_("凭据"), choices=Proof),
    "roll": hidden(_("点名编号")),
    "sha256": Word(_("文件摘要")),
    "tries": Word(_("输错次数")),
    "valid_until": Word(_("有效期至")),
    "version": Word(_("版本")),
}

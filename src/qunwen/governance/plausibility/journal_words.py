"""What the journal's keys about findings are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

from .enums import State

WORDS = {
    "answer": Word(_("说明")),
    "check_code": hidden(_("核对项目")),
    "closed": Word(_("已改正")),
    "found": Word(_("新发现")),
    "opened": Word(_("转审核单位")),
    "period": Word(_("时期")),
    "reopened": Word(_("重新打开")),
    "state": Word(_("状态"), choices=State),
}

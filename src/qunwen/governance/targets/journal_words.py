"""What the journal's keys about targets are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

from .enums import Behaviour, Comparison, Nature, SplitBy, TargetState

WORDS = {
    "baseline": Word(_("基数")),
    "behaviour": Word(_("数的变化"), choices=Behaviour),
    "by": Word(_("分解办法"), choices=SplitBy),
    "code": Word(_("指标")),
    "comparison": Word(_("比较"), choices=Comparison),
    "department": Word(_("责任部门")),
    "nature": Word(_("性质"), choices=Nature),
    "parent": hidden(_("上级目标")),
    "parts": Word(_("分给几处")),
    "path": Word(_("进度安排")),
    "period": Word(_("时期")),
    "state": Word(_("状态"), choices=TargetState),
    "total": Word(_("合计")),
    "unit_code": Word(_("单位")),
    "value": Word(_("目标值")),
    "version": Word(_("版本")),
}

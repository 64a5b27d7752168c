"""What the journal's keys about indicators are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

WORDS = {
    "figures": Word(_("核定的数字个数")),
    "formula": Word(_("算式")),
    "period": Word(_("时期")),
    "reason": Word(_("修改原因")),
    "sha256": hidden(_("口径摘要")),
    "unit": Word(_("单位")),
    "valid_from": Word(_("起始日期")),
    "valid_to": Word(_("截止日期")),
    "version": Word(_("版本")),
}

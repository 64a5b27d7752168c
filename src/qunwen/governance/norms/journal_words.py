"""What the journal's keys about norms are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

WORDS = {
    "doc": Word(_("依据文件")),
    "floor": Word(_("标准值")),
    "norm": Word(_("标准")),
    "note": Word(_("说明")),
    "valid_from": Word(_("起始日期")),
    "version": Word(_("版本")),
    "sha256": hidden(_("标准摘要")),
}

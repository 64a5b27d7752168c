"""What the journal's keys about norms are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

WORDS = {
    "norm": Word(_("标准")),
    "note": Word(_("说明")),
    "sha256": hidden(_("标准摘要")),
}

"""What the journal's keys about reports are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

WORDS = {
    "figures": Word(_("数字个数")),
    "manifest_sha256": hidden(_("清单摘要")),
    "period": Word(_("时期")),
}

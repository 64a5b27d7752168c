"""What the journal's keys about evidence are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

WORDS = {
    "caption": Word(_("说明")),
    "files": Word(_("文件数")),
    "link": hidden(_("佐证编号")),
    "links": Word(_("佐证条数")),
    "name": Word(_("文件名")),
    "order": hidden(_("佐证顺序")),
    "sha256": hidden(_("文件摘要")),
}

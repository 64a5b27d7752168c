"""What the journal's keys about notices are called."""

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word

WORDS = {"digests": Word(_("汇总条数"))}

"""What the journal's keys about reviews are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Word, hidden

from . import kinds
from .enums import State


def _kinds() -> Mapping[str, str | Promise]:
    return {kind.code: kind.label for kind in kinds.all_kinds()}


WORDS = {
    "item": hidden(_("送审编号")),
    "items": Word(_("送审件数")),
    "kind": Word(_("审核事项"), choices=_kinds),
    "note": Word(_("审核意见")),
    "reasons": Word(_("退回原因")),
    "round": Word(_("第几轮送审")),
    "state": Word(_("审核状态"), choices=State),
    "step": Word(_("第几级审核")),
    "steps": Word(_("审核级数")),
}

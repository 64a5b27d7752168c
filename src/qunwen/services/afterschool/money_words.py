"""What the journal's keys about fees and money are called."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.words import Text, Word

from . import payments


def _ways() -> Mapping[str, Text]:
    return {code: payments.adapter(code).title for code in payments.known()}


WORDS = {
    "adapter": Word(_("缴费方式"), choices=_ways),
    "amount_fen": Word(_("金额（分）")),
    "bills": Word(_("账单数")),
    "due_fen": Word(_("应缴（分）")),
    "month": Word(_("月份")),
    "payments": Word(_("新登记缴费数")),
    "reference": Word(_("流水号")),
    "refunds": Word(_("完成退费数")),
    "total_fen": Word(_("合计（分）")),
    "unknown": Word(_("对不上的行数")),
}

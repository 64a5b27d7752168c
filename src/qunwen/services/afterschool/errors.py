"""Why something of the after-school service was refused. Each is a sentence for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .enums import Mark
from .models import Roll

MOST_NAMED = 8


class CareRefused(ValidationError):
    """What was asked of the after-school service cannot be."""


class NotAllAccounted(CareRefused):
    """An afternoon cannot close while of one child nobody can say where it is. `rolls` are theirs."""

    def __init__(self, missing: Sequence[tuple[Roll, Mark]]) -> None:
        self.rolls = [row for row, _mark in missing]
        why = {
            Mark.UNMARKED: _("还没有点名"),
            Mark.PRESENT: _("还没有交接"),
            Mark.ABSENT: _("未到，还没有与家长核实"),
        }
        named = "、".join(
            _("%(name)s（%(why)s）") % {"name": row.child.resident.name, "why": why[mark]}
            for row, mark in missing[:MOST_NAMED]
        )
        more = _("等") if len(missing) > MOST_NAMED else ""
        super().__init__(
            _("还有 %(n)d 名学生没有去向，不能结束：%(names)s%(more)s。")
            % {"n": len(missing), "names": named, "more": more}
        )

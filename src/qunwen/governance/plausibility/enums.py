"""Words of plausibility."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Severity(models.TextChoices):
    """How much it asks for: worth knowing, or somebody should look."""

    NOTE = "note", _("留意")
    LOOK = "look", _("请看一看")


class State(models.TextChoices):
    """How far a finding has come."""

    NEW = "new", _("新发现")
    SHOWN = "shown", _("请经办单位看一看")
    EXPLAINED = "explained", _("已说明")
    CORRECTED = "corrected", _("已改正")
    CONFIRMED = "confirmed", _("核实有误，待改正")
    DISMISSED = "dismissed", _("情况属实")


# Still somebody's to do: these close by themselves when the records no longer show it.
OPEN = frozenset({State.NEW, State.SHOWN, State.EXPLAINED, State.CONFIRMED})
WAITING = frozenset({State.NEW, State.SHOWN, State.CONFIRMED})
CLOSED = frozenset({State.CORRECTED, State.DISMISSED})


class Entry(Codes):
    """What the journal says of plausibility."""

    RUN = "plausibility.finding.run", _("核对数据")
    OPENED = "plausibility.finding.opened", _("数据疑点转审核单位")
    EXPLAINED = "plausibility.finding.explained", _("说明数据疑点")
    CORRECTED = "plausibility.finding.corrected", _("数据疑点已改正")
    CONFIRMED = "plausibility.finding.confirmed", _("核实数据疑点有误")
    DISMISSED = "plausibility.finding.dismissed", _("数据疑点情况属实")
    REOPENED = "plausibility.finding.reopened", _("重新打开数据疑点")

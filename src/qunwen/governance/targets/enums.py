"""Words of targets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Nature(models.TextChoices):
    """Whether a target must be met or is expected to be."""

    BINDING = "binding", _("约束性")
    EXPECTED = "expected", _("预期性")


class Comparison(models.TextChoices):
    """How the figure is compared with the target."""

    AT_LEAST = ">=", _("不低于")
    AT_MOST = "<=", _("不高于")


class Behaviour(models.TextChoices):
    """How the figure comes about in the period: it adds up from nothing, or it moves from where it was."""

    FLOW = "flow", _("逐步累计")
    LEVEL = "level", _("由基数变化")


class SplitBy(models.TextChoices):
    """How a target is divided among those below."""

    EQUAL = "equal", _("平均分")
    POPULATION = "population", _("按常住人口")
    LAST_YEAR = "last_year", _("按上年实绩")
    HAND = "hand", _("手工分")
    SAME = "same", _("各处相同")


class TargetState(models.TextChoices):
    """Where a target stands in its own life."""

    SET = "set", _("已下达")
    WITHDRAWN = "withdrawn", _("已撤销")


class Standing(models.TextChoices):
    """What progress says of a target on a day."""

    MET = "met", _("已完成")
    ON_TRACK = "on_track", _("按进度")
    BEHIND = "behind", _("慢于进度")
    AT_RISK = "at_risk", _("预计完不成")
    NOT_MET = "not_met", _("未完成")
    UNDECIDED = "undecided", _("待定")


TROUBLED = frozenset({Standing.BEHIND, Standing.AT_RISK, Standing.NOT_MET})
FINISHED = frozenset({Standing.MET, Standing.NOT_MET})


class Entry(Codes):
    """What the journal says of targets."""

    SET = "targets.target.set", _("下达目标")
    CHANGED = "targets.target.changed", _("调整目标")
    SPLIT = "targets.target.split", _("分解目标")
    WITHDRAWN = "targets.target.withdrawn", _("撤销目标")

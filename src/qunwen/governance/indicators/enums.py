"""Words of indicators: verdicts, how sure a source is, what the journal says."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Verdict(models.TextChoices):
    """Whether a condition holds. What is unknown is undecided, never met."""

    MET = "met", _("达标")
    NOT_MET = "not_met", _("未达标")
    UNDECIDED = "undecided", _("待定")


class Certainty(models.TextChoices):
    """How sure it is that the source says so."""

    S = "S", _("有原文")
    S2 = "S2", _("有转载或地方文件")
    K_HI = "K-hi", _("较有把握")
    K_MED = "K-med", _("待人工核对")
    K_LO = "K-lo", _("未核实，停用")
    HOUSE = "house", _("本系统口径")


class Entry(Codes):
    """What the journal says of indicators."""

    SAVED = "indicators.definition.saved", _("修改指标口径")
    APPROVED = "indicators.figures.approved", _("核定指标数字")

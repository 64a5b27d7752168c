"""Words of reports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Kind(models.TextChoices):
    """Which report it is: also the name of its definitions."""

    HALF_YEAR = "half_year", _("半年工作总结")


class Entry(Codes):
    """What the journal says of reports."""

    MADE = "reports.report.made", _("生成总结并封存数据")

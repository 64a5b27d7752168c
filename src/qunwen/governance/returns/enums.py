"""Words of returns."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Answer(models.TextChoices):
    """What a place says of an element: a number, that it has no such thing, or that the number is not for publication."""

    VALUE = "value", _("填数")
    NOT_APPLICABLE = "not_applicable", _("不适用")
    WITHHELD = "withheld", _("不公开")


class Every(models.TextChoices):
    """How often an element is reported."""

    MONTH = "month", _("月报")
    QUARTER = "quarter", _("季报")
    HALF = "half", _("半年报")
    YEAR = "year", _("年报")


MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}


class Entry(Codes):
    """What the journal says of returns."""

    VALUE_REPORTED = "returns.value.reported", _("填报数据")
    VALUE_CORRECTED = "returns.value.corrected", _("更正填报数据")
    VALUE_WITHDRAWN = "returns.value.withdrawn", _("撤回填报数据")
    SHEET_IMPORTED = "returns.sheet.imported", _("导入填报数据")
    GRADE_CHANGED = "returns.grade.changed", _("填报数据佐证变化")

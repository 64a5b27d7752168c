"""Words of figures."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """How a measure behaves in time: a flow adds up over months, a stock is what there is at a month's end."""

    FLOW = "flow", _("时期数")
    STOCK = "stock", _("时点数")


class Over(models.TextChoices):
    """How the rows of several places make one figure: they add up, or the greatest or the least of them stands."""

    SUM = "sum", _("相加")
    MAX = "max", _("取最大")
    MIN = "min", _("取最小")


class Grade(models.TextChoices):
    """What stands behind a number."""

    A = "A", _("A 级：系统过程记录")
    B = "B", _("B 级：填报并有佐证")
    C = "C", _("C 级：仅填报")


class State(models.TextChoices):
    """The five states of a figure. Missing is never zero."""

    VALUE = "value", _("有数")
    ZERO = "zero", _("零")
    NOT_REPORTED = "not_reported", _("缺数")
    NOT_APPLICABLE = "not_applicable", _("不适用")
    WITHHELD = "withheld", _("不公开")


class PlaceMap(models.TextChoices):
    """Whose map places are added up by: that of the day a thing happened, or the latest."""

    THEN = "then", _("按当时区划")
    NOW = "now", _("按现行区划")

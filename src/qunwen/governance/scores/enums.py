"""Words of scores."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class ItemKind(models.TextChoices):
    """How an item gives or takes points."""

    BASE = "base", _("基础分")
    MINUS = "minus", _("扣分")
    PLUS = "plus", _("加分")
    CONDITION = "condition", _("达标得分")
    STEPS = "steps", _("分档得分")
    JUDGED = "judged", _("评议得分")
    SHEET = "sheet", _("引用另一张表")


class Asks(models.TextChoices):
    """What a base item looks at: the duties of the period, or an entry that says whether it was done."""

    DUTIES = "duties", _("时限任务")
    ENTRY = "entry", _("是否落实")


class Subjects(models.TextChoices):
    """Whom a sheet scores."""

    COUNTY = "county", _("县（市、区）")
    TOWN = "town", _("乡镇（街道）")
    VILLAGE = "village", _("村（社区）")
    PROJECT = "project", _("项目")


class Every(models.TextChoices):
    """How often a sheet begins anew."""

    HALF = "half", _("每半年")
    YEAR = "year", _("每年")
    CYCLE = "cycle", _("每个周期")


class EntryState(models.TextChoices):
    """How far an entry has come. Only those in COUNTING give or take points."""

    WAITING = "waiting", _("待确认")
    COUNTED = "counted", _("计入")
    REFUSED = "refused", _("不予采用")
    REPLACED = "replaced", _("已更正")
    WITHDRAWN = "withdrawn", _("已撤回")


COUNTING = frozenset({EntryState.COUNTED})
LIVE = frozenset({EntryState.WAITING, EntryState.COUNTED})


class Entry(Codes):
    """What the journal says of scores."""

    ADDED = "scores.entry.added", _("登记评分事项")
    CORRECTED = "scores.entry.corrected", _("更正评分事项")
    WITHDRAWN = "scores.entry.withdrawn", _("撤回评分事项")
    DECIDED = "scores.entry.decided", _("确认评分事项")
    FINISHED = "scores.entry.finished", _("登记完成日期")
    PUBLISHED = "scores.ranking.published", _("公布评分排名")

"""Words of places: their changes, their people, their networks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class ChangeKind(models.TextChoices):
    """How divisions change (撤并)."""

    RENAME = "rename", _("更名")
    MERGE = "merge", _("合并")
    SPLIT = "split", _("拆分")
    MOVE = "move", _("划转")
    DISSOLVE = "dissolve", _("撤销")


class PopulationGroup(models.TextChoices):
    """The groups in which people of a place are counted. `TOTAL` is not the sum of reported groups."""

    TOTAL = "total", _("总人口")
    CHILD = "child", _("儿童（14岁以下）")
    YOUTH = "youth", _("青少年（14–17岁）")
    ADULT = "adult", _("成人（18–59岁）")
    ELDER = "elder", _("老年人（60岁以上）")


class PopulationBasis(models.TextChoices):
    """Who counts. Norms per head use residents (常住人口)."""

    RESIDENT = "resident", _("常住人口")
    REGISTERED = "registered", _("户籍人口")


class Grade(models.TextChoices):
    """How well a figure is proved."""

    A = "A", _("A 原始记录")
    B = "B", _("B 公开统计")
    C = "C", _("C 人工填报")


class HierarchyKind(models.TextChoices):
    """The named hierarchies beside the administrative one (which is the code itself)."""

    LIBRARY = "library", _("图书馆总分馆")
    CULTURAL_CENTRE = "cultural_centre", _("文化馆总分馆")
    FUND = "fund", _("资金责任")


ADMINISTRATIVE = "administrative"


class Entry(Codes):
    """What the journal says of places."""

    DIVISIONS_LOADED = "places.divisions.loaded", _("装入区划")
    RENAMED = "places.place.renamed", _("区划更名")
    MERGED = "places.place.merged", _("区划合并")
    SPLIT = "places.place.split", _("区划拆分")
    MOVED = "places.place.moved", _("区划划转")
    DISSOLVED = "places.place.dissolved", _("区划撤销")
    GRID_CREATED = "places.grid.created", _("新增网格")
    GRID_RENAMED = "places.grid.renamed", _("网格更名")
    GRID_CLOSED = "places.grid.closed", _("撤销网格")
    POPULATION_RECORDED = "places.population.recorded", _("登记人口数")
    EDGE_SET = "places.edge.set", _("设定体系隶属")
    EDGE_ENDED = "places.edge.ended", _("终止体系隶属")

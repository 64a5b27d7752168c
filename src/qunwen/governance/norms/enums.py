"""Words of norms."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class Severity(models.TextChoices):
    """What it means not to meet a norm."""

    INFO = "info", _("参考")
    WARN = "warn", _("提醒")
    FAIL = "fail", _("不达标")
    VETO = "veto", _("一票否决")


# What a rule may not be before its certainty is good enough or a person has confirmed it.
GRAVE = frozenset({Severity.FAIL, Severity.VETO})


class Standing(models.TextChoices):
    """Whether a norm counts in a county."""

    IN_FORCE = "in_force", _("生效")
    WAITING = "waiting", _("等待确认")
    DISABLED = "disabled", _("未启用")


class Law(models.IntegerChoices):
    """Who issued a norm: the longer the area it names, the nearer the issuer."""

    NATION = 0, _("国家")
    PROVINCE = 2, _("省级")
    CITY = 4, _("市级")
    COUNTY = 6, _("县级")


class Region(models.TextChoices):
    """The three belts by which national standards differ (regions.toml)."""

    EAST = "east", _("东部")
    CENTRAL = "central", _("中部")
    WEST = "west", _("西部")


class PlaceKind(models.TextChoices):
    """What sort of division a place is, read from its code (statistical office: town 001–099 street and so on)."""

    STREET = "street", _("街道")
    TOWN = "town", _("镇")
    TOWNSHIP = "township", _("乡")
    OTHER_TOWN = "other_town", _("其他乡级单位")
    COMMUNITY = "community", _("社区")
    VILLAGE = "village", _("村")
    OTHER_VILLAGE = "other_village", _("其他村级单位")
    DISTRICT = "district", _("市辖区")
    COUNTY = "county", _("县（县级市）")


class Entry(Codes):
    """What the journal says of norms."""

    CONFIRMED = "norms.norm.confirmed", _("确认标准有效")
    WITHDRAWN = "norms.norm.confirmation_withdrawn", _("撤回对标准的确认")
    FLOOR_SET = "norms.floor.set", _("设定本县标准值")
    FLOOR_WITHDRAWN = "norms.floor.withdrawn", _("撤回本县标准值")

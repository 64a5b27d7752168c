"""Words of reviews."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class State(models.TextChoices):
    """Where a submission stands."""

    WAITING = "waiting", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已通过")
    WITHDRAWN = "withdrawn", _("已撤回")


# A record has at most one submission in these states.
OPEN = frozenset({State.WAITING, State.RETURNED})


class Decision(models.TextChoices):
    """How one step of a review ended."""

    WAITING = "waiting", _("待处理")
    APPROVED = "approved", _("通过")
    RETURNED = "returned", _("退回修改")
    WITHDRAWN = "withdrawn", _("提交人撤回")


class Level(models.TextChoices):
    """At which level a step is decided: it asks for a right over that whole place."""

    OWN = "own", _("本级")
    TOWN = "town", _("乡镇（街道）")
    COUNTY = "county", _("县（区）")


class Entry(Codes):
    """What the journal says of reviews. The subject of an entry is the reviewed record."""

    SUBMITTED = "reviews.item.submitted", _("提交审核")
    APPROVED_STEP = "reviews.item.approved_step", _("审核通过一级")
    APPROVED = "reviews.item.approved", _("审核全部通过")
    RETURNED = "reviews.item.returned", _("退回修改")
    WITHDRAWN = "reviews.item.withdrawn", _("撤回提交")
    URGED = "reviews.item.urged", _("催办审核")
    STEPS_SET = "reviews.setting.set", _("设置审核级数")

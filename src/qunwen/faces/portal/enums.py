"""Words of the portal."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.codes import Codes


class PageKind(models.TextChoices):
    """What sort of page an announcement is."""

    NOTICE = "notice", _("公告")
    NEWS = "news", _("动态")
    GUIDE = "guide", _("办事指南")


class Entry(Codes):
    """What the journal says of the portal."""

    FEED_OPENED = "portal.feed.opened", _("开通个人日历订阅")
    FEED_CLOSED = "portal.feed.closed", _("停用个人日历订阅")

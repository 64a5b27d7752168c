"""What was handed over to be texted, once per key."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SmsMessage(models.Model):
    """A text message by its key. The text itself is kept only by the on-screen outbox of a demonstration."""

    table_kind = "local"
    personal = {"phone": "手机号码", "text": "短信内容"}

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("待发")
        SENT = "sent", _("已交发")
        REFUSED = "refused", _("被拒")

    key = models.CharField(_("去重键"), max_length=200, unique=True)
    phone = models.CharField(_("手机"), max_length=20)
    text = models.TextField(_("内容"), blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    receipt = models.CharField(_("回执编号"), max_length=100, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("时间"), default=timezone.now)  # noqa: TID251  floor 0 has no clock of ours

    class Meta:
        verbose_name = _("短信")
        verbose_name_plural = _("短信")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.phone[:3]}****{self.phone[-4:]} {self.made_at:%Y-%m-%d %H:%M}"

"""Messages on their way out, and the inbox inside."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import masked
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission
from .enums import TRIES, Channel, Kind, State


class OutboxMessage(FactModel):
    """A text to send, written in the transaction of what it tells; sent after, once for its key."""

    key = models.CharField(_("去重键"), max_length=150)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices, default=Channel.SMS)
    phone = models.CharField(_("手机"), max_length=20)
    text = models.TextField(_("内容"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    queued_at = models.DateTimeField(_("排入时间"))
    next_at = models.DateTimeField(_("下次发送时间"))
    lease_until = models.DateTimeField(_("占用至"), null=True)
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    problem = models.CharField(_("未发出的原因"), max_length=200, blank=True)

    personal = {"phone": "手机号码", "text": "可能含姓名"}
    scoping = Scoping(place="county", view=Permission.VIEW_OUTBOX)

    class Meta:
        verbose_name = _("待发消息")
        verbose_name_plural = _("待发消息")
        ordering = ["-queued_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["county", "key"], name="outbox_key_once")]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="outbox_due", condition=Q(state__in=[State.WAITING, State.LEASED])
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"

    @property
    def refused(self) -> bool:
        """Whether it failed because the gateway refused the number: trying again is of no use."""
        return self.state == State.FAILED and self.attempts < TRIES

    @property
    def masked_phone(self) -> str:
        """The number as lists show it."""
        return masked(self.phone)


class Notice(FactModel):
    """A line in the inbox of one staff member or one resident. Its county is the recipient's."""

    key = models.CharField(_("去重键"), max_length=150)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    staff_id = models.UUIDField(_("工作人员"), null=True)
    resident_id = models.UUIDField(_("居民"), null=True)
    text = models.TextField(_("内容"))
    payload = models.JSONField(_("附带信息"), default=dict)
    made_at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True)

    personal = {"text": "可能含姓名", "payload": "可能含个人信息"}
    scoping = Scoping(place="county", owner="staff_id", resident="resident_id", view=Permission.VIEW_OUTBOX)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "staff_id", "key"], name="notice_staff_once"),
            models.UniqueConstraint(fields=["county", "resident_id", "key"], name="notice_resident_once"),
            models.CheckConstraint(
                condition=Q(staff_id=None, resident_id__isnull=False) | Q(staff_id__isnull=False, resident_id=None),
                name="notice_one_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "staff_id", "read_at"], name="notice_staff"),
            models.Index(fields=["county", "resident_id", "read_at"], name="notice_resident"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def url(self) -> str:
        """Where the matter stands: an address inside the house, or ''."""
        found = str(self.payload.get("url", ""))
        return found if found.startswith("/") and not found.startswith("//") else ""


class NoticePreference(FactModel):
    """Somebody does not want text messages of a kind (the inbox gets them all the same)."""

    person_id = models.UUIDField(_("本人"))
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    wanted = models.BooleanField(_("发短信"), default=True)

    scoping = Scoping(place="county", owner="person_id", resident="person_id", view=Permission.VIEW_OUTBOX)

    class Meta:
        verbose_name = _("消息偏好")
        verbose_name_plural = _("消息偏好")
        constraints = [models.UniqueConstraint(fields=["county", "person_id", "kind"], name="notice_preference_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.wanted}"

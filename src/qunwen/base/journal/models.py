"""Append-only history of who did what, sealed into one hash chain per county."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.clock import now  # noqa: TID251  when a row is recorded is the clock's own word
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import FactModel

from .access import Permission
from .actors import ActorKind


class JournalEntry(FactModel):
    """One thing done. Never changed; only the sealer fills the three sealing columns, once.

    No foreign keys: the entry outlives what it tells of.
    """

    code = models.CharField(_("事项"), max_length=80)
    actor_kind = models.CharField(_("操作者类别"), max_length=10, choices=ActorKind.choices)
    actor_id = models.UUIDField(_("操作者编号"), null=True)
    actor_name = models.CharField(_("操作者"), max_length=80)
    for_id = models.UUIDField(_("代办对象编号"), null=True)
    for_name = models.CharField(_("代办对象"), max_length=80, blank=True)
    place = models.CharField(_("地点"), max_length=15, blank=True)
    subject_type = models.CharField(_("对象类别"), max_length=80)
    subject_id = models.CharField(_("对象编号"), max_length=64)
    subject_label = models.CharField(_("对象"), max_length=200)
    before = models.JSONField(_("改前"), default=dict)
    after = models.JSONField(_("改后"), default=dict)
    happened_at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(_("记录时间"), default=now)
    request_id = models.CharField(_("请求编号"), max_length=40, blank=True)

    seal_position = models.BigIntegerField(_("链上序号"), null=True, editable=False)
    seal_previous = models.CharField(_("前一摘要"), max_length=64, blank=True, editable=False)
    seal_hash = models.CharField(_("摘要"), max_length=64, blank=True, editable=False)

    # Entries of a city or province are chained under no county: their place says whose they are.
    wall_column = "place"
    personal = {
        "actor_name": "姓名",
        "for_name": "姓名",
        "subject_label": "可能含姓名",
        "before": "可能含个人信息",
        "after": "可能含个人信息",
    }
    scoping = Scoping(place="place", owner="actor_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("日志条目")
        verbose_name_plural = _("日志条目")
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["county", "seal_position"], name="journal_entry_position"),
        ]
        indexes = [
            models.Index(fields=["county", "subject_type", "subject_id"], name="journal_entry_subject"),
            models.Index(fields=["county", "recorded_at"], name="journal_entry_recorded"),
            models.Index(
                F("county"), F("recorded_at"), F("id"), condition=Q(seal_position=None), name="journal_entry_unsealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject_label}"

    @property
    def sealed(self) -> bool:
        """Whether the entry already stands in the chain (the tail is seconds old at most)."""
        return self.seal_position is not None


class JournalChain(FactModel):
    """The head of a county's chain: how long it is and its last hash. One row a county."""

    length = models.BigIntegerField(_("链长"), default=0)
    head = models.CharField(_("链头摘要"), max_length=64, default="0" * 64)
    sealed_at = models.DateTimeField(_("最近封存时间"), null=True)

    scoping = Scoping(place="county", view=Permission.VERIFY)

    class Meta:
        verbose_name = _("日志链")
        verbose_name_plural = _("日志链")
        constraints = [models.UniqueConstraint(fields=["county"], name="journal_chain_county")]

    def __str__(self) -> str:
        return f"{self.county} #{self.length}"

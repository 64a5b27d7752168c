"""A submission on its way, its steps, and how many steps a county wants."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import CountyForeignKey, FactModel, ReferenceModel

from . import kinds
from .access import Permission
from .enums import OPEN, Decision, State
from .publishing import PlaceReviewTask

__all__ = ["PlaceReviewTask", "ReviewItem", "ReviewSetting", "ReviewStep"]


class ReviewSetting(ReferenceModel):
    """Which of a kind's steps are used at a place and below; without one, all that are declared."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("地点"))
    kind = models.CharField(_("审核事项"), max_length=60)
    steps = models.JSONField(_("采用的级次"), help_text=_("例如 [1, 3]：只用第一级和第三级"))
    set_at = models.DateTimeField(_("设置时间"))

    scoping = Scoping(place="place_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("审核级数设置")
        verbose_name_plural = _("审核级数设置")
        ordering = ["place_id", "kind"]
        constraints = [models.UniqueConstraint(fields=["place", "kind"], name="review_setting_once")]

    def __str__(self) -> str:
        return f"{self.place} · {self.kind}"


class ReviewItem(FactModel):
    """One record's submission, from being handed in to being approved; sent back and handed in again it stays one.

    `plan` holds the steps as they were when it was handed in: a county that changes its setting does
    not change what is under way. `round` counts the hand-ins, `step` the step that waits (from 1).
    """

    kind = models.CharField(_("审核事项"), max_length=60)
    subject_type = models.CharField(_("对象类别"), max_length=80)
    subject_id = models.CharField(_("对象编号"), max_length=64)
    subject_label = models.CharField(_("对象"), max_length=200)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("地点"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    submitted_by_id = models.UUIDField(_("提交人编号"), null=True)
    submitted_by_name = models.CharField(_("提交人"), max_length=80)
    submitted_at = models.DateTimeField(_("提交时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    plan = models.JSONField(_("审核步骤"))
    round = models.PositiveSmallIntegerField(_("第几次提交"), default=1)
    step = models.PositiveSmallIntegerField(_("当前级次"), default=1)
    # Of the step that waits: who may decide it, and over which place the right is needed.
    permission = models.CharField(_("所需权限"), max_length=80)
    at_place = models.CharField(_("审核地点"), max_length=15)
    waiting_since = models.DateTimeField(_("本级开始等待"))
    due_at = models.DateTimeField(_("应办结时间"))
    decided_at = models.DateTimeField(_("办结时间"), null=True)
    urged_at = models.DateTimeField(_("最近催办"), null=True)

    personal = {"submitted_by_name": "姓名", "subject_label": "可能含姓名"}
    scoping = Scoping(place="place_id", unit="unit_id", owner="submitted_by_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("审核事项")
        verbose_name_plural = _("审核事项")
        ordering = ["waiting_since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "subject_type", "subject_id"],
                condition=Q(state__in=sorted(OPEN)),
                name="review_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["county", "state", "permission", "at_place"], name="review_todo"),
            models.Index(fields=["county", "subject_type", "subject_id"], name="review_subject"),
            models.Index(fields=["county", "submitted_by_id", "state"], name="review_mine"),
        ]

    def __str__(self) -> str:
        return self.subject_label

    @property
    def steps_total(self) -> int:
        """How many steps the submission goes through."""
        return len(self.plan)

    @property
    def step_label(self) -> str:
        """The name of the step that waits or waited last."""
        return str(self.plan[self.step - 1]["label"])

    @property
    def token(self) -> str:
        """Names the step on the screen, so that a decision about an earlier screen is noticed."""
        return f"{self.round}.{self.step}"

    @property
    def kind_label(self) -> str:
        """What sort of thing is reviewed."""
        try:
            return str(kinds.get(self.kind).label)
        except KeyError:
            return self.kind

    @property
    def subject_url(self) -> str:
        """The page of the reviewed record on the desk, '' when its area has none."""
        try:
            name = kinds.get(self.kind).url_name
            return reverse(name, args=[self.county, self.subject_id]) if name else ""
        except (KeyError, NoReverseMatch):
            return ""

    def is_overdue(self, at: dt.datetime) -> bool:
        """Whether the step that waits should have been decided."""
        return self.state == State.WAITING and at > self.due_at


class ReviewStep(FactModel):
    """One step of one round: since when it waits, who decided what, and why."""

    item = CountyForeignKey(ReviewItem, models.CASCADE, related_name="steps", verbose_name=_("审核事项"))
    round = models.PositiveSmallIntegerField(_("第几次提交"))
    number = models.PositiveSmallIntegerField(_("级次"))
    label = models.CharField(_("步骤名称"), max_length=60)
    permission = models.CharField(_("所需权限"), max_length=80)
    decision = models.CharField(_("结果"), max_length=10, choices=Decision.choices, default=Decision.WAITING)
    # Name of the field -> reason.
    reasons = models.JSONField(_("各栏意见"), default=dict)
    note = models.TextField(_("意见"), blank=True)
    by_id = models.UUIDField(_("处理人编号"), null=True)
    by_name = models.CharField(_("处理人"), max_length=80, blank=True)
    waiting_since = models.DateTimeField(_("开始等待"))
    decided_at = models.DateTimeField(_("处理时间"), null=True)

    personal = {"by_name": "姓名", "note": "可能含姓名", "reasons": "可能含姓名"}
    scoping = Scoping(place="item__place_id", unit="item__unit_id", owner="item__submitted_by_id", view=Permission.VIEW)

    class Meta:
        verbose_name = _("审核步骤")
        verbose_name_plural = _("审核步骤")
        ordering = ["round", "number", "id"]
        constraints = [models.UniqueConstraint(fields=["county", "item", "round", "number"], name="review_step_once")]

    def __str__(self) -> str:
        return f"{self.label} {self.get_decision_display()}"

    @property
    def took(self) -> dt.timedelta | None:
        """How long the step waited for its decision."""
        return None if self.decided_at is None else self.decided_at - self.waiting_since

    @property
    def labelled_reasons(self) -> list[tuple[str, str]]:
        """(name of the field, reason), by the labels of the reviewed record."""
        model: Any = _model(self.item.subject_type)
        names = {f.name: str(f.verbose_name) for f in model._meta.concrete_fields} if model else {}
        return [(names.get(field, field), text) for field, text in self.reasons.items()]


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except LookupError:
        return None

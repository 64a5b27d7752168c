"""Tokens, answers kept for repeats, counted requests."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Staff
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import LocalModel, ReferenceModel

from .access import Permission


class ApiToken(ReferenceModel):
    """What another program shows to act for one staff member, with less than that person may do.

    Only the SHA-256 of the secret is kept (256 random bits need no salt and no slow hash). At every request
    permissions and place are cut with what the person holds at that moment.
    """

    name = models.CharField(_("用途"), max_length=60)
    digest = models.CharField(_("令牌摘要"), max_length=64, unique=True, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="api_tokens", verbose_name=_("建立人"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("限于区划"))
    permissions = models.JSONField(_("权限"), default=list)
    created_at = models.DateTimeField(_("建立时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    scoping = Scoping(place="place_id", unit="staff__unit_id", owner="staff_id", view=Permission.TOKENS)

    class Meta:
        verbose_name = _("接口令牌")
        verbose_name_plural = _("接口令牌")
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.name

    def works(self, at: dt.datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and at < self.expires_at and self.staff.active


class TokenUse(LocalModel):
    """The last day on which a token was used: written at most once a day, not at every request."""

    token = models.OneToOneField(ApiToken, models.CASCADE, related_name="use", verbose_name=_("令牌"))
    day = models.DateField(_("最近使用日"))

    class Meta:
        verbose_name = _("令牌使用日")
        verbose_name_plural = _("令牌使用日")

    def __str__(self) -> str:
        return str(self.day)


class KeptAnswer(LocalModel):
    """The answer to a POST, given again to a repeat with the same Idempotency-Key."""

    holder = models.CharField(_("使用者"), max_length=80)
    route = models.CharField(_("路径"), max_length=200)
    key = models.CharField(_("防重编号"), max_length=64)
    body_digest = models.CharField(_("请求摘要"), max_length=64)
    status = models.PositiveSmallIntegerField(_("状态码"), default=0)
    answer = models.TextField(_("回答"), blank=True)
    kept_at = models.DateTimeField(_("时间"))

    personal = {"answer": "报名回答中的姓名，保存 24 小时"}

    class Meta:
        verbose_name = _("已答请求")
        verbose_name_plural = _("已答请求")
        constraints = [models.UniqueConstraint(fields=["holder", "route", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["kept_at"], name="api_answer_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class RequestCount(LocalModel):
    """Requests of one holder in one minute."""

    holder = models.CharField(_("使用者"), max_length=80)
    minute = models.DateTimeField(_("分钟"))
    number = models.PositiveIntegerField(_("次数"), default=0)

    class Meta:
        verbose_name = _("接口请求计数")
        verbose_name_plural = _("接口请求计数")
        constraints = [models.UniqueConstraint(fields=["holder", "minute"], name="api_count_once")]
        indexes = [models.Index(fields=["minute"], name="api_count_minute")]

    def __str__(self) -> str:
        return f"{self.holder} {self.number}"

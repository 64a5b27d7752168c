"""What log-in keeps: locks, one-time codes, counted tries, devices. All on the machine that serves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope.tables import LocalModel


class LoginLock(LocalModel):
    """Failed tries of one account from one address; the empty address counts all addresses together."""

    username = models.CharField(_("账号"), max_length=150)
    address = models.CharField(_("来源地址"), max_length=64, blank=True)
    failures = models.PositiveIntegerField(_("失败次数"), default=0)
    first_failed_at = models.DateTimeField(_("首次失败时间"))
    locked_until = models.DateTimeField(_("锁定至"), null=True, blank=True)

    personal = {"username": "账号", "address": "网络地址"}

    class Meta:
        verbose_name = _("登录锁定")
        verbose_name_plural = _("登录锁定")
        constraints = [models.UniqueConstraint(fields=["username", "address"], name="login_lock_once")]

    def __str__(self) -> str:
        return f"{self.username} {self.address}"


class StaffSession(LocalModel):
    """One log-in of an account on one device, for the list of devices."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices", verbose_name=_("账号"))
    session_key = models.CharField(_("会话"), max_length=40, unique=True)
    address = models.CharField(_("来源地址"), max_length=64, blank=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)
    since = models.DateTimeField(_("登录时间"))
    seen_at = models.DateTimeField(_("最近使用"))

    personal = {"address": "网络地址", "agent": "设备"}

    class Meta:
        verbose_name = _("登录设备")
        verbose_name_plural = _("登录设备")
        ordering = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.since:%Y-%m-%d %H:%M}"


class PhoneCode(LocalModel):
    """A one-time code sent to a phone. Phone and code are kept only as keyed digests."""

    phone_digest = models.CharField(_("手机摘要"), max_length=64)
    code_digest = models.CharField(_("验证码摘要"), max_length=64)
    sent_at = models.DateTimeField(_("发出时间"))
    expires_at = models.DateTimeField(_("有效期至"))
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    used_at = models.DateTimeField(_("使用时间"), null=True, blank=True)

    personal = {"phone_digest": "手机号码摘要"}

    class Meta:
        verbose_name = _("手机验证码")
        verbose_name_plural = _("手机验证码")
        indexes = [models.Index(fields=["phone_digest", "-sent_at"], name="phone_code_latest")]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"


class RateHit(LocalModel):
    """One counted try, so that limits hold across all worker processes."""

    bucket = models.CharField(_("限流项目"), max_length=40)
    key = models.CharField(_("对象摘要"), max_length=64)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("限流记录")
        verbose_name_plural = _("限流记录")
        indexes = [models.Index(fields=["bucket", "key", "at"], name="rate_hit_recent")]

    def __str__(self) -> str:
        return f"{self.bucket} {self.at:%Y-%m-%d %H:%M}"

"""What django-allauth asks the house: no public sign-up, log-ins on the list of devices."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.people import lockout
from qunwen.base.people.models import StaffSession
from qunwen.base.scope import clock

from . import sessions, who
from .addresses import address_of


class StaffAdapter(DefaultAccountAdapter):
    """Staff accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "unknown"

    def login(self, request: HttpRequest, user: Any) -> None:
        """Log in after every step is passed: clears the count of failures and begins the device's entry."""
        super().login(request, user)
        lockout.succeeded(username=user.get_username(), address=address_of(request))
        sessions.begin(request, clock.now())

    def logout(self, request: HttpRequest) -> None:
        StaffSession.objects.filter(session_key=request.session.session_key or "").delete()
        who.finish_acting(request, why="logout", at=clock.now())
        super().logout(request)

    def set_password(self, user: Any, password: str) -> None:
        """A password of one's own ends the one-time one."""
        user.must_change_password = False
        user.one_time_until = None
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:devices")


class _CountedCode:
    """The second factor is guessed as little as the password: failures count towards the same lock."""

    user: Any

    def clean_code(self) -> str:
        at, address, name = clock.now(), self._address(), self.user.get_username()
        lockout.forget_expired(username=name, at=at)
        if lockout.is_locked(username=name, address=address, at=at):
            raise forms.ValidationError(_("验证码不正确。"))
        try:
            return super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            lockout.failed(username=name, address=address, at=at)
            raise

    def _address(self) -> str:
        return address_of(context.request)


class CountedAuthenticateForm(_CountedCode, AuthenticateForm):
    """The code asked at log-in."""


class CountedReauthenticateForm(_CountedCode, ReauthenticateForm):
    """The code asked again before something that matters."""

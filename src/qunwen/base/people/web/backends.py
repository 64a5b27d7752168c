"""Who may log in, and what an account may do in the words of Django and Wagtail."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from qunwen.base.people import lockout, queries
from qunwen.base.people.access import Permission
from qunwen.base.people.models import User
from qunwen.base.people.policies import BY_DJANGO_NAME
from qunwen.base.scope import asking, clock, context
from qunwen.base.scope.context import Scope
from qunwen.base.scope.permissions import declared

from .addresses import address_of

# Wagtail's own catalogues that only the system administrator keeps.
_SITE_CATALOGUES = ("site", "collection", "locale", "workflow", "task")
_OF_LIBRARIES = {
    f"wagtailcore.{action}_{name}": str(Permission.SITE_SETTINGS)
    for name in _SITE_CATALOGUES
    for action in ("view", "add", "change", "delete")
}


def _finding() -> contextlib.AbstractContextManager[None]:
    return context.crossing("", reason="an account leads to its person before a scope is known")


def scope_for(user: Any) -> Scope:
    """The scope of an account's person, reckoned once per user object (which lives for one request)."""
    found = getattr(user, "_qunwen_scope", None)
    if found is None:
        with _finding():
            staff = user.staff if user.is_authenticated and user.is_active else None
        with _finding():
            found = queries.scope_of(staff, clock.now()) if staff is not None else context.PUBLIC
        user._qunwen_scope = found
    return found


class LockoutBackend(ModelBackend):
    """Password log-in under the lock: five failures close an account for half an hour.

    Every refusal looks alike to the one who tries.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The account, or None. Raises PermissionDenied (which ends the attempt) while locked."""
        if not username or password is None:
            return None
        at, address = clock.now(), address_of(request)
        lockout.forget_expired(username=username, at=at)
        if lockout.is_locked(username=username, address=address, at=at):
            User().set_password(password)  # takes as long as a real check
            raise PermissionDenied
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None or (user.one_time_until is not None and user.one_time_until <= at):
            lockout.failed(username=username, address=address, at=at)
            return None
        return user

    def get_user(self, user_id: Any) -> User | None:
        """The account with its person, in one query."""
        with _finding():
            user = User.objects.select_related("staff").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Accounts of people in office only."""
        with _finding():
            return bool(user.is_active and user.staff_id and user.staff.active)

    # Permissions come from grants alone.
    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


class GrantBackend(BaseBackend):
    """Answers `user.has_perm` from the grants: our own codes, Django's names of model permissions, Wagtail's."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether the person's grants hold it (for the row `obj`, if given)."""
        scope = scope_for(user_obj)
        if scope.kind != "staff":
            return False
        if perm == "wagtailadmin.access_admin":
            return bool(scope.reaches)
        code = perm if declared(perm) else BY_DJANGO_NAME.get(perm) or _OF_LIBRARIES.get(perm)
        if code is None:
            return False
        with context.opened(scope):
            return asking.may(code, on=obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether any permission of the app is held."""
        scope = scope_for(user_obj)
        return scope.kind == "staff" and any(code.startswith(f"{app_label}.") for code in scope.reaches)

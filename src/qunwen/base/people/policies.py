"""Wagtail's question "may this user" answered by the grants of the open scope.

    policy = GrantPolicy(Unit, view=Permission.UNIT_VIEW, add=Permission.UNIT_EDIT, change=Permission.UNIT_EDIT)
    register_permission_policy(Unit, policy)

The open scope is the one of the logged-in user: WhoMiddleware sees to that for every request.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_permission_codename, get_user_model
from django.db import models
from wagtail.permission_policies.base import BasePermissionPolicy

from qunwen.base.scope import asking
from qunwen.base.scope.rows import NOTHING

ACTIONS = ("view", "add", "change", "delete")

# Django's names of model permissions (app.change_unit) → ours, filled by every GrantPolicy.
BY_DJANGO_NAME: dict[str, str] = {}


class GrantPolicy(BasePermissionPolicy):
    """Permissions of one model by action; an action without a permission is nobody's.

    Further actions (`publish`, `export` …) may be given as keywords.
    """

    def __init__(self, model: type[models.Model], **permissions: str) -> None:
        super().__init__(model)
        self.permissions = {action: str(code) for action, code in permissions.items() if code}
        if "choose" not in self.permissions and "view" in self.permissions:
            self.permissions["choose"] = self.permissions["view"]
        for action, code in self.permissions.items():
            codename = get_permission_codename(action, model._meta)
            BY_DJANGO_NAME[f"{model._meta.app_label}.{codename}"] = code

    def permission_for(self, action: str) -> str | None:
        """Our permission for one of Wagtail's actions."""
        return self.permissions.get(action)

    def user_has_permission(self, user: Any, action: str) -> bool:
        code = self.permission_for(action)
        return bool(user.is_active and code and asking.may(code))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: models.Model) -> bool:
        code = self.permission_for(action)
        return bool(user.is_active and code and asking.may(code, on=instance))

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: models.Model) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_permission_for(self, user: Any, action: str) -> models.QuerySet:
        return self.instances_user_has_any_permission_for(user, [action])

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> models.QuerySet:
        rows = self.model._default_manager.all()
        if not user.is_active:
            return rows.filter(NOTHING)
        found = rows.filter(NOTHING)
        for code in {self.permission_for(action) for action in actions} - {None}:
            found = found | asking.visible(rows, str(code))
        return found

    def users_with_any_permission(self, actions: Iterable[str]) -> models.QuerySet:
        """Accounts whose grants hold any of the actions somewhere, now or later.

        Wagtail asks this only to offer names (comments, notices); what an account may do is asked again.
        """
        codes = {self.permission_for(action) for action in actions} - {None}
        from .models import Grant, Role  # noqa: PLC0415  policies are imported while models load

        roles = [role.pk for role in Role.unscoped.all() if codes & set(role.permissions)]
        staff = Grant.unscoped.filter(role__in=roles, revoked_at=None).values("staff_id")
        return get_user_model().objects.filter(is_active=True, staff__active=True, staff__in=staff)

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance: models.Model) -> models.QuerySet:
        return self.users_with_any_permission(actions)

"""Roles, and roles granted at a place for its subtree."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.access import Permission
from qunwen.base.people.enums import AdminKind
from qunwen.base.places.models import Place
from qunwen.base.scope.context import DataScope
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import ReferenceModel

from .staff import Staff


class Role(ReferenceModel):
    """A named set of permissions with a stable code."""

    code = models.CharField(_("角色代码"), max_length=40, unique=True)
    name = models.CharField(_("角色名称"), max_length=40)
    description = models.CharField(_("说明"), max_length=200, blank=True)
    permissions = models.JSONField(_("权限"), default=list)
    # What holders may hand out without using it themselves: a security administrator grants business roles
    # but does no business.
    delegates = models.JSONField(_("可授出的权限"), default=list)
    admin_kind = models.CharField(_("三员类别"), max_length=10, choices=AdminKind.choices, blank=True)

    scoping = Scoping(open_because="roles are definitions without rows of a place")

    class Meta:
        verbose_name = _("角色")
        verbose_name_plural = _("角色")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Grant(ReferenceModel):
    """A role held by a person at a place, for everything below it, narrowed by a data scope."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="grants", verbose_name=_("工作人员"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants", verbose_name=_("角色"))
    # No place: the whole installation (a province, or the nation).
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="grants", verbose_name=_("授权地点")
    )
    data_scope = models.CharField(_("数据范围"), max_length=10, choices=DataScope.choices, default=DataScope.ALL)
    chosen_places = models.JSONField(_("指定区划"), default=list, blank=True)
    chosen_units = models.JSONField(_("指定单位"), default=list, blank=True)
    granted_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="grants_given", verbose_name=_("授权人")
    )
    granted_at = models.DateTimeField(_("授权时间"))
    valid_to = models.DateTimeField(_("有效期至"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    scoping = Scoping(place="staff__place_id", unit="staff__unit_id", owner="staff_id", view=Permission.STAFF_VIEW)

    class Meta:
        verbose_name = _("授权")
        verbose_name_plural = _("授权")
        ordering = ["staff_id", "granted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "role", "place"], condition=Q(revoked_at=None), name="grant_once_at_place"
            ),
            models.UniqueConstraint(
                fields=["staff", "role"], condition=Q(revoked_at=None, place=None), name="grant_once_everywhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff} · {self.role}"

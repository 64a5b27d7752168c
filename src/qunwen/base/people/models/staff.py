"""Units, the people who work in them, and their accounts."""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.auth.models import AbstractUser, UserManager, _user_has_module_perms, _user_has_perm
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.access import Permission
from qunwen.base.people.enums import AdminKind, UnitKind
from qunwen.base.places.models import Place
from qunwen.base.scope.rows import Scoping
from qunwen.base.scope.tables import ReferenceModel


class Unit(ReferenceModel):
    """An organisation that does the work: bureau, centre, library, station, village room."""

    name = models.CharField(_("单位名称"), max_length=120)
    kind = models.CharField(_("单位类别"), max_length=20, choices=UnitKind.choices)
    place = models.ForeignKey(Place, models.PROTECT, related_name="units", verbose_name=_("所在区划"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("上级单位")
    )
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    active = models.BooleanField(_("在用"), default=True)

    scoping = Scoping(place="place_id", unit="id", view=Permission.UNIT_VIEW, public=lambda: Q(active=True))

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["place_id", "name", "id"]
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="unit_name_in_place")]

    def __str__(self) -> str:
        return self.name


class Staff(ReferenceModel):
    """A person who works for a unit. Names are shown from here, never from accounts."""

    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="staff", verbose_name=_("单位"))
    place = models.ForeignKey(Place, models.PROTECT, related_name="staff", verbose_name=_("所在区划"))
    post = models.CharField(_("岗位"), max_length=40, blank=True)
    active = models.BooleanField(_("在岗"), default=True)
    # One column holds at most one of the three, so nobody can ever hold two.
    admin_kind = models.CharField(_("三员类别"), max_length=10, choices=AdminKind.choices, blank=True, editable=False)

    personal = {"name": "姓名", "phone": "手机号码"}
    wall_column = "place_id"
    scoping = Scoping(place="place_id", unit="unit_id", owner="id", view=Permission.STAFF_VIEW)

    class Meta:
        verbose_name = _("工作人员")
        verbose_name_plural = _("工作人员")
        ordering = ["place_id", "name", "id"]

    def __str__(self) -> str:
        return self.name


class AccountManager(UserManager):
    """Accounts; there are no accounts above the grants."""

    def create_superuser(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise ValueError("本系统没有超级用户：请邀请工作人员并授予角色（三员分立）。")


class User(AbstractUser):
    """A staff account. It only logs in; who the person is stands in `staff`, what they may do in grants."""

    table_kind = "local"
    personal = {"username": "账号", "email": "邮箱", "first_name": "姓名", "last_name": "姓名"}

    staff = models.OneToOneField(
        Staff, models.PROTECT, null=True, blank=True, related_name="account", verbose_name=_("工作人员")
    )
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    one_time_until = models.DateTimeField(_("一次性密码有效期至"), null=True, blank=True)

    objects = AccountManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        constraints = [
            # Libraries treat a superuser as one who may do everything: nobody is one.
            models.CheckConstraint(condition=Q(is_superuser=False), name="user_no_superuser"),
        ]

    def get_full_name(self) -> str:
        return self.staff.name if self.staff_id else self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether the grants hold it; `is_superuser` adds nothing."""
        return bool(self.is_active and _user_has_perm(self, perm, obj))

    def has_module_perms(self, app_label: str) -> bool:
        """Whether any permission of the app is held; `is_superuser` adds nothing."""
        return bool(self.is_active and _user_has_module_perms(self, app_label))

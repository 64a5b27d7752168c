"""People on the desk: addresses and menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem
from wagtail.permissions import register_permission_policy

from qunwen.base.ui.menu import HeldMenuItem

from .access import Permission
from .models import Grant, Resident, Staff, Unit
from .web import desk

for _model, _policy in ((Unit, desk.UNITS), (Staff, desk.STAFF), (Grant, desk.GRANTS), (Resident, desk.RESIDENTS)):
    register_permission_policy(_model, _policy)


@hooks.register("register_admin_urls")
def people_on_the_desk() -> list[URLResolver]:
    """`{% url "desk_people:staff" %}`."""
    own = [
        path("units/", desk.UnitList.as_view(), name="units"),
        path("units/add/", desk.add_unit, name="unit_add"),
        path("units/<uuid:pk>/", desk.edit_unit, name="unit"),
        path("staff/", desk.StaffList.as_view(), name="staff"),
        path("staff/invite/", desk.invite, name="invite"),
        path("staff/matrix.xlsx", desk.matrix, name="matrix"),
        path("staff/<uuid:pk>/", desk.person, name="person"),
        path("staff/<uuid:pk>/edit/", desk.edit_person, name="person_edit"),
        path("staff/<uuid:pk>/grant/", desk.grant, name="grant"),
        path("staff/<uuid:pk>/standing/", desk.change_standing, name="standing"),
        path("residents/", desk.ResidentList.as_view(), name="residents"),
        path("residents/add/", desk.register, name="register"),
        path("residents/<str:county>/<uuid:pk>/", desk.resident, name="resident"),
    ]
    return [path("people/", include((own, "desk_people"), namespace="desk_people"))]


@hooks.register("register_admin_menu_item")
def people_menu() -> SubmenuMenuItem:
    """人员与单位."""
    items = [
        HeldMenuItem(_("居民"), reverse_lazy("desk_people:residents"), Permission.RESIDENT_VIEW, icon_name="user", order=1),
        HeldMenuItem(_("工作人员"), reverse_lazy("desk_people:staff"), Permission.STAFF_VIEW, icon_name="group", order=2),
        HeldMenuItem(_("单位"), reverse_lazy("desk_people:units"), Permission.UNIT_VIEW, icon_name="home", order=3),
    ]  # fmt: skip
    return SubmenuMenuItem(_("人员与单位"), Menu(items=items), icon_name="group", order=800, name="people")


@hooks.register("register_account_menu_item")
def devices_item(request: HttpRequest) -> dict[str, object]:
    """My devices, from the account page."""
    return {"url": reverse_lazy("people:devices"), "label": _("我的登录设备"), "help_text": _("查看和退出其他设备")}

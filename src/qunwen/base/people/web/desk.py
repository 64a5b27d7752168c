"""The desk's pages of units, staff, grants and residents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView

from qunwen.base.people import actions, queries
from qunwen.base.people.access import Permission
from qunwen.base.people.errors import Refused
from qunwen.base.people.matrix import matrix_xlsx
from qunwen.base.people.models import Grant, Resident, Staff, Unit, masked
from qunwen.base.people.policies import GrantPolicy
from qunwen.base.scope import asking, clock

from . import who
from .desk_forms import GrantForm, ResidentForm, StaffForm, UnitForm
from .forms import ActingForm

UNITS = GrantPolicy(Unit, view=Permission.UNIT_VIEW, add=Permission.UNIT_EDIT, change=Permission.UNIT_EDIT)
STAFF = GrantPolicy(Staff, view=Permission.STAFF_VIEW, add=Permission.STAFF_INVITE, change=Permission.STAFF_INVITE)
GRANTS = GrantPolicy(Grant, view=Permission.STAFF_VIEW, add=Permission.GRANT, change=Permission.GRANT)
RESIDENTS = GrantPolicy(
    Resident, view=Permission.RESIDENT_VIEW, add=Permission.RESIDENT_EDIT, change=Permission.RESIDENT_EDIT
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _column(label: Any, accessor: str | Callable[..., Any], **kwargs: Any) -> Column:
    name = accessor if isinstance(accessor, str) else accessor.__name__
    return Column(name, label=label, accessor=accessor, **kwargs)


class _List(IndexView):
    """A list of the desk: the rows of the open scope, one query more for each joined table and no more."""

    paginate_by = 50
    joined: tuple[str, ...] = ()
    default_ordering: Any = None
    is_export = False
    template_name = "people/desk/list.html"
    any_permission_required = ("view",)

    def get_base_queryset(self) -> models.QuerySet:
        rows = self.model.objects.select_related(*self.joined)
        word = self.request.GET.get("q", "").strip()
        return rows.filter(self.found_by(word)) if word else rows

    def found_by(self, word: str) -> models.Q:
        """What the word in the search box is looked for in."""
        return models.Q(name__contains=word)

    @cached_property
    def header_buttons(self) -> list[Any]:
        return []

    def links(self) -> list[tuple[str, Any]]:
        """Buttons above the list."""
        return []

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        data = super().get_context_data(*args, **kwargs)
        return {**data, "links": self.links(), "word": self.request.GET.get("q", "")}


class UnitList(_List):
    """Units."""

    model, permission_policy = Unit, UNITS
    page_title, header_icon, index_url_name = gettext_lazy("单位"), "home", "desk_people:units"
    joined = ("place", "parent")
    columns = [
        TitleColumn(
            "name", label=gettext_lazy("单位名称"), get_url=lambda row: reverse("desk_people:unit", args=[row.pk])
        ),
        _column(gettext_lazy("类别"), "get_kind_display"),
        _column(gettext_lazy("所在区划"), "place"),
        _column(gettext_lazy("上级单位"), "parent"),
        _column(gettext_lazy("联系电话"), "phone"),
    ]

    def links(self) -> list[tuple[str, Any]]:
        return [(reverse("desk_people:unit_add"), _("新增单位"))] if asking.may(Permission.UNIT_EDIT) else []


def masked_phone(row: Any) -> str:
    """The phone as this person may see it."""
    if isinstance(row, Resident) and asking.may(Permission.RESIDENT_VIEW_FULL, on=row):
        return str(row.phone)
    return masked(row.phone)


def in_office(row: Staff) -> str:
    """在岗 or 已停用."""
    return _("在岗") if row.active else _("已停用")


class StaffList(_List):
    """Staff; phones masked."""

    model, permission_policy = Staff, STAFF
    page_title, header_icon, index_url_name = gettext_lazy("工作人员"), "group", "desk_people:staff"
    joined = ("place", "unit")
    columns = [
        TitleColumn(
            "name", label=gettext_lazy("姓名"), get_url=lambda row: reverse("desk_people:person", args=[row.pk])
        ),
        _column(gettext_lazy("单位"), "unit"),
        _column(gettext_lazy("所在区划"), "place"),
        _column(gettext_lazy("岗位"), "post"),
        _column(gettext_lazy("手机"), masked_phone),
        _column(gettext_lazy("状态"), in_office),
    ]

    def links(self) -> list[tuple[str, Any]]:
        found = []
        if asking.may(Permission.STAFF_INVITE):
            found.append((reverse("desk_people:invite"), _("邀请工作人员")))
        if asking.may(Permission.MATRIX_EXPORT):
            found.append((reverse("desk_people:matrix"), _("导出权限矩阵")))
        return found


class ResidentList(_List):
    """Residents of the places in scope; phones masked unless the full number may be seen."""

    model, permission_policy = Resident, RESIDENTS
    page_title, header_icon, index_url_name = gettext_lazy("居民"), "user", "desk_people:residents"
    joined = ("place",)
    columns = [
        TitleColumn("name", label=gettext_lazy("姓名"), get_url=lambda row: reverse("desk_people:resident", args=[row.county, row.pk])),
        _column(gettext_lazy("手机"), masked_phone),
        _column(gettext_lazy("出生年份"), "birth_year"),
        _column(gettext_lazy("居住地"), "place"),
    ]  # fmt: skip

    def found_by(self, word: str) -> models.Q:
        return models.Q(name__contains=word) | models.Q(phone=word)

    def links(self) -> list[tuple[str, Any]]:
        return [(reverse("desk_people:register"), _("登记居民"))] if asking.may(Permission.RESIDENT_EDIT) else []


# ---- forms: load, check, one call, answer ----


def _seen(model: type[models.Model], **about: Any) -> Any:
    row = model.objects.filter(**about).first()  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    return row


def _form_page(request: Any, form: Any, title: str, icon: str = "user", **more: Any) -> HttpResponse:
    return render(request, "people/desk/form.html", {"form": form, "page_title": title, "header_icon": icon, **more})


def _done(request: Any, form: Any, call: Callable[[], Any]) -> Any:
    """What the action gives, or None after putting its refusal on the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return call()
    except (Refused, PermissionDenied) as error:
        form.add_error(None, str(error))
        return None


@never_cache
def add_unit(request: Any) -> HttpResponse:
    """A new unit."""
    asking.require(Permission.UNIT_EDIT)
    form = UnitForm(request.POST or None)
    if unit := _done(request, form, lambda: actions.create_unit(by=request.actor, at=clock.now(), **form.values())):
        messages.success(request, _("已新增单位%(name)s。") % {"name": unit.name})
        return redirect("desk_people:units")
    return _form_page(request, form, _("新增单位"), "home")


@never_cache
def edit_unit(request: Any, pk: Any) -> HttpResponse:
    """One unit, changed."""
    unit = _seen(Unit, pk=pk)
    start = {name: getattr(unit, name) for name in ("name", "kind", "parent", "phone", "active")}
    form = UnitForm(request.POST or None, unit=unit, initial=start)
    if _done(request, form, lambda: actions.change_unit(unit=unit, by=request.actor, at=clock.now(), **form.values())):
        messages.success(request, _("已保存。"))
        return redirect("desk_people:units")
    return _form_page(request, form, unit.name, "home", locked=not asking.may(Permission.UNIT_EDIT, on=unit))


@never_cache
def invite(request: Any) -> HttpResponse:
    """A new person with an account; the password for the first log-in is shown this once."""
    asking.require(Permission.STAFF_INVITE)
    form = StaffForm(request.POST or None, invited=True)
    made = _done(request, form, lambda: actions.invite_staff(by=request.actor, at=clock.now(), **form.values()))
    if made:
        return _show_password(request, made)
    return _form_page(request, form, _("邀请工作人员"), "group")


def _show_password(request: Any, made: actions.Invitation) -> HttpResponse:
    lasts = actions.staff.ONE_TIME_PASSWORD_LASTS.days
    return render(request, "people/desk/password.html", {"made": made, "days": lasts})


@never_cache
@require_safe
def person(request: Any, pk: Any) -> HttpResponse:
    """One person with their grants."""
    staff = _seen(Staff, pk=pk)
    grants = queries.grants_of(staff)
    return render(
        request,
        "people/desk/person.html",
        {
            "staff": staff,
            "grants": grants,
            "may_grant": asking.may(Permission.GRANT, on=staff),
            "may_change": asking.may(Permission.STAFF_INVITE, on=staff),
            "phone": masked_phone(staff),
            "at": clock.now(),
        },
    )


@never_cache
def edit_person(request: Any, pk: Any) -> HttpResponse:
    """One person, changed."""
    staff = _seen(Staff, pk=pk)
    asking.require(Permission.STAFF_INVITE, on=staff)
    start = {"name": staff.name, "phone": staff.phone, "unit": staff.unit, "place": staff.place_id, "post": staff.post}
    form = StaffForm(request.POST or None, invited=False, initial=start)
    if _done(
        request, form, lambda: actions.change_staff(staff=staff, by=request.actor, at=clock.now(), **form.values())
    ):
        messages.success(request, _("已保存。"))
        return redirect("desk_people:person", pk)
    return _form_page(request, form, _("修改%(name)s") % {"name": staff.name}, "group")


@never_cache
def grant(request: Any, pk: Any) -> HttpResponse:
    """A role for a person."""
    staff = _seen(Staff, pk=pk)
    asking.require(Permission.GRANT, on=staff)
    at = clock.now()
    form = GrantForm(request.POST or None, by=request.actor, at=at)
    if _done(request, form, lambda: actions.grant_role(staff=staff, by=request.actor, at=at, **form.values())):
        messages.success(request, _("已授权。"))
        return redirect("desk_people:person", pk)
    return _form_page(request, form, _("给%(name)s授予角色") % {"name": staff.name}, "key")


@require_POST
def change_standing(request: Any, pk: Any) -> HttpResponse:
    """Disable, enable, unlock, reset the password of a person, or revoke a grant, as the button says."""
    staff = _seen(Staff, pk=pk)
    do, by, at = request.POST.get("do", ""), request.actor, clock.now()
    try:
        if do == "reset":
            return _show_password(request, actions.reset_password(staff=staff, by=by, at=at))
        if do == "revoke":
            row = queries.grants_of(staff).filter(pk=request.POST.get("grant")).first()
            if row is None:
                raise Http404
            actions.revoke_role(grant=row, by=by, at=at)
        elif do in ("disable", "enable"):
            chosen = actions.disable_staff if do == "disable" else actions.enable_staff
            chosen(staff=staff, by=by, at=at)
        elif do == "unlock":
            actions.unlock_account(staff=staff, by=by, at=at)
        else:
            raise Http404
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已办理。"))
    return redirect("desk_people:person", pk)


@never_cache
@require_safe
def matrix(request: Any) -> HttpResponse:
    """Who may do what where, as a spreadsheet of the people in scope."""
    asking.require(Permission.MATRIX_EXPORT)
    staff = asking.visible(Staff.objects.all(), Permission.MATRIX_EXPORT)
    at = clock.now()
    response = HttpResponse(matrix_xlsx(staff, at=at), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="permissions-{clock.day_of(at):%Y%m%d}.xlsx"'
    return response


# ---- residents ----


@never_cache
def register(request: Any) -> HttpResponse:
    """A resident registered at the desk."""
    asking.require(Permission.RESIDENT_EDIT)
    form = ResidentForm(request.POST or None)
    made = _done(request, form, lambda: actions.register_resident(by=request.actor, at=clock.now(), **form.values()))
    if made:
        return redirect("desk_people:resident", made.county, made.pk)
    return _form_page(request, form, _("登记居民"))


@never_cache
def resident(request: Any, county: str, pk: Any) -> HttpResponse:
    """One resident; from here a staff member begins to act for them."""
    row = _seen(Resident, county=county, pk=pk)
    may_act = asking.may(Permission.ACT_FOR, on=row)
    form = ActingForm(request.POST or None)
    if may_act and request.method == "POST" and form.is_valid():
        who.begin_acting(request, row, at=clock.now(), **form.cleaned_data)
        return redirect("people:me")
    return render(
        request,
        "people/desk/resident.html",
        {"row": row, "phone": masked_phone(row), "form": form, "may_act": may_act,
         "family": asking.visible(Resident.objects.filter(county=county, household_id=row.household_id), Permission.RESIDENT_VIEW)},
    )  # fmt: skip

"""The register of venues on the desk: list, export, page, and everything that is kept of one."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.evidence import actions as evidence_actions
from qunwen.base.evidence import queries as evidence
from qunwen.base.evidence.access import Permission as Evidence
from qunwen.base.journal import queries as journal
from qunwen.base.journal.access import Permission as Journal
from qunwen.base.journal.differences import tell_all
from qunwen.base.papers.columns import Column, Kind
from qunwen.base.papers.xlsx import Sheet, write_xlsx
from qunwen.base.places import queries as places
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import is_code, upper_bound
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.services.venues import actions, queries
from qunwen.services.venues.access import Permission
from qunwen.services.venues.enums import VenueKind
from qunwen.services.venues.models import Closure, Room, Venue

from .forms import (
    ClosureForm,
    RetireForm,
    RoomForm,
    SpecialDayForm,
    VenueForm,
    VenuePhotosForm,
    WeekForm,
    week_of,
)

PAGE = 40
ICON = "home"
BOTH = ["GET", "HEAD", "POST"]
HISTORY = 10
SHEET = (
    Column("name", "名称"), Column("kind", "类别"), Column("place", "所在区划"), Column("code", "区划代码", Kind.ID),
    Column("unit", "管理单位"), Column("address", "地址"), Column("phone", "咨询电话"), Column("contact", "联系人"),
    Column("area", "建筑面积（平方米）", Kind.DECIMAL), Column("rooms", "房间", Kind.INTEGER),
    Column("latitude", "纬度", Kind.ID), Column("longitude", "经度", Kind.ID), Column("access", "无障碍设施"),
    Column("free", "免费开放", Kind.BOOL), Column("opened_on", "启用日期", Kind.DATE), Column("retired_on", "停用日期", Kind.DATE),
)  # fmt: skip


def _steps(venue: Venue | None = None, *more: str) -> list[tuple[str, str]]:
    found = [(_("阵地"), reverse("venues:list"))]
    if venue is not None:
        found.append((venue.name, page_of(venue) if more else ""))
    return found + [(label, "") for label in more]


def page_of(venue: Venue) -> str:
    """The address of a venue's page."""
    return reverse("venues:page", args=[venue.pk])


def venue_or_404(pk: uuid.UUID) -> Venue:
    """The venue, within the open scope."""
    found = Venue.objects.select_related("place", "unit").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _rows(request: HttpRequest) -> QuerySet[Venue]:
    """The venues that the filters of the address leave."""
    rows = Venue.objects.select_related("place", "unit").annotate(
        rooms_in_use=Count("rooms", filter=Q(rooms__active=True))
    )
    kind, place, word = _asked(request)
    if kind:
        rows = rows.filter(kind=kind)
    if place:
        rows = rows.filter(place_id__gte=place, place_id__lt=upper_bound(place))
    if word:
        rows = rows.filter(Q(name__contains=word) | Q(address__contains=word))
    if request.GET.get("retired") != "1":
        rows = rows.filter(retired_on=None)
    return rows.order_by("place_id", "name", "pk")


def _asked(request: HttpRequest) -> tuple[str, str, str]:
    kind, place = request.GET.get("kind", ""), request.GET.get("place", "")
    word = request.GET.get("q", "").strip().replace("\x00", "")[:80]
    return kind if kind in VenueKind.values else "", place if is_code(place) else "", word


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Venues of one's places."""
    asking.require(Permission.VIEW)
    kind, place, word = _asked(request)
    page = Paginator(_rows(request), PAGE).get_page(request.GET.get("page"))
    choices = [("", _("全部")), *places.reached_choices(Permission.VIEW)]
    return show(
        request, "venues/desk/list.html", title=_("阵地"), icon=ICON, steps=_steps(), page=page, kinds=VenueKind.choices,
        kind=kind, word=word, place_select=forms.Select(choices=choices).render("place", place),
        retired=request.GET.get("retired") == "1", narrowed=bool(kind or place or word),
        may_add=asking.may(Permission.EDIT),
    )  # fmt: skip


@require_safe
def export(request: HttpRequest) -> FileResponse:
    """Exactly what the list shows, all its pages, as .xlsx."""
    asking.require(Permission.VIEW)
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    rows = (
        {
            "name": v.name, "kind": v.get_kind_display(), "place": v.place.name, "code": v.place_id, "unit": v.unit.name,
            "address": v.address, "phone": v.phone, "contact": v.contact, "area": v.area, "rooms": v.rooms_in_use,
            "latitude": v.latitude, "longitude": v.longitude, "access": "、".join(v.accessibility_labels),
            "free": v.free_open, "opened_on": v.opened_on, "retired_on": v.retired_on,
        }
        for v in _rows(request).iterator(chunk_size=500)
    )  # fmt: skip
    write_xlsx(target, SHEET, rows, sheet=Sheet(name=_("阵地"), title=_("阵地名册")))
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{_('阵地名册')}-{clock.today():%Y%m%d}.xlsx")


@require_safe
def page(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything the register says of one venue."""
    venue = venue_or_404(pk)
    at = clock.now()
    full = queries.with_hours(Venue.objects.filter(pk=pk).select_related("place", "unit"))
    full = full.prefetch_related(Prefetch("rooms", Room.objects.order_by("-active", "name", "pk"))).get()
    today = clock.day_of(at)
    monday = today - dt.timedelta(days=today.weekday())
    week = [queries.hours_on(full, monday + dt.timedelta(days=n)) for n in range(7)]
    entries = tell_all(journal.history_of(venue)[:HISTORY]) if asking.may(Journal.VIEW) else []
    return show(
        request, "venues/desk/page.html", title=venue.name, icon=ICON, steps=_steps(venue), venue=full, week=week,
        minutes=sum(day.minutes for day in week), today=today, at=at,
        closures=[c for c in full.closures.all() if c.ends_at > at], links=list(evidence.of(venue)), entries=entries,
        specials=[day for day in full.special_days.all() if day.day >= today],
        may_edit=asking.may(Permission.EDIT, on=venue) and venue.retired_on is None,
        may_close=asking.may(Permission.CLOSE, on=venue), may_photo=asking.may(Evidence.ADD, on=venue),
        may_remove=asking.may(Evidence.REMOVE, on=venue),
    )  # fmt: skip


def _form(
    request: HttpRequest,
    form: forms.Form,
    venue: Venue | None,
    *,
    label: str,
    word: str,
    template: str = "",
    **more: Any,
) -> HttpResponse:
    back = page_of(venue) if venue else reverse("venues:list")
    return show(
        request, template or "ui/desk_form.html", title=venue.name if venue else word, icon=ICON,
        steps=_steps(venue, word), form=form, action_label=label, back=back, status=status_of(form), **more,
    )  # fmt: skip


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]


@require_http_methods(BOTH)
def add(request: HttpRequest) -> HttpResponse:
    """A new facility on the register."""
    asking.require(Permission.EDIT)
    staff = getattr(request.user, "staff", None)
    start = {"place": staff.unit.place_id, "unit": str(staff.unit_id)} if staff else {}
    form = VenueForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.register_venue(by=_actor(request), at=clock.now(), **form.values()))
        if made is not None:
            messages.success(request, _("已登记“%(name)s”。接着可以填开放时间和房间。") % {"name": made.name})
            return redirect(page_of(made))
    return _form(request, form, None, label=_("登记阵地"), word=_("登记阵地"))


@require_http_methods(BOTH)
def edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the register says, changed."""
    venue = venue_or_404(pk)
    asking.require(Permission.EDIT, on=venue)
    start = {name: getattr(venue, name) for name in actions.EDITABLE}
    form = VenueForm(request.POST if request.method == "POST" else None, venue=venue, initial=start)
    if request.method == "POST" and form.is_valid():
        new = form.values()
        if attempt(form, lambda: actions.change_venue(venue=venue, new=new, by=_actor(request), at=clock.now())):
            messages.success(request, _("已保存。"))
            return redirect(page_of(venue))
    return _form(request, form, venue, label=_("保存修改"), word=_("修改资料"))


@require_http_methods(BOTH)
def retire(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Out of use; its history stays."""
    venue = venue_or_404(pk)
    asking.require(Permission.EDIT, on=venue)
    form = RetireForm(request.POST if request.method == "POST" else None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        if attempt(form, lambda: actions.retire_venue(venue=venue, on=on, by=_actor(request), at=clock.now())):
            messages.success(request, _("已停用，门户上不再显示，历史记录保留。"))
            return redirect(page_of(venue))
    return _form(request, form, venue, label=_("停用这个阵地"), word=_("停用"), danger=True)


@require_http_methods(BOTH)
def add_room(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A new room."""
    venue = venue_or_404(pk)
    asking.require(Permission.EDIT, on=venue)
    form = RoomForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: actions.add_room(venue=venue, by=_actor(request), at=clock.now(), **data)):
            messages.success(request, _("已新增房间。"))
            return redirect(page_of(venue))
    return _form(request, form, venue, label=_("新增房间"), word=_("新增房间"))


@require_http_methods(BOTH)
def edit_room(request: HttpRequest, pk: uuid.UUID, room: uuid.UUID) -> HttpResponse:
    """A room changed or taken out of use."""
    venue = venue_or_404(pk)
    row = Room.objects.select_related("venue").filter(venue=venue, pk=room).first()
    if row is None:
        raise Http404
    asking.require(Permission.EDIT, on=venue)
    form = RoomForm(
        request.POST if request.method == "POST" else None,
        room=row,
        initial={f: getattr(row, f) for f in actions.ROOM_FIELDS},
    )
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data
        if attempt(form, lambda: actions.change_room(room=row, new=new, by=_actor(request), at=clock.now())):
            messages.success(request, _("已保存。"))
            return redirect(page_of(venue))
    return _form(request, form, venue, label=_("保存修改"), word=row.name)


@require_http_methods(BOTH)
def hours(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The week's opening hours."""
    venue = venue_or_404(pk)
    asking.require(Permission.EDIT, on=venue)
    form = WeekForm(request.POST if request.method == "POST" else None, initial=week_of(venue))
    if request.method == "POST" and form.is_valid():
        wanted = form.hours()
        call = lambda: (actions.set_weekly_hours(venue=venue, hours=wanted, by=_actor(request), at=clock.now()), True)  # noqa: E731
        if attempt(form, call):
            messages.success(request, _("开放时间已保存，门户上已经更新。"))
            return redirect(page_of(venue))
    return _form(
        request, form, venue, label=_("保存开放时间"), word=_("每周开放时间"), template="venues/desk/hours.html"
    )


@require_http_methods(BOTH)
def special_day(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One date with other hours, or closed."""
    venue = venue_or_404(pk)
    asking.require(Permission.EDIT, on=venue)
    form = SpecialDayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data, stretch = form.cleaned_data, form.stretch()
        call = lambda: actions.set_special_day(  # noqa: E731
            venue=venue, day=data["day"], stretch=stretch, note=data["note"], by=_actor(request), at=clock.now()
        )
        if attempt(form, call):
            messages.success(request, _("已保存。"))
            return redirect(page_of(venue))
    return _form(request, form, venue, label=_("保存这一天"), word=_("特殊日期"))


@require_http_methods(BOTH)
def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Announce a closure."""
    venue = venue_or_404(pk)
    asking.require(Permission.CLOSE, on=venue)
    form = ClosureForm(request.POST if request.method == "POST" else None, venue=venue)
    if request.method == "POST" and form.is_valid():
        data = form.values()
        if attempt(form, lambda: actions.announce_closure(venue=venue, by=_actor(request), at=clock.now(), **data)):
            messages.success(request, _("闭馆公告已发布，门户上已经显示。"))
            return redirect(page_of(venue))
    lead = _("临时停止开放要提前公告（公共文化服务保障法第三十一条）。")
    return _form(request, form, venue, label=_("发布闭馆公告"), word=_("公告闭馆"), lead=lead)


@require_POST
def withdraw(request: HttpRequest, pk: uuid.UUID, closure: uuid.UUID) -> HttpResponse:
    """Take an announced closure back."""
    venue = venue_or_404(pk)
    row = Closure.objects.select_related("venue").filter(venue=venue, pk=closure, withdrawn_at=None).first()
    if row is None:
        raise Http404
    actions.withdraw_closure(closure=row, by=_actor(request), at=clock.now())
    messages.success(request, _("闭馆公告已撤回。"))
    return redirect(page_of(venue))


@require_http_methods(BOTH)
def photos(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Photographs of the facility."""
    venue = venue_or_404(pk)
    asking.require(Evidence.ADD, on=venue)
    form = VenuePhotosForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = sum(_keep(request, file, venue) for file in form.cleaned_data["photos"])
        if kept:
            messages.success(request, _("已保存 %(n)d 张照片。") % {"n": kept})
        return redirect(page_of(venue))
    return _form(request, form, venue, label=_("上传"), word=_("上传照片"))


def _keep(request: HttpRequest, file: Any, venue: Venue) -> bool:
    try:
        evidence_actions.keep_file(
            stream=file, name=file.name, subject=venue, place=venue.place, by=_actor(request), at=clock.now()
        )
    except (ValidationError, PermissionDenied) as refusal:
        said = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        messages.error(request, _("“%(name)s”没有保存：%(why)s") % {"name": file.name, "why": said})
        return False
    return True


@require_POST
def remove_photo(request: HttpRequest, pk: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    """Take a photograph away from the venue."""
    venue = venue_or_404(pk)
    found = evidence.of(venue).filter(pk=link).first()
    if found is None:
        raise Http404
    evidence_actions.unlink(link=found, by=_actor(request), at=clock.now())
    messages.success(request, _("已移除。"))
    return redirect(page_of(venue))

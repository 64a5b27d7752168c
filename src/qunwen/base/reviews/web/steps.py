"""How many reviews each kind of submission goes through and in which order; what is under way keeps its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.reviews import actions, kinds, queries
from qunwen.base.reviews.access import Permission
from qunwen.base.reviews.enums import Level
from qunwen.base.reviews.models import ReviewItem
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level as PlaceLevel
from qunwen.base.scope.codes import covers
from qunwen.base.scope.permissions import known
from qunwen.base.ui.web.desk import attempt, show, status_of
from qunwen.base.ui.web.errors import forbidden

ICON = "clipboard-list"
SHOWN = 30


class StepsForm(forms.Form):
    """For every declared step: at which position it comes, or not at all."""

    def __init__(self, *args: Any, kind: kinds.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        total = len(kind.steps)
        choices = [("", _("不用")), *((str(n), _("第 %(n)d 道") % {"n": n}) for n in range(1, total + 1))]
        for n, step in enumerate(kind.steps, start=1):
            self.fields[f"step_{n}"] = forms.ChoiceField(
                label=str(step.label), choices=choices, required=False, help_text=_who(step)
            )

    def clean(self) -> dict[str, Any]:
        """Positions differ; at least one step is used."""
        data: dict[str, Any] = super().clean() or {}
        taken: dict[str, str] = {}
        for name, position in list(data.items()):
            if position and taken.setdefault(position, name) != name:
                self.add_error(name, _("第 %(n)s 道已经排给另一级了。") % {"n": position})
        if not taken and not self.errors:
            self.add_error(None, _("请至少留一道审核。"))
        return data

    def chosen(self) -> list[int]:
        """Numbers of the declared steps, in the order wanted."""
        wanted = [
            (position, int(name.removeprefix("step_"))) for name, position in self.cleaned_data.items() if position
        ]
        return [number for _position, number in sorted(wanted)]


def _who(step: kinds.Step) -> str:
    return _("由%(level)s有“%(permission)s”权限的人审") % {
        "level": Level(step.level).label, "permission": known().get(str(step.permission), step.permission),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ruled:
    """A kind at a place: its steps in order, by whose setting, and how much is under way."""

    kind: kinds.Kind
    steps: list[str]
    by: Place | None
    own: bool
    waiting: int
    other: int


def _ruled(kind: kinds.Kind, place: Place) -> Ruled:
    setting = queries.setting_above(kind.code, place.pk)
    plan = queries.plan_for(kind.code, place.pk)
    flying = list(queries.in_flight(kind.code, place.pk).values_list("plan", "place_id"))
    other = sum(1 for held, at in flying if _names(held) != _names(queries.plan_for(kind.code, at)))
    return Ruled(
        kind, _names(plan), setting.place if setting else None, setting is not None and setting.place_id == place.pk,
        len(flying), other,
    )  # fmt: skip


def _names(plan: list[dict[str, str]]) -> list[str]:
    return [str(step["label"]) for step in plan]


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("审核"), reverse("reviews:todo")), *more]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind at one place."""
    found = places.reached(Permission.CONFIGURE, lowest=PlaceLevel.TOWN)
    if not found:
        return forbidden(request, PermissionDenied(_("设置审核级数由县级业务人员办理。")))
    by_code = {place.pk: place for place in found}
    place = by_code.get(request.GET.get("place", ""), found[0])
    choices = [(one.pk, one.name) for one in found]
    return show(
        request, "reviews/desk_steps.html", title=_("审核级数"), icon=ICON, steps=_trail((_("审核级数"), "")), place=place,
        place_select=forms.Select(choices=choices).render("place", place.pk) if len(found) > 1 else "",
        rows=[_ruled(kind, place) for kind in kinds.all_kinds()],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The number and order of reviews of one kind at one place, beside what is under way."""
    declared = next((one for one in kinds.all_kinds() if one.code == kind), None)
    place = Place.objects.filter(pk=code, level__gte=PlaceLevel.COUNTY).first()
    seen = place is not None and any(covers(prefix, place.pk) for prefix in asking.prefixes(Permission.VIEW))
    if declared is None or place is None or not seen:
        raise Http404
    if not asking.may(Permission.CONFIGURE, place=place.pk):
        return forbidden(request, PermissionDenied(_("设置审核级数由县级业务人员办理。")))
    form = StepsForm(request.POST if request.method == "POST" else None, kind=declared, initial=_now(declared, place))
    if request.method == "POST" and form.is_valid():
        actor: Any = request.actor  # type: ignore[attr-defined]
        done = attempt(
            form, lambda: actions.set_steps(kind=kind, place=place, steps=form.chosen(), by=actor, at=clock.now())
        )
        if done is not None:
            messages.success(request, _("已保存。新提交的按新的级数审，正在审的不变。"))
            return redirect(f"{reverse('reviews:steps')}?place={place.pk}")
    return show(
        request, "reviews/desk_steps_edit.html", title=f"{declared.label} · {place.name}", icon=ICON,
        steps=_trail((_("审核级数"), f"{reverse('reviews:steps')}?place={place.pk}"), (str(declared.label), "")), form=form,
        action_label=_("保存审核级数"), back=f"{reverse('reviews:steps')}?place={place.pk}", status=status_of(form),
        lead=_("只影响以后提交的；对%(place)s和它以下的地方都有效，下面另有设置的以下面的为准。") % {"place": place.name},
        flying=_flying(declared, place), total=queries.in_flight(kind, place.pk).count(), at=clock.now(),
    )  # fmt: skip


def _now(kind: kinds.Kind, place: Place) -> dict[str, str]:
    setting = queries.setting_above(kind.code, place.pk)
    known_steps = [n for n in (setting.steps if setting else []) if n <= len(kind.steps)]
    used = known_steps or range(1, len(kind.steps) + 1)
    return {f"step_{number}": str(position) for position, number in enumerate(used, start=1)}


def _flying(kind: kinds.Kind, place: Place) -> list[ReviewItem]:
    """The oldest under way, each with the steps it keeps."""
    rows = list(queries.in_flight(kind.code, place.pk)[:SHOWN])
    for row in rows:
        row.kept = _names(row.plan)  # type: ignore[attr-defined]
    return rows

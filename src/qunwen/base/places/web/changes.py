"""Changes of divisions: filled in, previewed whole, then made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qunwen.base.places import previewing
from qunwen.base.places.access import Permission
from qunwen.base.places.problems import PlaceProblem
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.ui.web.desk import show, status_of

from .change_forms import ChangeForm, DissolveForm, MergeForm, MoveForm, RenameForm, SplitForm
from .loaded import ICON, actor_of, page_of, place_or_404, steps


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of change is asked for."""

    form: type[ChangeForm]
    word: str | Promise
    lead: str | Promise
    done: str | Promise


WAYS = {
    "rename": Way(
        RenameForm, gettext_lazy("更名"),
        gettext_lazy("代码不变。生效日之前的资料仍显示旧名，之后显示新名。"), gettext_lazy("已更名，曾用名已留存。"),
    ),
    "merge": Way(
        MergeForm, gettext_lazy("合并"),
        gettext_lazy("几个区划合成一个。被并入的从生效日起停用，下级连同网格一起转过去；以前的数字“按当时”仍记在原处，“按现行”记到合并后的区划。"),
        gettext_lazy("已合并，下级已经转入。"),
    ),
    "split": Way(
        SplitForm, gettext_lazy("拆分"),
        gettext_lazy("一个区划分成几个。以前的数字分不清属于哪一部分，“按现行”只记到共同的上级，不记到任何一个新区划。"),
        gettext_lazy("已拆分。"),
    ),
    "move": Way(
        MoveForm, gettext_lazy("划转"),
        gettext_lazy("划到另一个上级名下，它和它的下级换用新代码；以前的数字“按当时”记在原上级，“按现行”记到新上级。"),
        gettext_lazy("已划转，新代码已生效。"),
    ),
    "dissolve": Way(
        DissolveForm, gettext_lazy("撤销"),
        gettext_lazy("区划停用，没有后继。下级要先划转、合并或撤销。以前的数字仍记在它和它的上级名下。并入别处的，请用“合并”。"),
        gettext_lazy("已撤销，历史资料保留。"),
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Ask, preview, confirm. Only what was previewed is made: other values are previewed again."""
    place, way, at = place_or_404(code), WAYS[kind], clock.now()
    asking.require(Permission.CHANGE, place=place.pk)
    if place.level == Level.GRID or (kind != "rename" and place.level <= Level.COUNTY):
        raise Http404
    form = way.form(
        request.POST if request.method == "POST" else None, place=place, today=clock.day_of(at),
        initial={"on": clock.day_of(at), "name": place.name if kind == "rename" else ""},
    )  # fmt: skip
    found, digest = None, ""
    if request.method == "POST" and form.is_valid():
        digest = form.digest()
        confirmed = request.POST.get("confirm") == "1" and request.POST.get("seen") == digest
        try:
            if confirmed:
                form.make(by=actor_of(request), at=at)
                messages.success(request, way.done)
                return redirect(page_of(place))
            found = previewing.preview(lambda: form.make(by=actor_of(request), at=at), place=place, at=at)
        except PlaceProblem as problem:
            form.refuse(problem)
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
    return _answer(request, form, way, found=found, digest=digest)


def _answer(
    request: HttpRequest, form: ChangeForm, way: Way, *, found: previewing.Preview | None, digest: str
) -> HttpResponse:
    word = str(way.word)
    more: dict[str, Any] = {"preview": found, "digest": digest} if found else {}
    return show(
        request, "places/desk/change.html", title=f"{form.place.name} · {word}", icon=ICON, steps=steps(form.place, word),
        form=form, lead=way.lead, action_label=_("预览这次变更"), back=page_of(form.place), status=status_of(form), word=word,
        **more,
    )  # fmt: skip

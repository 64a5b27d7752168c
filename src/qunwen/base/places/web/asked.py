"""Forms that answer one action each: sent, refused at the field, or done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from qunwen.base.places.models import Place
from qunwen.base.places.problems import CodeTaken, DateRefused, NotInUse, NumberRefused, PlaceProblem
from qunwen.base.ui.web.desk import show, status_of

from .loaded import ICON, page_of, steps

T = TypeVar("T")
FIELDS = {
    DateRefused: ("on", "since"), NotInUse: ("on", "since", "place"), CodeTaken: ("number", "code"),
    NumberRefused: ("number",),
}  # fmt: skip


def tried(form: forms.Form, call: Callable[[], T]) -> T | None:
    """What the action gives, or None after putting its refusal at a field of the form."""
    try:
        return call()
    except PlaceProblem as problem:
        at = next((name for name in FIELDS.get(type(problem), ()) if name in form.fields), None)
        form.add_error(at, str(problem))
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal))
    return None


def form_page(
    request: HttpRequest, form: forms.Form, place: Place | None, *, label: str, word: str, back: str = "", **more: Any
) -> HttpResponse:
    """The page of a form about a place."""
    title = f"{place.name} · {word}" if place else word
    return show(
        request, "ui/desk_form.html", title=title, icon=ICON, steps=more.pop("steps", None) or steps(place, word), form=form,
        action_label=label, back=back or (page_of(place) if place else ""), status=status_of(form), **more,
    )  # fmt: skip

"""What every page of the desk does: the trail on top, forms that keep what was typed, photographs that come with a form."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from .errors import forbidden

T = TypeVar("T")


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Breadcrumbs from the desk's home: (label, address) pairs, the last one usually without address."""
    home = {"url": reverse("wagtailadmin_home"), "label": _("首页")}
    return [home, *({"url": url, "label": label} for label, url in steps)]


def show(
    request: HttpRequest, template: str, *, title: str, icon: str, steps: Iterable[tuple[str, str]], **more: Any
) -> HttpResponse:
    """A page of the desk. `status` among `more` is the answer's status."""
    status = more.pop("status", 200)
    context = {"header_title": title, "header_icon": icon, "breadcrumbs_items": trail(*steps), **more}
    return render(request, template, context, status=status)


def attempt(form: forms.Form, call: Callable[[], T]) -> T | None:
    """What the action gives, or None after putting its refusal at the fields of the form."""
    try:
        return call()
    except ValidationError as error:
        put_errors(form, error)
        return None


def put_errors(form: forms.Form, error: ValidationError) -> None:
    """Each message at its field where the form has it, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for name, messages in error.message_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, messages)


def status_of(form: forms.Form) -> int:
    """200 for a form that was not sent, 422 for one with something to mend."""
    return 422 if form.is_bound and form.errors else 200


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once; a phone offers its camera."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploaded files, empty when none came."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        single = super().clean
        if not data:
            single(None, initial)
            return []
        return [single(one, initial) for one in (data if isinstance(data, list | tuple) else [data])]


class DayInput(forms.DateInput):
    """The browser's own chooser of a day."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's own chooser of a day with its time."""

    input_type = "datetime-local"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class ClockInput(forms.TimeInput):
    """The browser's own chooser of a time of day."""

    input_type = "time"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%H:%M")


def with_reasons(patterns: list[URLPattern]) -> list[URLPattern]:
    """The patterns with views that answer a refusal by 403 and its reason.

    Wagtail's own wrapper would send the person home with a sentence that says nothing.
    """
    for pattern in patterns:
        pattern.callback = _with_reason(pattern.callback)
    return patterns


def _with_reason(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as refusal:
            return forbidden(request, refusal)

    return answer

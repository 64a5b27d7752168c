"""Tokens on the desk: list, make (the secret is shown once), revoke."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock, context
from qunwen.base.scope.permissions import known
from qunwen.base.ui.web.desk import show, status_of
from qunwen.faces.api import actions, tokens
from qunwen.faces.api.access import Permission
from qunwen.faces.api.models import ApiToken


class TokenForm(forms.Form):
    """What a token is for, where, what it may do and for how long."""

    name = forms.CharField(label=gettext_lazy("用途"), max_length=60)
    place = forms.CharField(label=gettext_lazy("限于区划（代码）"), max_length=15)
    permissions = forms.MultipleChoiceField(label=gettext_lazy("可以做什么"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=gettext_lazy("有效期"),
        coerce=int,
        choices=[(30, gettext_lazy("30 天")), (90, gettext_lazy("90 天")), (365, gettext_lazy("一年"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = known()
        self.fields["permissions"].choices = [(c, labels[c]) for c in tokens.grantable() if asking.may(c)]

    def clean_place(self) -> Place:
        """The division of that code."""
        found = Place.objects.filter(pk=self.cleaned_data["place"].strip()).first()
        if found is None:
            raise ValidationError(_("没有这个区划代码。"))
        return found


def _own_place() -> str:
    scope = context.current()
    reaches = scope.reaches_for(Permission.TOKENS) if scope else ()
    return reaches[0].prefix if reaches else ""


@require_safe
def listing(request: Any) -> HttpResponse:
    """Tokens of the open scope."""
    asking.require(Permission.TOKENS)
    labels = known()
    rows = ApiToken.objects.select_related("staff", "place", "use")
    shown = [
        {"token": row, "works": row.works(clock.now()), "may": _("、").join(str(labels[c]) for c in row.permissions)}
        for row in rows
    ]
    title = _("接口令牌")
    return show(request, "api/desk/list.html", title=title, icon="key", steps=[(title, "")], rows=shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Any) -> HttpResponse:
    """Make one; the answer shows the secret, and nothing else ever does."""
    asking.require(Permission.TOKENS)
    form = TokenForm(request.POST or None, initial={"place": _own_place(), "days": 90})
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        given = form.cleaned_data
        try:
            token, secret = actions.create_token(
                name=given["name"], place=given["place"], permissions=given["permissions"],
                expires_at=at + dt.timedelta(days=given["days"]), by=request.actor, at=at,
            )  # fmt: skip
        except asking.Forbidden as refused:
            form.add_error("place", str(refused))
        except ValidationError as refused:
            for field, words in refused.message_dict.items():
                form.add_error(field if field in form.fields else None, words)
        else:
            more = {"token": token, "secret": secret}
            return show(request, "api/desk/secret.html", title=token.name, icon="key", steps=_steps(token.name), **more)
    title = _("新建令牌")
    return show(
        request, "api/desk/form.html", title=title, icon="key", steps=_steps(title), form=form, status=status_of(form),
        lead=_("令牌代表您本人，能做的不会超过您现在的权限；您调离或停用后，它也随之失效。"),
        action_label=_("建立令牌"), back=reverse("api_tokens:list"),
    )  # fmt: skip


def _steps(last: str) -> list[tuple[str, str]]:
    return [(_("接口令牌"), reverse("api_tokens:list")), (last, "")]


@require_POST
def revoke(request: Any, pk: uuid.UUID) -> HttpResponse:
    """Stop one at once."""
    row = ApiToken.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    actions.revoke_token(token=row, by=request.actor, at=clock.now())
    return redirect("api_tokens:list")

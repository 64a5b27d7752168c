"""What one writes about a finding."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerForm(forms.Form):
    """How it was, in a sentence or two."""

    answer = forms.CharField(
        label=_("当时的情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("一两句即可，例如：当天两个村联办，照片共用；或：人数多写了一个零，已改正。"),
        error_messages={"required": _("请写一两句当时的情况。")},
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why it is settled so."""

    reason = forms.CharField(
        label=_("核实意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明核实意见。")},
    )  # fmt: skip

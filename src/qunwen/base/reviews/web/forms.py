"""What a reviewer may send."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.reviews.queries import Change

REASON = "reason_"


class DecisionForm(forms.Form):
    """Approve or send back. One reason for every field that can be seen, and a note for the whole."""

    token = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("意见"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("通过时可以不写；退回时请写明要改什么。"),
    )  # fmt: skip

    def reasons(self, changes: list[Change]) -> dict[str, str]:
        """The reasons at fields that are really shown."""
        return {c.field: self.data.get(f"{REASON}{c.field}", "")[:500] for c in changes}

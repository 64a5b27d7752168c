"""What residents fill in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Resident
from qunwen.services.bookings.party import Guest

GUESTS = 3


class SignUpForm(forms.Form):
    """Who comes: oneself, wards, and up to three people by name who are not in the register.

    The key makes a second tap, or a page sent twice, give the first answer.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, family: Sequence[Resident] = (), limit: int = 5, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family = {str(person.pk): person for person in family}
        if family:
            names = [
                (str(p.pk), p.name if n else _("我自己（%(name)s）") % {"name": p.name}) for n, p in enumerate(family)
            ]
            self.fields["members"] = forms.MultipleChoiceField(
                label=_("谁来参加"),
                choices=names,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("请至少选一位参加的人。")},
            )
        groups = [("", _("年龄段")), *AgeGroup.choices]
        self.guest_rows = min(GUESTS, limit)
        for number in range(self.guest_rows):
            self.fields[f"name{number}"] = forms.CharField(
                label=_("同伴 %(n)s 姓名") % {"n": number + 1}, max_length=40, required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip
            self.fields[f"group{number}"] = forms.ChoiceField(
                label=_("同伴 %(n)s 年龄段") % {"n": number + 1}, choices=groups, required=False
            )

    def guest_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Pairs of name and group, for the template."""
        return [(self[f"name{n}"], self[f"group{n}"]) for n in range(self.guest_rows)]

    @property
    def has_guests(self) -> bool:
        """Whether anything stands in the rows for companions, so that they are shown open."""
        return any(pair[0].value() for pair in self.guest_fields())

    def clean(self) -> dict[str, Any]:
        """A companion's age group without a name is a slip, not a person."""
        data = super().clean() or {}
        for number in range(self.guest_rows):
            if data.get(f"group{number}") and not data.get(f"name{number}", "").strip():
                self.add_error(f"name{number}", _("请填写同伴的姓名，或把这一行清空。"))
        return data

    def people(self) -> list[Resident | Guest]:
        """Those who come, in the order of the form."""
        chosen: list[Resident | Guest] = [self.family[key] for key in self.cleaned_data.get("members", [])]
        for number in range(self.guest_rows):
            name = self.cleaned_data.get(f"name{number}", "").strip()
            if name:
                group = self.cleaned_data.get(f"group{number}") or AgeGroup.UNKNOWN
                chosen.append(Guest(name=name, group=group))
        return chosen


class AppealForm(forms.Form):
    """Why places were left empty."""

    words = forms.CharField(
        label=_("当时的情况"), max_length=400, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("例如生病、家里有急事、到了没扫上码。写几句就行。"),
        error_messages={"required": _("请写几句当时的情况。")},
    )  # fmt: skip


def new_key() -> str:
    """The key of a freshly shown form."""
    return str(uuid.uuid4())

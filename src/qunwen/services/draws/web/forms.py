"""What residents fill in: who comes, and the wishes in their order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Resident
from qunwen.base.scope.ids import uuid7
from qunwen.services.draws.models import Draw, Option


class WishesForm(forms.Form):
    """A rank for each option: 1 is what one likes best, nothing is not wished for. Works without a script."""

    def __init__(self, *args: Any, options: Sequence[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = list(options)
        ranks = [("", _("不选")), *((n, _("第 %(n)s 志愿") % {"n": n}) for n in range(1, len(self.options) + 1))]
        for option in self.options:
            self.fields[self.name_of(option)] = forms.TypedChoiceField(
                label=option.title, choices=ranks, coerce=int, empty_value=None, required=False
            )
        if len(self.options) == 1:
            self.initial.setdefault(self.name_of(self.options[0]), 1)

    @staticmethod
    def name_of(option: Option) -> str:
        """The field of an option."""
        return f"wish_{option.position}"

    def wish_fields(self) -> list[tuple[Option, forms.BoundField]]:
        """Options with their fields, for the template."""
        return [(option, self[self.name_of(option)]) for option in self.options]

    def clean(self) -> dict[str, Any]:
        """No two options at one rank, and at least one wish."""
        data: dict[str, Any] = super().clean() or {}
        seen: dict[int, Option] = {}
        for option in self.options:
            rank = data.get(self.name_of(option))
            if rank is None:
                continue
            if rank in seen:
                words = _("第 %(n)s 志愿选了两项（还有“%(what)s”），请改一个。") % {"n": rank, "what": seen[rank].title}
                self.add_error(self.name_of(option), words)
            seen.setdefault(rank, option)
        if not seen and not any(self.name_of(option) in self.errors for option in self.options):
            self.add_error(None, _("请至少选一个志愿。"))
        return data

    def wishes(self) -> list[Option]:
        """The options wished for, best first. Gaps between the ranks do not matter."""
        ranked = [(self.cleaned_data.get(self.name_of(option)), option) for option in self.options]
        return [option for rank, option in sorted(((r, o) for r, o in ranked if r), key=lambda pair: pair[0])]

    @staticmethod
    def initial_of(wishes: Sequence[Option]) -> dict[str, int]:
        """The form as it stands for wishes made before."""
        return {WishesForm.name_of(option): rank for rank, option in enumerate(wishes, 1)}


class ApplyForm(WishesForm):
    """Who comes, of the family, and the wishes. The key makes a page sent twice give the first answer."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, draw: Draw, family: Sequence[Resident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", str(uuid7()))
        self.family = {str(one.pk): one for one in family}
        names = [
            (str(one.pk), one.name if n else _("我自己（%(name)s）") % {"name": one.name})
            for n, one in enumerate(family)
        ]
        field: forms.Field
        if draw.people_at_most > 1:
            field = forms.MultipleChoiceField(label=_("谁来参加"), choices=names, widget=forms.CheckboxSelectMultiple)
        else:
            field = forms.ChoiceField(label=_("给谁申请"), choices=names, widget=forms.RadioSelect)
        field.error_messages["required"] = _("请选择参加的人。")
        self.fields["people"] = field

    def people(self) -> list[Resident]:
        """Who comes, the first applies."""
        chosen = self.cleaned_data["people"]
        return [self.family[key] for key in (chosen if isinstance(chosen, list) else [chosen])]

"""What officers put in on the pages that ask 'what if'."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.governance.indicators.language.words import said
from qunwen.governance.norms.defining import Norm
from qunwen.governance.norms.remedies import Remedy
from qunwen.governance.norms.words import norm_floor_text


class FloorForm(forms.Form):
    """Which norm, and the floor to try."""

    norm = forms.ChoiceField(label=_("哪一条标准"))
    floor = forms.DecimalField(
        label=_("改成多少"), min_value=Decimal(0), max_value=Decimal(10**12), max_digits=18, decimal_places=6,
        error_messages={"invalid": _("请写一个数，如 0.6。")},
        help_text=_("按这条标准自己的单位填写；百分数填 60 就是 60%。"),
    )  # fmt: skip

    def __init__(self, *args: object, norms: Sequence[Norm], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["norm"].choices = [  # type: ignore[attr-defined]
            (n.code, f"{said(n.title, n.en)} · {norm_floor_text(n)}") for n in norms
        ]

    @property
    def floor_asked(self) -> Fraction:
        """The floor, exactly as it was typed."""
        return Fraction(self.cleaned_data["floor"])


class PricesForm(forms.Form):
    """What one step of each remedy costs here, in yuan; empty is the shipped price."""

    def __init__(self, *args: object, remedies: Iterable[Remedy], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.remedies = tuple(remedies)
        for remedy in self.remedies:
            self.fields[f"price_{remedy.code}"] = forms.DecimalField(
                label=said(remedy.title, remedy.en), required=False, min_value=Decimal(0), max_value=Decimal(10**9),
                max_digits=12, decimal_places=2, error_messages={"invalid": _("请写金额（元），如 3500。")},
            )  # fmt: skip

    @property
    def prices(self) -> dict[str, int]:
        """Fen a step, of the remedies that were given a price."""
        if not self.is_valid():
            return {}
        found = {r.code: self.cleaned_data.get(f"price_{r.code}") for r in self.remedies}
        return {code: int(yuan * 100) for code, yuan in found.items() if yuan is not None}

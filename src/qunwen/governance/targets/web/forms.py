"""Plain forms of targets."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qunwen.base.places.models import Place
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language.words import said
from qunwen.governance.targets import meaning
from qunwen.governance.targets.enums import Behaviour, Comparison, Nature
from qunwen.governance.targets.models import Target
from qunwen.governance.targets.path import Point
from qunwen.governance.targets.splitting import say


def figure_choices(county: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Indicators by theme, then elements, each with its unit."""
    groups: dict[str, list[tuple[str, str]]] = {}
    names = {code: said(*titles) for code, titles in catalogue.GROUPS.items()}
    for figure in meaning.every(county=county):
        unit = figure.unit.replace("m2", "m²")
        label = f"{figure.said}（{unit}）" if unit else figure.said
        groups.setdefault(names.get(figure.group, _now("数据项")), []).append((figure.code, label))
    return list(groups.items())


def exact(field: forms.DecimalField | Any, value: Any) -> Fraction | None:
    """A decimal as an exact number."""
    return None if value is None else Fraction(value)


class _PathField(forms.CharField):
    """One line a point: 2026-06-30 500."""

    widget = forms.Textarea

    def clean(self, value: Any) -> list[Point]:
        text = super().clean(value)
        found = []
        for number, line in enumerate(text.splitlines(), 1):
            parts = line.replace("，", " ").replace(",", "").split()
            if not parts:
                continue
            try:
                day, amount = parts
                found.append(Point(dt.date.fromisoformat(day), _amount(amount)))
            except ValueError:
                raise ValidationError(
                    _now("第 %(n)d 行看不懂，请写成“2026-06-30 500”：日期、空格、到这天应达到的数。") % {"n": number}
                ) from None
        return found


def _amount(text: str) -> Fraction:
    if not text.replace(".", "", 1).isdigit() or not text.isascii() or len(text) > 18:
        raise ValueError(text)
    return Fraction(text)


class TargetForm(forms.Form):
    """A new target."""

    code = forms.ChoiceField(label=_("指标"))
    place = forms.CharField(widget=forms.HiddenInput)
    period = forms.CharField(label=_("时期"), max_length=7, help_text=_("写成 2026、2026H1、2026Q1 或 2026-05"))
    nature = forms.ChoiceField(label=_("性质"), choices=Nature.choices, widget=forms.RadioSelect)
    comparison = forms.ChoiceField(label=_("比较"), choices=Comparison.choices)
    value = forms.DecimalField(
        label=_("目标值"), min_value=0, max_digits=18, decimal_places=6, help_text=_("单位见所选指标")
    )
    baseline = forms.DecimalField(
        label=_("基数"), required=False, min_value=0, max_digits=18, decimal_places=6,
        help_text=_("期初的数；由基数变化的指标（如人均藏书）有了基数才能看进度"),
    )  # fmt: skip
    department = forms.CharField(label=_("责任部门"), required=False, max_length=60, help_text=_("不分部门就空着"))
    points = _PathField(
        label=_("进度安排"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一个：日期、空格、到这天应达到的数，如“2026-06-30 500”；不写就按日期匀速"),
    )  # fmt: skip

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", "---------"), *figure_choices(place.pk[:6])]  # type: ignore[attr-defined]

    def about(self) -> dict[str, Any]:
        """What the action takes, without the place."""
        found = {k: v for k, v in self.cleaned_data.items() if k != "place"}
        return {**found, "value": Fraction(found["value"]), "baseline": exact(None, found["baseline"])}


class ChangeForm(forms.Form):
    """A target changed, with the reason."""

    value = forms.DecimalField(label=_("目标值"), min_value=0, max_digits=18, decimal_places=6)
    nature = forms.ChoiceField(label=_("性质"), choices=Nature.choices, widget=forms.RadioSelect)
    comparison = forms.ChoiceField(label=_("比较"), choices=Comparison.choices)
    behaviour = forms.ChoiceField(label=_("数的变化"), choices=Behaviour.choices)
    baseline = forms.DecimalField(label=_("基数"), required=False, min_value=0, max_digits=18, decimal_places=6)
    points = _PathField(
        label=_("进度安排"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一个：日期、空格、到这天应达到的数，如“2026-06-30 500”；不写就按日期匀速"),
    )  # fmt: skip
    reason = forms.CharField(label=_("调整的原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, target: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].help_text = target.unit_code.replace("m2", "m²")
        if target.parent_id and target.additive:
            self.fields["value"].disabled = True

    def new(self) -> dict[str, Any]:
        """What the action takes."""
        found = {k: v for k, v in self.cleaned_data.items() if k != "reason"}
        return {**found, "value": Fraction(found["value"]), "baseline": exact(None, found["baseline"])}


def start_of(target: Target) -> dict[str, Any]:
    """First values of the form of a change."""
    return {
        "value": plain(target.value), "nature": target.nature, "comparison": target.comparison,
        "behaviour": target.behaviour, "baseline": None if target.baseline is None else plain(target.baseline),
        "points": "\n".join(f"{p.day.isoformat()} {plain(p.value)}" for p in target.course.points),
    }  # fmt: skip


def plain(value: Fraction) -> str:
    """A value as a field takes it: no separators."""
    return say(value).replace(",", "")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

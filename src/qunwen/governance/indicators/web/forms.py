"""The fields of a definition."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.ui.web.desk import DayInput
from qunwen.governance.indicators import drafting
from qunwen.governance.indicators.drafting import Draft
from qunwen.governance.indicators.enums import Certainty
from qunwen.governance.indicators.language.checking import levels_of
from qunwen.governance.indicators.language.definitions import GROUPS, Indicator
from qunwen.governance.indicators.language.ir import LEVELS
from qunwen.governance.indicators.language.parsing import LONGEST, Names
from qunwen.governance.indicators.language.wording import level_in_words
from qunwen.governance.indicators.language.words import said

WINDOW = (("period", _("按所看的时期")), ("year", _("按自然年累计")))
ROUNDING = (("half_up", _("四舍五入")), ("down", _("舍去")), ("up", _("进一")))
BETTER = (("more", _("越多越好")), ("less", _("越少越好")), ("", _("不分好坏")))


class DefinitionForm(forms.Form):
    """One definition. With `own` a new one of the county, whose code is typed."""

    code = forms.CharField(
        label=_("代码"),
        max_length=100,
        help_text=_("本县新增的指标以 own. 开头，如 own.reading_corners；保存后不能改。"),
    )
    title = forms.CharField(label=_("名称"), max_length=60)
    en = forms.CharField(label=_("英文名称"), max_length=120, required=False, help_text=_("空着就用中文名称。"))
    formula = forms.CharField(
        label=_("算式"), max_length=LONGEST, strip=False, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("用数据项代码、其他指标、单位和函数写，如 activities.held / population.residents；可用的代码列在下面。"),
    )  # fmt: skip
    unit = forms.CharField(
        label=_("单位"), max_length=20, required=False, help_text=_("如 册/人、场/万人、%；没有单位的空着。")
    )
    places = forms.IntegerField(label=_("小数位数"), min_value=0, max_value=6, initial=0)
    rounding = forms.ChoiceField(label=_("进位"), choices=ROUNDING, help_text=_("只用于显示，判断一律用精确数。"))
    window = forms.ChoiceField(label=_("统计时段"), choices=WINDOW)
    need = forms.IntegerField(
        label=_("最低填报率（%）"), min_value=0, max_value=100, initial=0, help_text=_("填报不到这个比例时不给出数字。")
    )
    levels = forms.MultipleChoiceField(
        label=_("适用级别"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是算式有数的各级。"),
    )
    group = forms.ChoiceField(label=_("主题"))
    better = forms.ChoiceField(label=_("方向"), choices=BETTER, required=False)
    meaning = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    doc = forms.CharField(label=_("依据文件"), max_length=200)
    certainty = forms.ChoiceField(label=_("把握程度"), choices=Certainty.choices)
    valid_from = forms.DateField(
        label=_("起始日期"), widget=DayInput, help_text=_("从这一天起按新口径算；以前的日期仍按原来的口径。")
    )
    valid_to = forms.DateField(
        label=_("截止日期"),
        widget=DayInput,
        required=False,
        help_text=_("空着就是一直有效；过了截止日期恢复随系统的口径。"),
    )
    reason = forms.CharField(label=_("修改原因"), max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [(key, said(*titles)) for key, titles in GROUPS.items()]  # type: ignore[attr-defined]
        self.fields["levels"].choices = [(level, level_in_words(level)) for level in LEVELS]  # type: ignore[attr-defined]
        self.code = code
        if code:
            del self.fields["code"]

    @property
    def draft(self) -> Draft:
        """What was typed, as far as it can be read; fields that are missing are empty."""
        data = self.cleaned_data
        return Draft(
            code=self.code or data.get("code", ""), title=data.get("title", ""), en=data.get("en", ""), unit=data.get("unit", ""),
            formula=data.get("formula", ""), group=data.get("group", ""), doc=data.get("doc", ""),
            certainty=data.get("certainty", ""), valid_from=data.get("valid_from") or dt.date.max,
            valid_to=data.get("valid_to"), places=data.get("places") or 0, window=data.get("window") or "period",
            rounding=data.get("rounding") or "half_up", need=data.get("need") or 0, levels=tuple(data.get("levels", ())),
            better=data.get("better", ""), meaning=data.get("meaning", ""),
        )  # fmt: skip


def values_of(indicator: Indicator | None, *, names: Names, today: dt.date, seen: int) -> dict[str, Any]:
    """What stands in the fields at first. Levels are ticked only where somebody left some out."""
    since = {"valid_from": dt.date(today.year + 1, 1, 1), "seen": seen}
    if indicator is None:
        return {**since, "code": drafting.OWN, "certainty": Certainty.HOUSE, "better": "more", "rounding": "half_up"}
    everywhere = set(levels_of(indicator.expr, names)) == set(indicator.levels)
    return {
        **since, "title": indicator.title, "en": indicator.en if indicator.en != indicator.title else "",
        "rounding": indicator.rounding, "need": indicator.need, "levels": [] if everywhere else list(indicator.levels), "formula": indicator.text, "unit": indicator.unit, "places": indicator.places,
        "window": indicator.window, "group": indicator.group, "better": indicator.better, "meaning": indicator.meaning,
        "doc": indicator.source.doc, "certainty": indicator.source.certainty,
    }  # fmt: skip

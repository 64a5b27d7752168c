"""Forms of grids, population figures and named hierarchies."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunwen.base.places import queries
from qunwen.base.places.access import Permission
from qunwen.base.places.actions import Figure
from qunwen.base.places.enums import Grade, HierarchyKind, PopulationBasis, PopulationGroup
from qunwen.base.places.models import HierarchyEdge, Place, Population
from qunwen.base.ui.web.desk import DayInput

from .loaded import chosen_places


class GridForm(forms.Form):
    """A new grid of a village."""

    name = forms.CharField(label=gettext_lazy("网格名称"), max_length=80, help_text=gettext_lazy("例如：东街第一网格"))
    number = forms.IntegerField(
        label=gettext_lazy("网格号"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=gettext_lazy("空着就用下一个空号；用过的号不再用"),
    )
    since = forms.DateField(label=gettext_lazy("启用日期"), widget=DayInput, required=False)


class GridNameForm(forms.Form):
    """A grid's name, mended."""

    name = forms.CharField(label=gettext_lazy("网格名称"), max_length=80)


class GridCloseForm(forms.Form):
    """From which day a grid is out of use."""

    on = forms.DateField(label=gettext_lazy("撤销日期"), widget=DayInput, help_text=gettext_lazy("当天起不再使用"))


class PopulationForm(forms.Form):
    """One figure with its source. When one is corrected, place, year, group and basis stay."""

    place = forms.ChoiceField(label=gettext_lazy("区划"))
    year = forms.IntegerField(label=gettext_lazy("年份"), help_text=gettext_lazy("年末数"))
    basis = forms.ChoiceField(label=gettext_lazy("口径"), choices=PopulationBasis.choices)
    group = forms.ChoiceField(label=gettext_lazy("人群"), choices=PopulationGroup.choices)
    number = forms.IntegerField(label=gettext_lazy("人数"), min_value=0, max_value=2_000_000_000)
    source = forms.CharField(
        label=gettext_lazy("来源"), max_length=200, help_text=gettext_lazy("例如：2025年统计年鉴、七普公报、村里摸底")
    )
    grade = forms.ChoiceField(label=gettext_lazy("可信等级"), choices=Grade.choices, initial=Grade.B)

    def __init__(self, *args: Any, row: Population | None = None, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        self.fields["year"] = forms.IntegerField(
            label=_("年份"), help_text=_("年末数"), min_value=1949, max_value=today.year
        )
        if row is not None:
            for name in ("place", "year", "basis", "group"):
                del self.fields[name]
            return
        self.fields["place"].choices = [("", _("请选择")), *chosen_places(Permission.POPULATION)]

    def figure(self) -> Figure:
        """What the action takes."""
        data = dict(self.cleaned_data)
        if self.row is not None:
            kept = {name: getattr(self.row, name) for name in ("year", "basis", "group")}
            return Figure(place=self.row.place, **kept, **data)
        return Figure(place=Place.objects.get(pk=data.pop("place")), **data)


class EdgeForm(forms.Form):
    """Who belongs to whom in a named hierarchy, from a day on."""

    hierarchy = forms.ChoiceField(label=gettext_lazy("体系"), choices=HierarchyKind.choices)
    child = forms.ChoiceField(
        label=gettext_lazy("下级"), help_text=gettext_lazy("分馆、服务点所在的区划，或由别处负责的区划")
    )
    parent = forms.ChoiceField(label=gettext_lazy("隶属于"), help_text=gettext_lazy("总馆或责任单位所在的区划"))
    since = forms.DateField(label=gettext_lazy("启用日期"), widget=DayInput)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [("", _("请选择")), *chosen_places(Permission.HIERARCHY, on=today)]
        self.fields["child"].choices = self.fields["parent"].choices = rows

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = dict(self.cleaned_data)
        data["child"], data["parent"] = queries.place(data["child"]), queries.place(data["parent"])
        return data


class EdgeEndForm(forms.Form):
    """The day on which an edge ends."""

    on = forms.DateField(label=gettext_lazy("终止日期"), widget=DayInput, help_text=gettext_lazy("当天起回到行政隶属"))

    def __init__(self, *args: Any, edge: HierarchyEdge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edge = edge

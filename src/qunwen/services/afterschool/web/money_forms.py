"""Forms of the clerk's pages about fees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.ui.web.desk import DayInput
from qunwen.services.afterschool.models import Child, School
from qunwen.services.afterschool.money_enums import ReliefGroup


class ExemptionForm(forms.Form):
    """A certified status of a child."""

    child = forms.ModelChoiceField(label=_("学生"), queryset=Child.objects.none())
    group = forms.ChoiceField(label=_("减免对象"), choices=ReliefGroup.choices)
    document = forms.CharField(
        label=_("认定依据"), max_length=120, help_text=_("证件或文件的名称和编号，原件由学校存档。")
    )
    certified_by = forms.CharField(label=_("认定单位"), max_length=80, help_text=_("如区民政局、区残联。"))
    starts_on = forms.DateField(label=_("起"), widget=DayInput())
    ends_on = forms.DateField(label=_("止"), widget=DayInput(), required=False, help_text=_("不填表示直到终止。"))

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        children = Child.objects.filter(county=school.county, school=school, left_at=None)
        field: Any = self.fields["child"]
        field.queryset = children.select_related("resident", "school_class").order_by("school_class__grade", "pk")
        field.label_from_instance = lambda child: f"{child.school_class.name} {child.resident.name}"


class EndForm(forms.Form):
    """Until when a status holds."""

    last_day = forms.DateField(label=_("最后一天"), widget=DayInput())


class CounterForm(forms.Form):
    """A payment taken at the school's window."""

    reference = forms.CharField(label=_("收据号"), max_length=64, help_text=_("4 到 64 位字母、数字。"))


class RefundForm(forms.Form):
    """A refund that was carried out."""

    reference = forms.CharField(label=_("退费流水号或收据号"), max_length=64, help_text=_("4 到 64 位字母、数字。"))


class ReceiptsForm(forms.Form):
    """The collector's file."""

    file = forms.FileField(label=_("回单文件"), help_text=_("代收单位签过名的 CSV，UTF-8 或 GB18030 都可以。"))


class DayForm(forms.Form):
    """A day on which schools do otherwise."""

    day = forms.DateField(label=_("日期"), widget=DayInput())
    opens = forms.TypedChoiceField(
        label=_("这一天"), choices=[("0", _("停课")), ("1", _("上课（补课）"))], coerce=lambda text: text == "1"
    )
    why = forms.CharField(label=_("原因"), max_length=80, help_text=_("家长会看到，如：暴雨停课。"))
    document = forms.CharField(label=_("依据"), max_length=120, required=False)


class DaysForm(forms.Form):
    """A county's file of school days."""

    file = forms.FileField(
        label=_("校历文件"),
        help_text=_("CSV，列为：日期、安排（上课、补课、停课或放假）、原因、依据。有一行不对，就整份不导入。"),
    )


class YearForm(forms.Form):
    """A year whose holidays are entered by hand."""

    year = forms.IntegerField(label=_("年份"), min_value=2004, max_value=2100)
    document = forms.CharField(label=_("放假通知文号"), max_length=120)

"""The form of a county's own floor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.ui.web.desk import DayInput
from qunwen.governance.norms.defining import Norm


class OwnFloorForm(forms.Form):
    """A stricter floor from a day on."""

    floor = forms.CharField(label=_("本县标准值"), max_length=30)
    valid_from = forms.DateField(label=_("起始日期"), widget=DayInput)
    doc = forms.CharField(label=_("依据文件"), max_length=200, help_text=_("文件名称和文号"))

    def __init__(self, norm: Norm, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if norm.unit:
            self.fields["floor"].help_text = _("单位：%(unit)s，不得低于上级标准") % {
                "unit": norm.unit.replace("m2", "m²")
            }

"""Forms of residents and of the desk."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import Consent
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope.codes import Level


class DigitsField(forms.RegexField):
    """Digits of a phone or a code: those of a Chinese keyboard (１２３) are taken as the same digits."""

    def to_python(self, value: Any) -> str:
        """The text in plain digits, without spaces around it."""
        return unicodedata.normalize("NFKC", super().to_python(value) or "").strip()


class PhoneForm(forms.Form):
    """The phone to log in with."""

    phone = DigitsField(
        r"^1[3-9][0-9]{9}$",
        label=_("手机号"),
        error_messages={"invalid": _("请填写 11 位手机号。"), "required": _("请填写手机号。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "tel-national", "maxlength": "11"}),
    )


class CodeForm(forms.Form):
    """The code from the text message."""

    code = DigitsField(
        r"^[0-9]{6}$",
        label=_("短信验证码"),
        error_messages={"invalid": _("请填写短信里的 6 位数字。"), "required": _("请填写短信里的 6 位数字。")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6", "autofocus": True}
        ),
    )


class PersonForm(forms.Form):
    """Name, birth year, village of a resident within one county."""

    name = forms.CharField(label=_("姓名"), max_length=40, error_messages={"required": _("请填写姓名。")})
    birth_year = forms.IntegerField(
        label=_("出生年份"), required=False, help_text=_("四位数字，如 1958；用来区分儿童、成人、老年人。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"}),
    )  # fmt: skip
    place = forms.ChoiceField(label=_("居住的村（社区）"), error_messages={"required": _("请选择居住的村（社区）。")})

    def __init__(self, *args: Any, county: str, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        villages = places.villages_by_town(county, on=today)
        self.fields["place"].choices = [
            ("", _("请选择")),
            *(villages or places.choices(county, level=Level.TOWN, on=today)),
        ]

    def clean_birth_year(self) -> int | None:
        """A year in which somebody living can have been born."""
        year = self.cleaned_data["birth_year"]
        if year is not None and not self.today.year - 120 <= year <= self.today.year:
            raise forms.ValidationError(_("请检查出生年份。"))
        return year

    def person(self) -> dict[str, Any]:
        """Arguments for the action."""
        found = self.cleaned_data
        place = Place.objects.get(pk=found["place"])
        return {"name": found["name"], "birth_year": found["birth_year"], "place": place}


class FamilyForm(PersonForm):
    """A family member without a phone, whom the resident looks after."""

    RELATIONS = (("child", _("子女")), ("parent", _("父母")), ("grandchild", _("孙辈")), ("other", _("其他家人")))
    relation = forms.ChoiceField(label=_("与我的关系"), choices=RELATIONS)

    field_order = ["name", "relation", "birth_year", "place"]


class ActingForm(forms.Form):
    """Why, and how the resident agreed, before acting for them."""

    reason = forms.CharField(
        label=_("代办事由"), max_length=200, error_messages={"required": _("请写明代办事由。")},
        widget=forms.TextInput(attrs={"placeholder": _("如：老人不会用手机，来文化站报名")}),
    )  # fmt: skip
    consent = forms.ChoiceField(label=_("居民怎样同意的"), choices=Consent.choices, widget=forms.RadioSelect)

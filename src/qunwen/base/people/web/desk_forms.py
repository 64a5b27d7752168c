"""Forms of the desk for units, staff, grants and residents. They offer only what the person at the desk may choose."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.journal.actors import Actor
from qunwen.base.people import queries
from qunwen.base.people.access import Permission
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Role, Unit
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, clock
from qunwen.base.scope.codes import Level
from qunwen.base.scope.context import DataScope


def places_under(tops: list[str], *, lowest: Level = Level.VILLAGE) -> list[tuple[str, str]]:
    """Choices: the places in `tops` and below, names indented by level."""
    found: dict[str, str] = {}
    for top in sorted(tops):
        for row in places.below(top).filter(level__lte=lowest):
            found[row.code] = f"{'　' * max(0, row.level - Level.COUNTY)}{row.name}"
    return sorted(found.items())


class UnitForm(forms.Form):
    """A unit; its place is chosen once."""

    name = forms.CharField(label=_("单位名称"), max_length=120)
    kind = forms.ChoiceField(label=_("单位类别"), choices=UnitKind.choices)
    place = forms.ChoiceField(label=_("所在区划"))
    parent = forms.ModelChoiceField(Unit.objects.none(), label=_("上级单位"), required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = asking.visible(Unit.objects.all(), Permission.UNIT_EDIT)
        if unit is None:
            del self.fields["active"]
            self.fields["place"].choices = places_under(asking.prefixes(Permission.UNIT_EDIT))
        else:
            del self.fields["place"]

    def values(self) -> dict[str, Any]:
        """Arguments for the action."""
        found = dict(self.cleaned_data)
        if "place" in found:
            found["place"] = Place.objects.get(pk=found["place"])
        return found


class StaffForm(forms.Form):
    """A person of the staff; with an account name when invited."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    username = forms.RegexField(
        r"^[\w.-]{3,60}$", label=_("用户名"),
        help_text=_("3 到 60 个字母、数字或汉字，登录时用。"), error_messages={"invalid": _("用户名只能用字母、数字、汉字和 . - _ 。")},
    )  # fmt: skip
    phone = forms.CharField(label=_("手机"), max_length=20, required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"))
    place = forms.ChoiceField(label=_("所在区划"))
    post = forms.CharField(label=_("岗位"), max_length=40, required=False)

    def __init__(self, *args: Any, invited: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tops = asking.prefixes(Permission.STAFF_INVITE)
        self.fields["unit"].queryset = asking.visible(Unit.objects.filter(active=True), Permission.STAFF_INVITE)
        self.fields["place"].choices = places_under(tops)
        if not invited:
            del self.fields["username"]

    def values(self) -> dict[str, Any]:
        """Arguments for the action."""
        found = dict(self.cleaned_data)
        found["place"] = Place.objects.get(pk=found["place"])
        return found


class GrantForm(forms.Form):
    """A role at a place: only roles and places the granter can grant are offered."""

    role = forms.ModelChoiceField(Role.objects.none(), label=_("角色"), to_field_name="code")
    place = forms.ChoiceField(label=_("授权地点"), help_text=_("对这里和下属地方都有效。"))
    data_scope = forms.ChoiceField(label=_("数据范围"), choices=DataScope.choices, initial=DataScope.ALL)
    chosen_places = forms.MultipleChoiceField(
        label=_("指定区划"), required=False, help_text=_("数据范围选“指定范围”时填。")
    )
    chosen_units = forms.ModelMultipleChoiceField(Unit.objects.none(), label=_("指定单位"), required=False)
    last_day = forms.DateField(
        label=_("有效期至"),
        required=False,
        help_text=_("当日有效；不填为长期。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, by: Actor, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = queries.grantable_roles(by, at)
        self.fields["role"].queryset = Role.objects.filter(pk__in=[role.pk for role in roles])
        tops = sorted({top for role in roles for top in queries.grantable_places(by, at, role)})
        offered = places_under(tops)
        self.fields["place"].choices = offered
        self.fields["chosen_places"].choices = offered
        self.fields["chosen_units"].queryset = asking.visible(Unit.objects.all(), Permission.GRANT)

    def values(self) -> dict[str, Any]:
        """Arguments for the action."""
        found = dict(self.cleaned_data)
        last = found.pop("last_day")
        found["valid_to"] = clock.start_of(last + dt.timedelta(days=1)) if last else None
        found["place"] = Place.objects.get(pk=found["place"])
        found["chosen_places"] = list(Place.objects.filter(pk__in=found["chosen_places"]))
        found["chosen_units"] = list(found["chosen_units"])
        return found


class ResidentForm(forms.Form):
    """A resident registered at the desk."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("手机"), max_length=11, required=False, help_text=_("没有手机的可不填。"))
    birth_year = forms.IntegerField(label=_("出生年份"), required=False)
    place = forms.ChoiceField(label=_("居住地"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = places_under(asking.prefixes(Permission.RESIDENT_EDIT))
        self.fields["place"].choices = [(code, name) for code, name in offered if len(code) > 6]

    def values(self) -> dict[str, Any]:
        """Arguments for the action."""
        found = dict(self.cleaned_data)
        found["place"] = Place.objects.get(pk=found["place"])
        return found

"""Plain forms of venues: each answers one action."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Unit
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.ui.web.desk import ClockInput, DayInput, ManyFilesField, ManyFilesInput, MomentInput
from qunwen.services.venues.access import Permission
from qunwen.services.venues.enums import Accessibility, RoomKind, VenueKind
from qunwen.services.venues.models import WEEKDAYS, Room, Venue

STRETCHES = 2


class VenueForm(forms.Form):
    """What the register says of a facility; place and unit are settled when it is registered."""

    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类别"), choices=VenueKind.choices)
    place = forms.ChoiceField(label=_("所在区划"))
    unit = forms.ChoiceField(label=_("管理单位"))
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    phone = forms.CharField(label=_("咨询电话"), max_length=40, required=False)
    contact = forms.CharField(label=_("联系人"), max_length=40, required=False, help_text=_("会在门户上公开"))
    area = forms.DecimalField(
        label=_("建筑面积（平方米）"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    latitude = forms.DecimalField(
        label=_("纬度"), required=False, min_value=3, max_value=54, max_digits=9, decimal_places=6,
        help_text=_("例如 30.556507；纬度、经度要么都填，要么都不填"),
    )  # fmt: skip
    longitude = forms.DecimalField(
        label=_("经度"), required=False, min_value=73, max_value=136, max_digits=9, decimal_places=6,
        help_text=_("例如 104.274632"),
    )  # fmt: skip
    accessibility = forms.MultipleChoiceField(
        label=_("无障碍设施"), required=False, choices=Accessibility.choices, widget=forms.CheckboxSelectMultiple
    )
    intro = forms.CharField(label=_("简介"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    free_open = forms.BooleanField(label=_("免费开放"), required=False, initial=True)
    opened_on = forms.DateField(label=_("启用日期"), required=False, widget=DayInput)

    def __init__(self, *args: Any, venue: Venue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if venue is not None:
            del self.fields["place"], self.fields["unit"]
            return
        self.fields["place"].choices = places.reached_choices(Permission.EDIT)
        rows = asking.visible(Unit.objects.filter(active=True), Permission.EDIT).order_by("place_id", "name", "pk")
        named = rows.values_list("pk", "name", "place__name")
        self.fields["unit"].choices = [(str(pk), f"{place} · {name}") for pk, name, place in named]

    def clean(self) -> dict[str, Any]:
        """A position is two numbers."""
        data: dict[str, Any] = super().clean() or {}
        if (data.get("latitude") is None) != (data.get("longitude") is None) and not self.errors:
            self.add_error("latitude", _("纬度、经度要么都填，要么都不填。"))
        return data

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = dict(self.cleaned_data)
        if "place" in found:
            found["place"] = Place.objects.get(pk=found["place"])
            found["unit"] = Unit.objects.get(pk=found["unit"])
        return found


class RoomForm(forms.Form):
    """A room."""

    name = forms.CharField(label=_("房间名称"), max_length=60)
    kind = forms.ChoiceField(label=_("用途"), choices=RoomKind.choices)
    area = forms.DecimalField(label=_("面积（平方米）"), required=False, min_value=0, max_digits=8, decimal_places=2)
    capacity = forms.IntegerField(label=_("可容纳人数"), required=False, min_value=1, max_value=100_000)
    equipment = forms.CharField(label=_("设备"), required=False, max_length=200)
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)

    def __init__(self, *args: Any, room: Room | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if room is None:
            del self.fields["active"]


class WeekForm(forms.Form):
    """Opening hours of the week: up to two stretches a day, empty for closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, label in WEEKDAYS:
            for n in range(STRETCHES):
                for edge, word in (("opens", _("开放")), ("closes", _("关闭"))):
                    self.fields[f"d{day}_{n}_{edge}"] = forms.TimeField(
                        label=f"{label} {word}", required=False, widget=ClockInput
                    )

    @property
    def days(self) -> list[tuple[Any, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """The fields, day by day."""
        return [
            (label, [(self[f"d{day}_{n}_opens"], self[f"d{day}_{n}_closes"]) for n in range(STRETCHES)])
            for day, label in WEEKDAYS
        ]

    def clean(self) -> dict[str, Any]:
        """A stretch has two ends."""
        data: dict[str, Any] = super().clean() or {}
        for day, _label in WEEKDAYS:
            for n in range(STRETCHES):
                opens, closes = data.get(f"d{day}_{n}_opens"), data.get(f"d{day}_{n}_closes")
                if (opens is None) != (closes is None):
                    self.add_error(f"d{day}_{n}_{'closes' if opens else 'opens'}", _("开放和关闭时间要成对填写。"))
        return data

    def hours(self) -> list[tuple[int, dt.time, dt.time]]:
        """(weekday, opens, closes) of every stretch that was filled in."""
        data = self.cleaned_data
        return [
            (day, data[f"d{day}_{n}_opens"], data[f"d{day}_{n}_closes"])
            for day, _label in WEEKDAYS
            for n in range(STRETCHES)
            if data.get(f"d{day}_{n}_opens") is not None
        ]


def week_of(venue: Venue) -> dict[str, dt.time]:
    """First values of the week's form."""
    found: dict[str, dt.time] = {}
    seen: dict[int, int] = {}
    for row in venue.weekly_hours.all():
        if row.valid_from is not None or row.valid_to is not None:
            continue
        n = seen.get(row.weekday, 0)
        seen[row.weekday] = n + 1
        found |= {f"d{row.weekday}_{n}_opens": row.opens, f"d{row.weekday}_{n}_closes": row.closes}
    return found


class SpecialDayForm(forms.Form):
    """Hours of one date that replace the week's; without hours it is closed."""

    day = forms.DateField(label=_("日期"), widget=DayInput)
    opens = forms.TimeField(label=_("开放"), required=False, widget=ClockInput, help_text=_("这天不开就都空着"))
    closes = forms.TimeField(label=_("关闭"), required=False, widget=ClockInput)
    note = forms.CharField(label=_("说明"), required=False, max_length=80, help_text=_("例如：国庆节照常开放"))

    def clean(self) -> dict[str, Any]:
        """Both ends or neither, in order."""
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens"), data.get("closes")
        if (opens is None) != (closes is None) or (opens and closes and closes <= opens):
            self.add_error("closes", _("开放和关闭时间要成对填写，关闭要晚于开放。"))
        return data

    def stretch(self) -> tuple[dt.time, dt.time] | None:
        """The hours, None for closed."""
        opens = self.cleaned_data["opens"]
        return (opens, self.cleaned_data["closes"]) if opens else None


class ClosureForm(forms.Form):
    """A closure announced ahead."""

    starts_at = forms.DateTimeField(label=_("从"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("到"), widget=MomentInput)
    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("居民会在门户上看到"))
    substitute = forms.ChoiceField(label=_("可替代的阵地"), required=False)

    def __init__(self, *args: Any, venue: Venue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Venue.objects.filter(retired_on=None).exclude(pk=venue.pk).order_by("place_id", "name", "pk")
        named = rows.values_list("pk", "name", "place__name")
        self.fields["substitute"].choices = [("", _("不指定")), *((str(pk), f"{p} · {n}") for pk, n, p in named)]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = dict(self.cleaned_data)
        key = found["substitute"]
        return {**found, "substitute": Venue.objects.filter(pk=key).first() if key else None}


class VenuePhotosForm(forms.Form):
    """Photographs of the facility."""

    photos = ManyFilesField(
        label=_("照片"), help_text=_("会在门户上公开"),
        widget=ManyFilesInput(attrs={"multiple": True, "accept": "image/jpeg,image/png,image/webp"}),
    )  # fmt: skip


class RetireForm(forms.Form):
    """From which day a facility is out of use."""

    on = forms.DateField(label=_("停用日期"), widget=DayInput)

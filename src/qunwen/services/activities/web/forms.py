"""Plain forms: each answers one action. Their words are the models' words."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import AgeGroup
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope.ids import uuid7
from qunwen.base.ui.web.desk import DayInput, ManyFilesField, ManyFilesInput, MomentInput
from qunwen.services.activities import festivals
from qunwen.services.activities.access import Permission
from qunwen.services.activities.enums import Audience, BrandKind, Direction, HostLevel, Kind, MediaLevel, SignUp
from qunwen.services.activities.models import Activity, Series
from qunwen.services.venues.models import Venue

from . import choosing

PHOTOS = ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True})
# What is chosen by its key and handed on as a row.
_ROWS = {"place": Place, "unit": Unit, "venue": Venue, "series": Series}


def rows_of(data: dict[str, Any]) -> dict[str, Any]:
    """The cleaned values with rows of the open scope in place of their keys; '' becomes None."""
    found = dict(data)
    for name, model in _ROWS.items():
        if name in found:
            found[name] = model.objects.filter(pk=found[name]).first() if found[name] else None  # type: ignore[attr-defined]
    return found


def _months() -> list[tuple[int, str]]:
    return [(n, _("%(month)d月") % {"month": n}) for n in range(1, 13)]


class ActivityForm(forms.Form):
    """Everything of a plan line. `place` and `unit` are settled when it is made."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    title = forms.CharField(label=_("活动名称"), max_length=120)
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices)
    place = forms.ChoiceField(label=_("举办地"), help_text=_("活动在哪个乡镇（街道）、村（社区）举办，数字就计到哪里"))
    unit = forms.ChoiceField(label=_("主办单位"))
    plan_year = forms.TypedChoiceField(label=_("计划年份"), coerce=int)
    plan_month = forms.TypedChoiceField(label=_("计划月份"), choices=_months, coerce=int)
    in_plan = forms.BooleanField(label=_("列入年度计划"), required=False, initial=True)
    summary = forms.CharField(
        label=_("一句话介绍"), max_length=120, required=False, help_text=_("居民在列表里先看到它；交审核前要写好")
    )
    description = forms.CharField(label=_("详细介绍"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    venue = forms.ChoiceField(label=_("阵地"), required=False)
    where = forms.CharField(
        label=_("具体地点"), max_length=120, required=False, help_text=_("房间，或不在登记阵地内的地方")
    )
    open_air = forms.BooleanField(label=_("露天活动"), required=False)
    sign_up = forms.ChoiceField(label=_("参加方式"), choices=SignUp.choices, initial=SignUp.OPEN)
    audience = forms.ChoiceField(label=_("主要对象"), choices=Audience.choices)
    contact_phone = forms.CharField(label=_("咨询电话"), max_length=40, required=False)
    host_level = forms.ChoiceField(
        label=_("主办层级"), required=False, choices=[("", _("按主办单位")), *HostLevel.choices]
    )
    co_hosts = forms.CharField(label=_("协办单位"), max_length=200, required=False)
    series = forms.ChoiceField(label=_("系列（品牌）"), required=False)
    festival = forms.ChoiceField(label=_("节庆"), required=False)
    direction = forms.ChoiceField(label=_("交流方向"), choices=Direction.choices)
    partner = forms.CharField(label=_("交流对方"), max_length=120, required=False, help_text=_("走出去、请进来时填写"))

    def __init__(self, *args: Any, today: dt.date, activity: Activity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activity = activity
        years = {today.year - 1, today.year, today.year + 1} | ({activity.plan_year} if activity else set())
        self.fields["plan_year"].choices = [(y, str(y)) for y in sorted(years)]
        self.fields["venue"].choices = choosing.with_blank(choosing.venues())
        self.fields["series"].choices = choosing.with_blank(choosing.series())
        known = [(f.name, f.label) for f in festivals.FESTIVALS]
        self.fields["festival"].choices = choosing.with_blank(known)
        if activity is not None:
            for name in ("id", "place", "unit"):
                del self.fields[name]
            self._keep_chosen(activity)
            return
        self.fields["place"].choices = choosing.places(Permission.PLAN)
        self.fields["unit"].choices = choosing.units(Permission.PLAN)

    def _keep_chosen(self, activity: Activity) -> None:
        """What was chosen stays choosable, also when it is no longer offered."""
        for name in ("venue", "series"):
            row = getattr(activity, name)
            if row is not None and str(row.pk) not in dict(self.fields[name].choices):
                self.fields[name].choices = [*self.fields[name].choices, (str(row.pk), str(row))]
        if activity.festival and activity.festival not in dict(self.fields["festival"].choices):
            self.fields["festival"].choices = [*self.fields["festival"].choices, (activity.festival, activity.festival)]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = rows_of(self.cleaned_data)
        if not found["host_level"]:
            del found["host_level"]
        return found


def initial_of(activity: Activity) -> dict[str, Any]:
    """The form's first values for an activity that is there."""
    names = [name for name in ActivityForm.base_fields if name not in ("id", "place", "unit", "venue", "series")]
    found = {name: getattr(activity, name) for name in names}
    return {**found, "venue": str(activity.venue_id or ""), "series": str(activity.series_id or "")}


class CountedForm(forms.Form):
    """People by group: a field for each, empty when nobody counted that group."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in AgeGroup.choices:
            self.fields[f"n_{code}"] = forms.IntegerField(
                label=_("没有分人群的人数") if code == AgeGroup.UNKNOWN else label,
                required=False, min_value=0, max_value=200_000,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    def headcounts(self) -> dict[str, int]:
        """Numbers that were filled in, by group; an empty field says nothing."""
        found = {code: self.cleaned_data.get(f"n_{code}") for code in AgeGroup.values}
        return {code: number for code, number in found.items() if number is not None}

    @property
    def count_fields(self) -> list[forms.BoundField]:
        """The fields of the numbers, for the template."""
        return [self[f"n_{code}"] for code in AgeGroup.values]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """All visible fields but those of the numbers."""
        return [bound for bound in self.visible_fields() if not bound.name.startswith("n_")]


class NoteForm(CountedForm):
    """The village worker's half minute: what, where, when, how many, photographs."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    title = forms.CharField(label=_("活动名称"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices)
    place = forms.ChoiceField(label=_("举办地"))
    unit = forms.ChoiceField(label=_("主办单位"))
    starts_at = forms.DateTimeField(label=_("什么时候开始的"), widget=MomentInput)
    hours = forms.TypedChoiceField(
        label=_("办了多久"), coerce=float, initial="2",
        choices=[("0.5", _("半小时")), ("1", _("1 小时")), ("1.5", _("1 个半小时")), ("2", _("2 小时")),
                 ("3", _("3 小时")), ("4", _("半天")), ("8", _("一天"))],
    )  # fmt: skip
    photos = ManyFilesField(
        label=_("照片"), required=False, widget=PHOTOS, help_text=_("可以一次选几张，手机上可直接拍")
    )
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("place", choosing.places(Permission.HOLD)), ("unit", choosing.units(Permission.HOLD))):
            self.fields[name].choices = choices
            only = choosing.only(choices)
            if only:  # a village worker has one place and one unit: nothing to choose
                self.fields[name].widget = forms.HiddenInput()
                self.initial[name] = only

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = rows_of(self.cleaned_data)
        starts_at = found["starts_at"]
        return {
            "id": found["id"], "title": found["title"], "kind": found["kind"], "place": found["place"],
            "unit": found["unit"], "starts_at": starts_at, "ends_at": starts_at + dt.timedelta(hours=found["hours"]),
            "note": found["note"], "headcounts": self.headcounts(),
        }  # fmt: skip


class HeldForm(CountedForm):
    """That a date took place."""

    photos = ManyFilesField(
        label=_("照片"), required=False, widget=PHOTOS, help_text=_("可以一次选几张，手机上可直接拍")
    )
    note = forms.CharField(label=_("举办情况"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class PhotosForm(forms.Form):
    """More photographs or files."""

    photos = ManyFilesField(
        label=_("照片和材料"), widget=ManyFilesInput(attrs={"multiple": True, "accept": "image/*,.pdf,.docx,.xlsx,.txt"}),
        help_text=_("照片每张不超过 20 MB；也可以传 PDF、Word、Excel"),
    )  # fmt: skip
    caption = forms.CharField(label=_("说明文字"), required=False, max_length=200)


class SessionForm(forms.Form):
    """One date."""

    starts_at = forms.DateTimeField(label=_("开始"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("结束"), widget=MomentInput)


class MoveForm(SessionForm):
    """A date put to another time."""

    reason = forms.CharField(label=_("改期原因"), max_length=200, help_text=_("会通知已报名的人，名额保留"))


class ReasonForm(forms.Form):
    """Why something is called off or put off."""

    reason = forms.CharField(
        label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("会通知到每一位报名的人")
    )


class MediaForm(forms.Form):
    """A report in a medium."""

    outlet = forms.CharField(label=_("媒体名称"), max_length=80)
    level = forms.ChoiceField(label=_("媒体层级"), choices=MediaLevel.choices)
    title = forms.CharField(label=_("报道标题"), max_length=200)
    published_on = forms.DateField(label=_("刊播日期"), widget=DayInput)
    url = forms.URLField(label=_("链接"), required=False, assume_scheme="https")


class SeriesForm(forms.Form):
    """A series or brand; place and unit are settled when it is made."""

    name = forms.CharField(label=_("系列（品牌）名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类别"), choices=BrandKind.choices)
    place = forms.ChoiceField(label=_("所在区划"))
    unit = forms.ChoiceField(label=_("牵头单位"))
    since_year = forms.IntegerField(label=_("创立年份"), required=False, min_value=1900, max_value=2100)
    intro = forms.CharField(label=_("简介"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    active = forms.BooleanField(label=_("持续举办"), required=False, initial=True)

    def __init__(self, *args: Any, series: Series | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if series is not None:
            del self.fields["place"], self.fields["unit"]
            return
        del self.fields["active"]
        self.fields["place"].choices = choosing.places(Permission.PLAN)
        self.fields["unit"].choices = choosing.units(Permission.PLAN)

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return rows_of(self.cleaned_data)


def key_of(text: str) -> uuid.UUID | None:
    """The id in an address, None when it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

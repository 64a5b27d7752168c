"""Plain forms of the rooms: each answers one action."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Resident, Unit
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import start_of
from qunwen.base.scope.codes import county_of
from qunwen.base.ui.web.desk import ClockInput, DayInput, MomentInput
from qunwen.services.rooms import openings
from qunwen.services.rooms.access import Permission
from qunwen.services.rooms.enums import Kind, OpenTo, Use
from qunwen.services.rooms.models import Resource, Team
from qunwen.services.venues.models import Room, Venue

QUARTER = {"step": 900}


def new_key() -> str:
    """The key of a freshly shown form: a page sent twice gives the first answer."""
    return str(uuid.uuid4())


class ResourceForm(forms.Form):
    """What can be reserved and how. Kind, room, place and unit are settled when it is added."""

    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices)
    room = forms.ChoiceField(
        label=_("房间"), required=False, help_text=_("选了阵地里的房间，就按阵地的开放时间和闭馆公告；名称可以不填。")
    )
    title = forms.CharField(label=_("名称"), max_length=80, required=False)
    place = forms.ChoiceField(label=_("所在区划"))
    unit = forms.ChoiceField(label=_("管理单位"))
    capacity = forms.IntegerField(label=_("可容纳人数"), required=False, min_value=1, max_value=100_000)
    buffer_minutes = forms.IntegerField(
        label=_("前后间隔（分钟）"),
        min_value=0,
        max_value=240,
        initial=0,
        help_text=_("布置和打扫的时间，前后各留这么多。"),
    )
    open_to = forms.ChoiceField(label=_("对谁开放"), choices=OpenTo.choices, initial=OpenTo.STAFF)
    needs_approval = forms.BooleanField(
        label=_("需要审批"), required=False, help_text=_("居民和没有审批权限的工作人员预约后要等批准，时间先占着。")
    )
    longest_minutes = forms.IntegerField(
        label=_("一次最长（分钟）"), min_value=15, max_value=1440, initial=180, help_text=_("居民自己预约时适用。")
    )
    ahead_days = forms.IntegerField(
        label=_("最多提前（天）"), min_value=1, max_value=400, initial=30, help_text=_("居民自己预约时适用。")
    )
    door_check = forms.BooleanField(
        label=_("门口签到"), required=False, help_text=_("到时没有签到的，过一会儿自动释放给别人。")
    )
    offers_ahead = forms.IntegerField(
        label=_("自动提供空闲时段（提前天数）"), required=False, min_value=1, max_value=30,
        help_text=_("每天夜里，把这么多天以后还空着的时段提供给文艺团队；空着就不自动提供。"),
    )  # fmt: skip
    active = forms.BooleanField(label=_("接受预约"), required=False, initial=True)

    def __init__(self, *args: Any, resource: Resource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if resource is not None:
            for name in ("kind", "room", "place", "unit"):
                del self.fields[name]
            self.fields["title"].required = True
            return
        del self.fields["active"]
        self.fields["place"].choices = places.reached_choices(Permission.MANAGE)
        units = asking.visible(Unit.objects.filter(active=True), Permission.MANAGE).order_by("place_id", "name", "pk")
        self.fields["unit"].choices = [
            (str(pk), f"{place} · {name}") for pk, name, place in units.values_list("pk", "name", "place__name")
        ]
        taken = Resource.objects.exclude(room=None).values("room_id")
        rooms = asking.visible(Room.objects.filter(active=True, venue__retired_on=None), Permission.MANAGE)
        rows = (
            rooms.exclude(pk__in=taken).select_related("venue").order_by("venue__place_id", "venue__name", "name", "pk")
        )
        self.rooms = {str(room.pk): room for room in rows[:1000]}
        self.fields["room"].choices = [
            ("", _("不是阵地里的房间")), *((key, f"{room.venue.name} · {room.name}") for key, room in self.rooms.items())
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A room of a facility brings its name; anything else needs one."""
        data = super().clean() or {}
        if "room" in self.fields:
            room = self.rooms.get(data.get("room", ""))
            if room is not None and data.get("kind") != Kind.ROOM:
                self.add_error("kind", _("选了房间，类别就是“房间”。"))
            if room is None and not data.get("title", "").strip():
                self.add_error("title", _("请填写名称。"))
        return data

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = dict(self.cleaned_data)
        if "room" not in self.fields:
            return found
        room = self.rooms.get(found.pop("room"))
        found["place"] = Place.objects.get(pk=room.venue.place_id if room else found["place"])
        found["unit"] = Unit.objects.filter(pk=room.venue.unit_id if room else found["unit"]).first()
        if room is not None:
            found |= {"room": room, "title": found["title"].strip() or f"{room.venue.name} {room.name}"[:80]}
            found["capacity"] = found["capacity"] or room.capacity
        return found


class TimesForm(forms.Form):
    """A day with its hours, and what for. Quarters of an hour are what is kept."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    day = forms.DateField(label=_("日期"), widget=DayInput)
    starts = forms.TimeField(label=_("从"), widget=ClockInput(attrs=QUARTER))
    ends = forms.TimeField(label=_("到"), widget=ClockInput(attrs=QUARTER))
    title = forms.CharField(label=_("用途"), max_length=160, help_text=_("门口屏上会显示，不要写个人信息。"))
    use = forms.ChoiceField(label=_("用途类别"), choices=Use.choices, initial=Use.EVENT)
    people = forms.IntegerField(label=_("人数"), required=False, min_value=1, max_value=100_000)

    # The actions' words for the same things.
    NAMES = {"starts_at": "starts", "ends_at": "ends"}

    def moments(self) -> dict[str, dt.datetime]:
        """When it begins and ends, on the county's clock; midnight as an end is the end of the day."""
        data = self.cleaned_data
        midnight = start_of(data["day"])
        begins, ends = (_minutes(data[name]) for name in ("starts", "ends"))
        return {
            "starts_at": midnight + dt.timedelta(minutes=begins),
            "ends_at": midnight + dt.timedelta(minutes=ends or 24 * 60),
        }


def _minutes(moment: dt.time) -> int:
    return moment.hour * 60 + moment.minute


class ReserveForm(TimesForm):
    """One reservation, in the name of a troupe if it is one's."""

    team = forms.ChoiceField(label=_("文艺团队"), required=False)

    def __init__(self, *args: Any, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Team.objects.filter(county=county, ended_at=None).order_by("name", "pk")
        self.teams = {str(team.pk): team for team in rows[:500]}
        self.fields["team"].choices = [("", _("不是团队")), *((key, team.name) for key, team in self.teams.items())]


class SeriesForm(TimesForm):
    """The same hours every so many weeks."""

    times = forms.IntegerField(label=_("次数"), min_value=1, max_value=60, initial=8)
    every = forms.TypedChoiceField(
        label=_("间隔"), coerce=int, choices=[(1, _("每周")), (2, _("每两周")), (3, _("每三周")), (4, _("每四周"))]
    )

    def seen(self) -> str:
        """The dates that were shown with their clashes, to be known again."""
        return " ".join(str(self.cleaned_data[name]) for name in ("day", "starts", "ends", "times", "every"))


class BundleForm(TimesForm):
    """Several resources at once, by kind."""

    resources = forms.MultipleChoiceField(
        label=_("要哪些"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("请至少勾选一项。")}
    )
    field_order = ("key", "resources", "day", "starts", "ends", "title", "use", "people")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = asking.visible(Resource.objects.filter(active=True), Permission.RESERVE)
        self.rows = {str(row.pk): row for row in rows.select_related("place").order_by("kind", "title", "pk")[:500]}
        by_kind: dict[str, list[tuple[str, str]]] = {}
        for key, row in self.rows.items():
            by_kind.setdefault(str(row.get_kind_display()), []).append((key, row.title))
        ordered = [str(label) for _code, label in Kind.choices]
        self.fields["resources"].choices = [(label, by_kind[label]) for label in ordered if label in by_kind]

    def chosen(self) -> list[Resource]:
        """The resources in the order of the form."""
        return [self.rows[key] for key in self.cleaned_data["resources"]]


class BlockForm(forms.Form):
    """From when to when, and why."""

    starts_at = forms.DateTimeField(label=_("从"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("到"), widget=MomentInput)
    reason = forms.CharField(label=_("原因"), max_length=120, help_text=_("例如：设备年检、墙面翻修。预约的人会看到。"))


class ReasonForm(forms.Form):
    """Why, for who reserved."""

    reason = forms.CharField(
        label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("会通知预约的居民。")
    )


class SeasonForm(forms.Form):
    """Days that are kept for some."""

    of = forms.ChoiceField(label=_("哪里"))
    title = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如：春晚排练季、暑期少儿课程季。"))
    starts_on = forms.DateField(label=_("起"), widget=DayInput)
    ends_on = forms.DateField(label=_("止"), widget=DayInput, help_text=_("含这一天。"))
    kept_for = forms.MultipleChoiceField(label=_("优先留给"), widget=forms.CheckboxSelectMultiple)
    opens_days_before = forms.IntegerField(
        label=_("提前几天对所有人开放"), required=False, min_value=0, max_value=60,
        help_text=_("还空着的时间，从这么多天前起谁都可以约；空着就一直只留给上面勾选的。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept_for"].choices = openings.whom_choices()
        rows = asking.visible(Resource.objects.filter(active=True), Permission.MANAGE).order_by("kind", "title", "pk")
        venues = asking.visible(Venue.objects.filter(retired_on=None), Permission.MANAGE).order_by(
            "place_id", "name", "pk"
        )
        self.known: dict[str, Resource | Venue] = {f"v{row.pk}": row for row in venues[:500]}
        self.known |= {f"r{row.pk}": row for row in rows[:500]}
        whole = [(key, str(row)) for key, row in self.known.items() if key[0] == "v"]
        parts = [(key, str(row)) for key, row in self.known.items() if key[0] == "r"]
        self.fields["of"].choices = [(_("整个阵地"), whole), (_("一项资源"), parts)]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "of": self.known[self.cleaned_data["of"]]}


class TeamForm(forms.Form):
    """A troupe and who answers for it."""

    name = forms.CharField(label=_("团队名称"), max_length=60)
    art = forms.CharField(
        label=_("门类"), max_length=40, required=False, help_text=_("例如：广场舞、合唱、川剧、太极。")
    )
    people = forms.IntegerField(label=_("人数"), required=False, min_value=1, max_value=2000)
    place = forms.ChoiceField(label=_("所在区划"))
    phone = forms.CharField(
        label=_("负责人手机号"),
        max_length=20,
        help_text=_("负责人要先登记为居民，之后用这个手机号登录就能领取空闲时段。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places.reached_choices(Permission.OFFER)

    def clean(self) -> dict[str, Any]:
        """The leader is a resident of the county, found by the whole number."""
        data = super().clean() or {}
        place, phone = data.get("place"), data.get("phone", "").strip()
        if place and phone:
            found = Resident.objects.filter(county=county_of(place), phone=phone, active=True).first()
            if found is None:
                self.add_error("phone", _("没有找到用这个手机号登记的居民，请先在“居民”里登记。"))
            data["leader"] = found
        return data

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        place = Place.objects.get(pk=data["place"])
        return {"place": place, **{name: data[name] for name in ("name", "art", "people", "leader")}}


class OfferForm(forms.Form):
    """Which of the empty stretches of a day."""

    pieces = forms.MultipleChoiceField(
        label=_("空闲时段"), widget=forms.CheckboxSelectMultiple, error_messages={"required": _("请至少勾选一个时段。")}
    )

    def __init__(self, *args: Any, stretches: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pieces"].choices = stretches


class MoveForm(TimesForm):
    """Where a reservation goes instead."""

    to = forms.ChoiceField(label=_("改到"))
    field_order = ("key", "to", "day", "starts", "ends")

    def __init__(self, *args: Any, county: str, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "use", "people"):
            del self.fields[name]
        rows = Resource.objects.filter(county=county, kind=kind, active=True)
        rows = asking.visible(rows, Permission.RESERVE).order_by("title", "pk")
        self.known = {str(row.pk): row for row in rows[:500]}
        self.fields["to"].choices = [(key, row.title) for key, row in self.known.items()]

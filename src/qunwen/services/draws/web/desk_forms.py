"""Forms of draws on the desk: the notice, applications at the counter, the seed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import AgeGroup, Consent
from qunwen.base.people.models import Resident
from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope.ids import uuid7
from qunwen.base.ui.web.desk import ManyFilesField, MomentInput
from qunwen.services.bookings.enums import Group
from qunwen.services.bookings.party import Guest
from qunwen.services.draws.actions.opening import MOST_PEOPLE, MOST_SEATS
from qunwen.services.draws.drafts import OptionDraft, Rules
from qunwen.services.draws.enums import Channel, Party, SeedForm
from qunwen.services.draws.granting import Thing
from qunwen.services.draws.models import Draw

from .forms import WishesForm

ROWS = 6
NUMERIC = {"inputmode": "numeric"}
KEEPABLE = [(code, label) for code, label in Group.choices if code != Group.STAFF]
OFFICE_CHANNELS = [(code, label) for code, label in Channel.choices if code != Channel.APP]
_FLOOR = re.compile(r"^\s*(.+?)[\s:：]*([0-9]+)\s*个?\s*$")


class NoticeForm(forms.Form):
    """The notice of a draw: what, when, the rules, and the public event."""

    place = forms.ChoiceField(label=_("主办地"))
    title = forms.CharField(label=_("名称"), max_length=120)
    note = forms.CharField(label=_("说明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    opens_at = forms.DateTimeField(label=_("开始申请"), widget=MomentInput)
    closes_at = forms.DateTimeField(label=_("截止申请"), widget=MomentInput)
    seed_at = forms.DateTimeField(
        label=_("公开事件时间"), widget=MomentInput, help_text=_("要在截止以后，留出锁定名单、公布摘要的时间。")
    )
    seed_notice = forms.CharField(
        label=_("种子来自哪个公开事件"), max_length=200,
        help_text=_("写到不会有第二种理解，例如“中国福利彩票双色球第2026031期开奖号码，红球从小到大，最后是蓝球”。"),
    )  # fmt: skip
    seed_form = forms.ChoiceField(label=_("种子形式"), choices=SeedForm.choices)
    seed_length = forms.IntegerField(label=_("种子位数"), min_value=1, max_value=128, initial=14)
    party = forms.ChoiceField(label=_("名额单位"), choices=Party.choices)
    people_at_most = forms.IntegerField(label=_("每份申请至多人数"), min_value=1, max_value=MOST_PEOPLE, initial=1)
    first_timers = forms.BooleanField(label=_("首次参加者优先"), required=False)
    luck = forms.BooleanField(label=_("未中签次数计入（以前没抽中的多几张签）"), required=False, initial=True)
    share = forms.BooleanField(label=_("同期申请 n 场的，每场签数除以 n"), required=False, initial=True)
    season = forms.CharField(
        label=_("同期"), max_length=80, required=False, help_text=_("例如“2026春”，写法相同的算同期。")
    )

    def __init__(self, *args: Any, things: Sequence[tuple[str, Thing]], held: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = {place.pk: place for place in held}
        self.county = next(iter(self.held))[:6]
        self.fields["place"].choices = [(code, place.name) for code, place in self.held.items()]  # type: ignore[attr-defined]
        self.things = {f"{kind}:{thing.subject_id}": (kind, thing) for kind, thing in things}
        choices = [("", _("不用这一行")), *((key, thing.title) for key, (_kind, thing) in self.things.items())]
        for n in range(1, ROWS + 1):
            self.fields[f"thing_{n}"] = forms.ChoiceField(
                label=_("第 %(n)s 项") % {"n": n}, choices=choices, required=n == 1
            )
            self.fields[f"seats_{n}"] = forms.IntegerField(
                label=_("名额"),
                min_value=1,
                max_value=MOST_SEATS,
                required=False,
                widget=forms.NumberInput(attrs=NUMERIC),
            )
            self.fields[f"group_{n}"] = forms.ChoiceField(
                label=_("留给群体"), choices=[("", _("不留")), *KEEPABLE], required=False
            )
            self.fields[f"kept_{n}"] = forms.IntegerField(
                label=_("留几个"),
                min_value=0,
                max_value=MOST_SEATS,
                required=False,
                widget=forms.NumberInput(attrs=NUMERIC),
            )
            self.fields[f"floors_{n}"] = forms.CharField(
                label=_("村（镇）保底"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("一行一个：村名 名额"),
            )

    def option_rows(self) -> list[list[forms.BoundField]]:
        """The fields of each option, for the template."""
        return [
            [self[f"{name}_{n}"] for name in ("thing", "seats", "group", "kept", "floors")] for n in range(1, ROWS + 1)
        ]

    def plain_fields(self) -> list[forms.BoundField]:
        """Everything but the options."""
        return [self[name] for name in self.base_fields]

    def clean(self) -> dict[str, Any]:
        """Each used row has places; floors name places of the county."""
        data: dict[str, Any] = super().clean() or {}
        self.drafts: list[OptionDraft] = []
        for n in range(1, ROWS + 1):
            key = data.get(f"thing_{n}")
            if not key:
                continue
            if not data.get(f"seats_{n}"):
                self.add_error(f"seats_{n}", _("请填写名额。"))
                continue
            kind, thing = self.things[key]
            group, kept = data.get(f"group_{n}"), data.get(f"kept_{n}") or 0
            if group and not kept:
                self.add_error(f"kept_{n}", _("请填写留几个。"))
            self.drafts.append(
                OptionDraft(
                    subject_type=kind, subject_id=thing.subject_id, title=thing.title, seats=data[f"seats_{n}"],
                    kept={group: kept} if group else {}, floors=self._floors(n, data.get(f"floors_{n}", "")),
                )
            )  # fmt: skip
        return data

    def _floors(self, n: int, text: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in text.splitlines():
            if not line.strip():
                continue
            read = _FLOOR.match(line)
            places = (
                Place.objects.filter(code__startswith=self.county, valid_to=None, name=read.group(1)) if read else []
            )
            codes = [place.code for place in places if len(place.code) > len(self.county)]
            if not read or len(codes) != 1:
                self.add_error(
                    f"floors_{n}", _("“%(line)s”看不明白：请写“村名 名额”，村名要和区划里的一致。") % {"line": line}
                )
                continue
            found[codes[0]] = int(read.group(2))
        return found

    def _codes(self, name: str) -> list[str]:
        """Towns and villages of the county with this name."""
        rows = Place.objects.filter(code__startswith=self.county, valid_to=None, name=name)
        return [code for code in rows.values_list("code", flat=True) if len(code) > len(self.county)]

    def rules(self) -> Rules:
        """The rules as the action takes them."""
        return Rules(**{name: self.cleaned_data[name] for name in Rules._fields})

    def words(self) -> dict[str, Any]:
        """The rest of the notice."""
        names = ("title", "note", "opens_at", "closes_at", "seed_at", "seed_notice")
        return {name: self.cleaned_data[name] for name in names}


class SlipForm(WishesForm):
    """A paper slip or a call of somebody who is not in the register: a name, a telephone, a village."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("申请渠道"), choices=OFFICE_CHANNELS, widget=forms.RadioSelect, initial=Channel.PAPER
    )
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(
        label=_("手机"), max_length=20, required=False, help_text=_("没有手机就收不到短信，请当面交回执。")
    )
    group = forms.ChoiceField(label=_("年龄组"), choices=AgeGroup.choices, initial=AgeGroup.UNKNOWN)
    village = forms.ChoiceField(label=_("住在哪个村（社区）"), required=False)
    others = forms.CharField(
        label=_("一起来的人"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("一行一个姓名。")
    )
    claimed = forms.MultipleChoiceField(label=_("看过证件的群体"), required=False, widget=forms.CheckboxSelectMultiple)
    number = forms.CharField(label=_("纸质申请编号"), max_length=40, required=False)
    photos = ManyFilesField(label=_("申请单照片"), required=False)

    field_order = ["key", "channel", "name", "phone", "group", "village", "others", "claimed", "number", "photos"]

    def __init__(self, *args: Any, draw: Draw, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", str(uuid7()))
        villages = [("", _("不清楚")), *places.villages_by_town(draw.county, on=on)]
        self.fields["village"].choices = villages  # type: ignore[attr-defined]
        kept = sorted({group for option in self.options for group, _number in option.kept})
        self.fields["claimed"].choices = [(code, Group(code).label) for code in kept]  # type: ignore[attr-defined]
        if not kept:
            del self.fields["claimed"]
        if draw.people_at_most == 1:
            del self.fields["others"]

    def people(self) -> list[Guest]:
        """Who comes, by name."""
        data = self.cleaned_data
        others = [line.strip() for line in data.get("others", "").splitlines() if line.strip()]
        return [Guest(name=data["name"].strip(), group=data["group"]), *(Guest(name=name[:40]) for name in others)]


class ResidentForm(WishesForm):
    """A resident of the register, alone or with the family, by slip, telephone or in person."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        label=_("申请渠道"), choices=OFFICE_CHANNELS, widget=forms.RadioSelect, initial=Channel.WORKER
    )
    consent = forms.ChoiceField(label=_("居民怎样同意的"), choices=Consent.choices, widget=forms.RadioSelect)
    number = forms.CharField(label=_("纸质申请编号"), max_length=40, required=False)
    photos = ManyFilesField(label=_("申请单照片"), required=False)

    def __init__(self, *args: Any, draw: Draw, family: Sequence[Resident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", str(uuid7()))
        self.family = {str(one.pk): one for one in family}
        names = [
            (key, f"{one.name}（{one.birth_year}）" if one.birth_year else one.name) for key, one in self.family.items()
        ]
        kind: Any = forms.MultipleChoiceField if draw.people_at_most > 1 else forms.ChoiceField
        widget: Any = forms.CheckboxSelectMultiple if draw.people_at_most > 1 else forms.RadioSelect
        self.fields["people"] = kind(label=_("谁来参加"), choices=names, widget=widget)
        self.initial.setdefault("people", names[0][0] if draw.people_at_most == 1 else [names[0][0]])
        self.order_fields(["key", "people", "channel", "consent", "number", "photos"])

    def people(self) -> list[Resident]:
        """Who comes, the first applies."""
        chosen = self.cleaned_data["people"]
        return [self.family[key] for key in (chosen if isinstance(chosen, list) else [chosen])]


class EnterSeedForm(forms.Form):
    """What the public event gave, and who saw it."""

    seed = forms.CharField(label=_("种子"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    witness = forms.CharField(label=_("见证人"), max_length=200)


class MoveForm(forms.Form):
    """Another public event, and why."""

    seed_notice = forms.CharField(label=_("种子来自哪个公开事件"), max_length=200)
    seed_at = forms.DateTimeField(label=_("公开事件时间"), widget=MomentInput)
    reason = forms.CharField(label=_("改用另一次事件的原因"), max_length=200)


class ReasonForm(forms.Form):
    """Why a draw is called off."""

    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("会通知所有申请的人。"))

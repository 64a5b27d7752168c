"""Forms of sign-ups at the counter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.enums import AgeGroup, Consent
from qunwen.base.people.models import Resident
from qunwen.base.scope.clock import local
from qunwen.base.scope.ids import uuid7
from qunwen.base.ui.web.desk import MomentInput
from qunwen.services.bookings.actions.buckets import LARGEST, SETTINGS
from qunwen.services.bookings.enums import Group, LineOrder
from qunwen.services.bookings.models import Bucket, SeatPlan

NUMERIC = {"inputmode": "numeric"}
MOST_AT_ONCE = 50


class BucketForm(forms.Form):
    """How many places, and the rules of giving them out."""

    size = forms.IntegerField(
        label=_("名额"), min_value=0, max_value=LARGEST, widget=forms.NumberInput(attrs=NUMERIC),
        help_text=_("增加的名额先给候补的人；不能少于已经报出的。"),
    )  # fmt: skip
    label = forms.CharField(label=_("名额说明"), required=False, max_length=80)
    opens_at = forms.DateTimeField(label=_("开放报名"), required=False, widget=MomentInput)
    closes_at = forms.DateTimeField(
        label=_("截止报名"), required=False, widget=MomentInput, help_text=_("不填就是活动开始时")
    )
    per_household = forms.IntegerField(
        label=_("每户至多人数"), required=False, min_value=1, max_value=50, help_text=_("不填就是不限")
    )
    party_limit = forms.IntegerField(label=_("每次至多人数"), min_value=1, max_value=50)
    waiting_list = forms.BooleanField(label=_("满员后候补"), required=False)
    line_order = forms.ChoiceField(
        label=_("候补次序"), choices=LineOrder.choices, widget=forms.RadioSelect, required=False,
        help_text=_("抽签：先锁定名单公布摘要，再填公开的种子，谁都能复算。有人候补后不能再改。"),
    )  # fmt: skip
    rush = forms.BooleanField(
        label=_("高峰排队"), required=False,
        help_text=_("估计开放时很多人同时来报就打开：大家先领号，按号码先后处理，页面显示前面还有多少人。"),
    )  # fmt: skip
    offer_minutes = forms.IntegerField(
        label=_("候补确认时限（分钟）"),
        min_value=1,
        max_value=14 * 24 * 60,
        help_text=_("过了时限没确认，就让给下一位"),
    )

    @staticmethod
    def initial_of(bucket: Bucket) -> dict[str, Any]:
        """What the bucket says now."""
        found = {name: getattr(bucket, name) for name in BucketForm.base_fields}
        return {k: local(v) if k in ("opens_at", "closes_at") and v else v for k, v in found.items()}

    def settings(self) -> dict[str, Any]:
        """The ledger's settings, without the size; an order that was not said stays."""
        data = {name: self.cleaned_data[name] for name in SETTINGS & set(self.cleaned_data)}
        if not data["line_order"]:
            del data["line_order"]
        return data


class MoveForm(forms.Form):
    """Free places from one channel to another."""

    source = forms.ChoiceField(label=_("从哪类调出"))
    target = forms.ChoiceField(label=_("调到哪类"))
    number = forms.IntegerField(
        label=_("调几个"), min_value=1, max_value=LARGEST, widget=forms.NumberInput(attrs=NUMERIC)
    )

    def __init__(self, *args: Any, buckets: Iterable[Bucket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in buckets}
        choices = [(key, named(row)) for key, row in self.rows.items()]
        for name in ("source", "target"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("target", choices[-1][0])

    def clean(self) -> dict[str, Any]:
        """Two different channels."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("source") and data.get("source") == data.get("target"):
            self.add_error("target", _("请选另一类名额。"))
        return data


def named(bucket: Bucket) -> str:
    """A bucket in a list of choices."""
    return _("%(what)s（共 %(size)s，空 %(left)s）") % {
        "what": bucket.label or bucket.get_channel_display(),
        "size": bucket.size,
        "left": bucket.left,
    }


class _Party(forms.Form):
    """What every booking at the counter asks."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    bucket = forms.ChoiceField(label=_("占用名额"))
    wait = forms.BooleanField(label=_("满员时排候补"), required=False, initial=True)
    override = forms.CharField(
        label=_("特批加座的原因"), required=False, max_length=200,
        help_text=_("填了就不管名额、时间和每户人数，直接加座，并记入操作日志；一般不填。"),
    )  # fmt: skip

    def __init__(self, *args: Any, buckets: Iterable[Bucket], may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in buckets}
        self.fields["bucket"].choices = [(key, named(row)) for key, row in self.rows.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("key", str(uuid7()))
        if not may_override:
            del self.fields["override"]

    def picked(self) -> Bucket:
        """The bucket asked for."""
        return self.rows[self.cleaned_data["bucket"]]

    def settings(self) -> dict[str, Any]:
        """What `book` takes beside bucket and people."""
        data = self.cleaned_data
        return {"key": data["key"], "wait": data["wait"], "override": data.get("override", "").strip()}


class ResidentBookingForm(_Party):
    """A resident of the register, alone or with the family."""

    members = forms.MultipleChoiceField(
        label=_("谁来参加"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一位参加的人。")},
    )  # fmt: skip
    consent = forms.ChoiceField(label=_("居民怎样同意的"), choices=Consent.choices, widget=forms.RadioSelect)

    field_order = ["key", "members", "bucket", "consent", "wait", "override"]

    def __init__(self, *args: Any, family: list[Resident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family = {str(one.pk): one for one in family}
        years = {
            key: f"{one.name}（{one.birth_year}）" if one.birth_year else one.name for key, one in self.family.items()
        }
        self.fields["members"].choices = list(years.items())  # type: ignore[attr-defined]
        self.initial.setdefault("members", list(self.family)[:1])

    def people(self) -> list[Resident]:
        """Who comes."""
        return [self.family[key] for key in self.cleaned_data["members"]]


class NameBookingForm(_Party):
    """Somebody who is not in the register: a name at the counter."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    number = forms.IntegerField(
        label=_("人数"), min_value=1, max_value=MOST_AT_ONCE, initial=1, widget=forms.NumberInput(attrs=NUMERIC)
    )
    group = forms.ChoiceField(label=_("人群"), choices=AgeGroup.choices, initial=AgeGroup.UNKNOWN)

    field_order = ["key", "name", "number", "group", "bucket", "wait", "override"]


class CancelForm(forms.Form):
    """Who wants it cancelled, and why."""

    WHO = [("resident", _("居民要求取消（代办）")), ("us", _("我们取消这条报名"))]
    who = forms.ChoiceField(label=_("谁要取消"), choices=WHO, widget=forms.RadioSelect, initial="resident")
    reason = forms.CharField(
        label=_("原因"), max_length=200, help_text=_("会写进通知和操作日志"),
        error_messages={"required": _("请写明取消的原因。")},
    )  # fmt: skip


class GiveForm(forms.Form):
    """Why somebody in line gets a place beyond the size."""

    reason = forms.CharField(
        label=_("特批原因"), max_length=200, help_text=_("会记入操作日志"),
        error_messages={"required": _("请写明特批原因。")},
    )  # fmt: skip


class ImportForm(forms.Form):
    """A list of people for one bucket."""

    bucket = forms.ChoiceField(label=_("占用名额"))
    names = forms.CharField(
        label=_("名单"), widget=forms.Textarea(attrs={"rows": 12, "wrap": "off"}),
        help_text=_("一行一人：姓名、手机、人群（成人、老年人……），后两项可不填。从表格里复制粘贴就行，一次最多 500 行。"),
        error_messages={"required": _("请粘贴名单。")},
    )  # fmt: skip

    def __init__(self, *args: Any, buckets: Iterable[Bucket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in buckets}
        self.fields["bucket"].choices = [(key, named(row)) for key, row in self.rows.items()]  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """A hall, drawn by symbols."""

    title = forms.CharField(label=_("名称"), max_length=80, help_text=_("例如“剧场一层”"))
    layout = forms.CharField(
        label=_("排座"), widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "seats-drawing", "wrap": "off"}), strip=False,
        help_text=_("一行一排，最前面是靠舞台的一排：先写排名，空一格，再画座位。o 座位，w 轮椅席，c 陪同席，_ 过道。座号从左边数。"),
    )  # fmt: skip


class UsePlanForm(forms.Form):
    """Which hall the thing is in."""

    plan = forms.ChoiceField(label=_("座位图"))

    def __init__(self, *args: Any, plans: Iterable[SeatPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.pk): row for row in plans}
        self.fields["plan"].choices = [(key, row.title) for key, row in self.rows.items()]  # type: ignore[attr-defined]


class SeedForm(forms.Form):
    """The public event from which a line is drawn."""

    seed = forms.CharField(label=_("种子"), max_length=200, help_text=_("公告里写明的公开结果，例如当天排列五的号码"))
    source = forms.CharField(label=_("来源和见证人"), max_length=200)


class ReviewForm(forms.Form):
    """What becomes of a limit, and why."""

    LIFT = [("lift", _("撤销限制，马上恢复")), ("keep", _("维持到期满"))]
    verdict = forms.ChoiceField(label=_("复核结果"), choices=LIFT, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("本人会看到")
    )


class PolicyForm(forms.Form):
    """The county's rule for places left empty."""

    misses = forms.IntegerField(label=_("爽约几次"), widget=forms.NumberInput(attrs=NUMERIC))
    window_days = forms.IntegerField(label=_("多少天内"), widget=forms.NumberInput(attrs=NUMERIC))
    lasts_days = forms.IntegerField(
        label=_("限制多少天"), widget=forms.NumberInput(attrs=NUMERIC), help_text=_("到期自动恢复，最长 90 天")
    )
    at_most = forms.IntegerField(
        label=_("限制期间同时至多几项"),
        widget=forms.NumberInput(attrs=NUMERIC),
        help_text=_("至少 1 项，不把人拒之门外"),
    )


class ProofForm(forms.Form):
    """A resident belongs to a group, by a paper that staff saw."""

    group = forms.ChoiceField(label=_("群体"), choices=[one for one in Group.choices if one[0] != Group.ELDERS])
    basis = forms.CharField(label=_("依据"), max_length=120, help_text=_("证件名称和编号的后四位"))
    since = forms.DateField(label=_("起始日期"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("截止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text=_("不填就是长期")
    )

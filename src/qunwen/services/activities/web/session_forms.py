"""Forms of dates: the recurring pattern, places by channel."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.ui.web.desk import ClockInput, DayInput, MomentInput
from qunwen.services.activities.recurrence import Pattern
from qunwen.services.bookings.enums import Channel

WEEKDAYS = [("0", _("周一")), ("1", _("周二")), ("2", _("周三")), ("3", _("周四")), ("4", _("周五")), ("5", _("周六")), ("6", _("周日"))]  # fmt: skip


class PatternForm(forms.Form):
    """Dates that repeat."""

    first = forms.DateField(label=_("从"), widget=DayInput)
    last = forms.DateField(label=_("到"), widget=DayInput)
    start = forms.TimeField(label=_("开始时间"), widget=ClockInput)
    minutes = forms.IntegerField(label=_("每场多少分钟"), min_value=5, max_value=1440, initial=120)
    monthly = forms.ChoiceField(
        label=_("怎样重复"), required=False,
        choices=[("", _("每周")), ("weekday", _("每月第几个星期几（同开始那天）")), ("day", _("每月同一日"))],
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=_("星期几"), required=False, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple,
        help_text=_("按周重复时选；不选就是开始那天的星期"),
    )  # fmt: skip
    interval = forms.IntegerField(label=_("每隔几周（月）"), min_value=1, max_value=12, initial=1)
    skip_days = forms.CharField(label=_("不办的日子"), required=False, help_text=_("例如 2026-05-01，用空格或逗号隔开"))

    def clean_skip_days(self) -> frozenset[dt.date]:
        """The days in the text."""
        text = self.cleaned_data["skip_days"].replace("，", " ").replace(",", " ").replace("、", " ")
        days = set()
        for word in text.split():
            try:
                days.add(dt.date.fromisoformat(word))
            except ValueError as error:
                raise forms.ValidationError(
                    _("看不懂“%(word)s”，请写成 2026-05-01。"), params={"word": word}
                ) from error
        return frozenset(days)

    def pattern(self) -> Pattern:
        """What was filled in as a pattern."""
        data: dict[str, Any] = self.cleaned_data
        return Pattern(
            first=data["first"], last=data["last"], start=data["start"], minutes=data["minutes"],
            weekdays=frozenset(int(day) for day in data["weekdays"]), interval=data["interval"],
            monthly=data["monthly"], skip_days=data["skip_days"],
        )  # fmt: skip


class SignUpForm(forms.Form):
    """How many places by which way, and the rules of giving them out."""

    def __init__(self, *args: Any, others: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sizes = {
            f"size_{code}": forms.IntegerField(
                label=label, required=False, min_value=0, max_value=100_000,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            for code, label in Channel.choices
        }  # fmt: skip
        self.fields = {**sizes, **self.fields}
        if others:
            label = _("后面还没开放报名的 %(n)d 场也照此开放") % {"n": others}
            self.fields["all_dates"] = forms.BooleanField(label=label, required=False)

    opens_at = forms.DateTimeField(label=_("开放报名"), required=False, widget=MomentInput, help_text=_("不填就是现在"))
    closes_at = forms.DateTimeField(
        label=_("截止报名"), required=False, widget=MomentInput, help_text=_("不填就是活动开始时")
    )
    per_household = forms.IntegerField(label=_("每户至多人数"), required=False, min_value=1, max_value=50)
    party_limit = forms.IntegerField(label=_("每次至多人数"), min_value=1, max_value=50, initial=5)
    waiting_list = forms.BooleanField(label=_("满员后候补"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """At least one channel has places."""
        data: dict[str, Any] = super().clean() or {}
        if not any(data.get(f"size_{code}") for code in Channel.values):
            self.add_error(f"size_{Channel.ONLINE}", _("请至少给一类名额填上数量。"))
        return data

    def sizes(self) -> dict[str, int]:
        """Places by channel, those that have some."""
        found = {code: self.cleaned_data.get(f"size_{code}") for code in Channel.values}
        return {code: size for code, size in found.items() if size}

    def settings(self) -> dict[str, Any]:
        """The ledger's settings."""
        names = ("opens_at", "closes_at", "per_household", "party_limit", "waiting_list")
        return {name: self.cleaned_data[name] for name in names}

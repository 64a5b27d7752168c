"""What the gallery page shows: each component in all its states, with made-up content."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from qunwen.base.scope import clock
from qunwen.base.ui.charts import BarChart, LineChart, Series
from qunwen.base.ui.components import Cell, Column, Crumb, Table
from qunwen.base.ui.heat_calendar import HeatCalendar


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=_("孩子的姓名"), help_text=_("和户口本上一样。"))
    phone = forms.CharField(label=_("联系电话"), help_text=_("只用来通知这节课的变动。"))
    kind = forms.ChoiceField(
        label=_("想学什么"),
        choices=[("", _("请选择")), ("opera", _("川剧")), ("paper", _("剪纸")), ("drum", _("腰鼓"))],
    )
    channel = forms.ChoiceField(
        label=_("怎么通知您"), widget=forms.RadioSelect, choices=[("sms", _("短信")), ("call", _("打电话"))]
    )
    note = forms.CharField(label=_("要特别照顾的地方"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agree = forms.BooleanField(label=_("我是监护人，同意孩子参加"))


def _charts(today: dt.date) -> dict[str, Any]:
    months = tuple(f"{month}月" for month in range(1, 13))
    held = (12, 8, 15, 21, 26, 24, None, 19, 28, 31, 22, 17)
    planned = (14, 10, 16, 20, 25, 26, 24, 20, 27, 30, 24, 18)
    first = dt.date(today.year, 1, 1)
    last = dt.date(today.year, 12, 31)
    counts = {
        first + dt.timedelta(days=k): (k * k * 7 + k * 3) % 11 * ((k % 7) > 3) for k in range(365) if not 90 < k < 104
    }
    return {
        "standing": BarChart(
            _("各月活动场次"), months, (Series(_("计划"), planned), Series(_("实际"), held)), _("场"),
            _("截至 12 月 31 日，137 个村（社区）报了 136 个。"),
        ),
        "lying": BarChart(
            _("各镇（街道）参加人次"),
            (_("龙泉街道"), _("十陵街道"), _("大面街道"), _("洛带镇"), _("山泉镇")),
            (Series(_("人次"), (18230, 12466, 9081, None, 0)),),
            _("人次"),
            horizontal=True,
        ),
        "lines": LineChart(_("每月到馆人次"), months, (
            Series(_("文化馆"), (820, 640, 910, 1103, 1210, None, None, 1320, 1188, 1402, 1290, 990)),
            Series(_("图书馆"), (1520, 1340, 1610, 1703, 1690, 1802, 2210, 2320, 1688, 1702, 1590, 1490)),
        ), _("人次")),
        "heat": HeatCalendar(_("每天活动场次"), first, last, counts, _("场")),
    }  # fmt: skip


def samples(*, at: dt.datetime, query: QueryDict) -> dict[str, Any]:
    """Return the context of the gallery page."""
    today = clock.day_of(at)
    page_number = query.get("page", "5")
    return {
        "form": SampleForm(),
        "wrong_form": SampleForm({"w-phone": "12", "w-note": "<b>对花生过敏</b>"}, prefix="w"),
        "page": Paginator(range(240), 20).get_page(page_number),
        "trail": (Crumb(_("首页"), "/"), Crumb(_("活动"), "/"), Crumb(_("洛带镇剪纸课"))),
        "table": Table(
            _("本周活动"),
            (Column(_("活动")), Column(_("地点")), Column(_("到场"), is_number=True)),
            (
                (Cell(_("坝坝电影"), url="#"), _("松林村文化院坝"), Cell("126", url="#", title=_("点开看签到"))),
                (Cell(_("川剧折子戏"), url="#"), _("洛带镇文化站"), Cell("", missing=True)),
            ),
            _("来源：签到记录；截至今天 18:00。"),
        ),
        "moments": [at + dt.timedelta(days=days) for days in (-1, 0, 1, 2, 4, 8, 40, 400)],
        "today": today,
        "codes": ("510112", "510112001", "510112102", "610327", "441900", "469001"),
        **_charts(today),
    }

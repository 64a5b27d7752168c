"""Forms of the guardian's pages. What was typed stays when something is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Resident
from qunwen.base.scope.ids import uuid7
from qunwen.services.afterschool.actions import Wish
from qunwen.services.afterschool.enums import ComplaintKind
from qunwen.services.afterschool.fees import yuan
from qunwen.services.afterschool.models import Activity, Child, SchoolClass

WEEKDAYS = (("0", _("周一")), ("1", _("周二")), ("2", _("周三")), ("3", _("周四")), ("4", _("周五")))


def _offer(row: Activity) -> str:
    words = {
        "day": WEEKDAYS[row.weekday or 0][1], "from": f"{row.starts:%H:%M}", "to": f"{row.ends:%H:%M}",
        "title": row.title, "yuan": yuan(row.price_fen),
    }  # fmt: skip
    return said("%(day)s %(from)s–%(to)s %(title)s，每课时 %(yuan)s 元") % words


class ApplyForm(forms.Form):
    """For each child: whether, which weekdays, which activities, alone or not; one consent for all."""

    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=_("我是监护人，已阅读上面的告知，同意学校为课后服务使用孩子的信息"),
        error_messages={"required": _("请先阅读告知并勾选同意，才能提交申请。")},
    )

    def __init__(self, *args: Any, children: Sequence[Child], activities: Sequence[Activity], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": str(uuid7())})
        super().__init__(*args, **kwargs)
        self.children, self.known = list(children), {str(row.pk): row for row in activities}
        for number, child in enumerate(self.children):
            grade = child.school_class.grade
            fit = [row for row in activities if row.grade_from <= grade <= row.grade_to]
            self.fields[f"on_{number}"] = forms.BooleanField(
                label=_("为 %(name)s 申请") % {"name": child.resident.name}, required=False, initial=True
            )
            self.fields[f"days_{number}"] = forms.MultipleChoiceField(
                label=_("星期几参加"), choices=WEEKDAYS, required=False, widget=forms.CheckboxSelectMultiple,
                initial=[code for code, _label in WEEKDAYS],
            )  # fmt: skip
            self.fields[f"x_{number}"] = forms.MultipleChoiceField(
                label=_("兴趣活动（可不选）"), required=False, widget=forms.CheckboxSelectMultiple,
                choices=[(str(row.pk), _offer(row)) for row in fit],
            )  # fmt: skip
            self.fields[f"alone_{number}"] = forms.BooleanField(label=_("结束后可以自行回家"), required=False)

    def parts(self) -> list[tuple[Child, list[forms.BoundField]]]:
        """The fields of each child together, for the page."""
        return [
            (child, [self[f"{name}_{number}"] for name in ("on", "days", "x", "alone")])
            for number, child in enumerate(self.children)
        ]

    def clean(self) -> dict[str, Any]:
        """At least one child; each chosen child with a day."""
        data: dict[str, Any] = super().clean() or {}
        chosen = [number for number in range(len(self.children)) if data.get(f"on_{number}")]
        if not chosen:
            self.add_error(None, _("请至少为一个孩子申请。"))
        for number in chosen:
            if not data.get(f"days_{number}"):
                self.add_error(f"days_{number}", _("请选择星期几参加。"))
        return data

    def wishes(self) -> list[Wish]:
        """What is asked, child by child."""
        data = self.cleaned_data
        return [
            Wish(
                child=child, weekdays="".join(data[f"days_{number}"]), may_go_alone=data[f"alone_{number}"],
                activities=tuple(self.known[pk] for pk in data[f"x_{number}"]),
            )
            for number, child in enumerate(self.children)
            if data[f"on_{number}"]
        ]  # fmt: skip


class EnterForm(forms.Form):
    """Which of my children is in which class."""

    child = forms.ChoiceField(label=_("孩子"))
    school_class = forms.ChoiceField(label=_("学校和班级"))

    def __init__(self, *args: Any, wards: Sequence[Resident], classes: Sequence[SchoolClass], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wards = {str(one.pk): one for one in wards}
        self.classes = {str(one.pk): one for one in classes}
        self.fields["child"].choices = [(pk, one.name) for pk, one in self.wards.items()]  # type: ignore[attr-defined]
        named = [(pk, f"{one.school.name} {one.name}") for pk, one in self.classes.items()]
        self.fields["school_class"].choices = named  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Somebody who fetches the child."""

    name = forms.CharField(label=_("接送人姓名"), max_length=40)
    relation = forms.CharField(label=_("和孩子的关系"), max_length=20)
    phone = forms.CharField(
        label=_("手机"), max_length=20, required=False, help_text=_("没有手机的，学校会给纸质接送单。"),
        widget=forms.TextInput({"inputmode": "tel"}),
    )  # fmt: skip


class ComplainForm(forms.Form):
    """What is wrong."""

    kind = forms.ChoiceField(label=_("关于什么"), choices=ComplaintKind.choices)
    text = forms.CharField(label=_("请写明情况"), max_length=1000, widget=forms.Textarea({"rows": 6}))

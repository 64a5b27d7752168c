"""Forms by which a school is set up for the service: each answers one action."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.codes import Level, upper_bound
from qunwen.base.scope.ids import uuid7
from qunwen.base.ui.web.desk import ClockInput, DayInput, MomentInput
from qunwen.services.afterschool import queries
from qunwen.services.afterschool.access import Permission
from qunwen.services.afterschool.actions import Family, Wish
from qunwen.services.afterschool.enums import CheckKind, Field, Locality, Part, Provider, Stage
from qunwen.services.afterschool.family import activities_of
from qunwen.services.afterschool.models import Activity, Child, School, SchoolClass, SchoolTerm, Tutor
from qunwen.services.bookings.enums import Group

from .family_forms import WEEKDAYS

GRADES = [(n, format_lazy(_("{n} 年级"), n=n)) for n in range(1, 10)]


def _places() -> list[tuple[str, str]]:
    """Towns and villages at which the open scope may manage the service."""
    found: dict[str, str] = {}
    for prefix in asking.tops(Permission.MANAGE):
        rows = Place.objects.filter(level__gte=Level.COUNTY, level__lte=Level.VILLAGE, valid_to=None)
        if prefix:
            rows = rows.filter(code__gte=prefix, code__lt=upper_bound(prefix))
        for row in rows.select_related("parent"):
            above = f"{row.parent.name} " if row.level == Level.VILLAGE and row.parent else ""
            found[row.pk] = f"{above}{row.name}"
    return sorted(found.items())


class SchoolForm(forms.Form):
    """A school of the county that offers the service."""

    name = forms.CharField(label=_("学校名称"), max_length=80)
    stage = forms.ChoiceField(label=_("学段"), choices=Stage.choices)
    locality = forms.ChoiceField(
        label=_("城乡"), choices=Locality.choices, help_text=_("有的县城区和农村收费标准不同。")
    )
    place = forms.ChoiceField(label=_("所在区划"))
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("单位"), help_text=_("学校的老师属于这个单位，只看得到本单位的学生。")
    )
    phone = forms.CharField(label=_("咨询电话"), max_length=40, required=False, help_text=_("家长会看到。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.choices = _places()
        unit: Any = self.fields["unit"]
        unit.queryset = asking.visible(Unit.objects.filter(active=True), Permission.MANAGE).order_by(
            "place_id", "name", "pk"
        )

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "place": Place.objects.get(pk=self.cleaned_data["place"])}


class TermForm(forms.Form):
    """A term, both days included, and when parents apply."""

    name = forms.CharField(label=_("学期"), max_length=40, help_text=_("例如：2026 年秋季学期"))
    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput())
    ends_on = forms.DateField(label=_("结束日期（含）"), widget=DayInput(), help_text=_("放假和调休按校历自动扣除。"))
    apply_opens_at = forms.DateTimeField(label=_("开始申请"), widget=MomentInput())
    apply_closes_at = forms.DateTimeField(label=_("截止申请"), widget=MomentInput())


class ClassForm(forms.Form):
    """A class with the teacher who looks at its applications first."""

    name = forms.CharField(label=_("班级"), max_length=40, help_text=_("例如：三年级 2 班。填已有的班名，就修改它。"))
    grade = forms.TypedChoiceField(label=_("年级"), choices=GRADES, coerce=int)
    teacher = forms.ModelChoiceField(
        Staff.objects.none(),
        label=_("班主任"),
        required=False,
        help_text=_("不选，则本校任何一位审核人员都能做班级审核。"),
    )

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teacher: Any = self.fields["teacher"]
        teacher.queryset = queries.teachers_of(school)
        teacher.label_from_instance = lambda one: one.name


class TutorForm(forms.Form):
    """Somebody who leads activities."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    provider = forms.ChoiceField(label=_("来自"), choices=Provider.choices)
    organisation = forms.CharField(
        label=_("所属机构"), max_length=120, required=False, help_text=_("校外人员必填；个人请写“个人”。")
    )
    phone = forms.CharField(label=_("手机"), max_length=20, required=False)


class CheckForm(forms.Form):
    """One paper of a tutor that was looked at."""

    kind = forms.ChoiceField(label=_("核查项目"), choices=CheckKind.choices)
    basis = forms.CharField(label=_("文号或证书号"), max_length=80)
    checked_on = forms.DateField(label=_("核查日期"), widget=DayInput())
    valid_until = forms.DateField(
        label=_("有效期至（含）"),
        widget=DayInput(),
        help_text=_("违法犯罪记录查询每年一次（未成年人保护法第六十二条）。"),
    )


class ActivityForm(forms.Form):
    """A line of the programme before its content is declared."""

    title = forms.CharField(label=_("名称"), max_length=80)
    part = forms.ChoiceField(label=_("类别"), choices=Part.choices, help_text=_("作业辅导是“1”，兴趣活动是“X”。"))
    field = forms.ChoiceField(label=_("领域"), choices=Field.choices)
    provider = forms.ChoiceField(label=_("提供者"), choices=Provider.choices)
    tutor = forms.ModelChoiceField(Tutor.objects.none(), label=_("负责人"), required=False)
    grade_from = forms.TypedChoiceField(label=_("最低年级"), choices=GRADES, coerce=int, initial=1)
    grade_to = forms.TypedChoiceField(
        label=_("最高年级"), choices=GRADES, coerce=int, initial=6, help_text=_("跨年级就是混合编班。")
    )
    weekday = forms.TypedChoiceField(
        label=_("星期"), choices=[("", _("每个课后服务日")), *WEEKDAYS], coerce=int, empty_value=None, required=False
    )
    starts = forms.TimeField(label=_("开始时间"), widget=ClockInput())
    ends = forms.TimeField(label=_("结束时间"), widget=ClockInput(), help_text=_("最晚 18:15。"))
    periods = forms.TypedChoiceField(
        label=_("课时数"), choices=[(1, _("1 课时（40 分钟）")), (2, _("2 课时"))], coerce=int
    )
    price = forms.DecimalField(
        label=_("每课时收费（元）"), min_value=0, max_value=100, max_digits=5, decimal_places=2, initial=0,
        help_text=_("超过收费规定上限的不能发布。"),
    )  # fmt: skip
    size = forms.IntegerField(
        label=_("名额"), min_value=1, max_value=2000, required=False, help_text=_("作业辅导可不填，表示不限。")
    )
    kept = forms.IntegerField(label=_("其中优先群体名额"), min_value=0, max_value=2000, initial=0, required=False)
    kept_for = forms.ChoiceField(label=_("优先群体"), choices=[("", "—"), *Group.choices], required=False)
    room = forms.CharField(label=_("地点"), max_length=80, required=False)

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tutor: Any = self.fields["tutor"]
        tutor.queryset = Tutor.objects.filter(county=school.county, school=school, active=True).order_by("name", "pk")

    def values(self) -> dict[str, Any]:
        """What the action takes: the fee in fen."""
        found = dict(self.cleaned_data)
        found["price_fen"] = int(found.pop("price") * 100)
        found["kept"] = found["kept"] or 0
        return found


class DateForm(forms.Form):
    """One more date of an activity."""

    day = forms.DateField(label=_("日期"), widget=DayInput(), help_text=_("补课日、调休上课日也可以。"))


class CancelForm(forms.Form):
    """Why an afternoon is off."""

    reason = forms.CharField(label=_("原因（家长会看到）"), max_length=200, widget=forms.Textarea({"rows": 3}))


class PupilForm(forms.Form):
    """A pupil by the form that a guardian signed."""

    school_class = forms.ModelChoiceField(SchoolClass.objects.none(), label=_("班级"))
    name = forms.CharField(label=_("学生姓名"), max_length=40)
    birth_year = forms.IntegerField(label=_("出生年份"))
    guardian = forms.CharField(label=_("签字的监护人"), max_length=40)
    relation = forms.CharField(label=_("和孩子的关系"), max_length=20)
    phone = forms.CharField(
        label=_("监护人手机"), max_length=11, required=False, help_text=_("没有手机的可不填，用纸质接送单。")
    )
    signed = forms.BooleanField(
        label=_("监护人已在纸质告知书上签字同意，原件由学校保存"),
        error_messages={"required": _("没有监护人签字同意，不能登记孩子的信息。")},
    )

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = SchoolClass.objects.filter(county=school.county, school=school).order_by("grade", "name", "pk")
        field: Any = self.fields["school_class"]
        field.queryset = rows

    def family(self) -> Family:
        """The family as the action takes it."""
        names = ("name", "birth_year", "guardian", "relation", "phone")
        return Family(**{name: self.cleaned_data[name] for name in names})


class PaperForm(forms.Form):
    """An application that was handed in on paper."""

    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    child = forms.ModelChoiceField(Child.objects.none(), label=_("学生"))
    days = forms.MultipleChoiceField(label=_("星期几参加"), choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple)
    activities = forms.ModelMultipleChoiceField(
        Activity.objects.none(), label=_("兴趣活动（可不选）"), required=False, widget=forms.CheckboxSelectMultiple
    )
    alone = forms.BooleanField(label=_("监护人同意结束后自行回家"), required=False)

    def __init__(self, *args: Any, term: SchoolTerm, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": str(uuid7()), "days": [code for code, _label in WEEKDAYS]})
        super().__init__(*args, **kwargs)
        child: Any = self.fields["child"]
        rows = Child.objects.filter(county=term.county, school=term.school, left_at=None)
        child.queryset = rows.select_related("resident", "school_class").order_by("school_class__grade", "pk")
        child.label_from_instance = lambda one: f"{one.school_class.name} {one.resident.name}"
        offered: Any = self.fields["activities"]
        offered.queryset = Activity.objects.filter(county=term.county, pk__in=[one.pk for one in activities_of(term)])
        offered.label_from_instance = _named

    def wish(self) -> Wish:
        """What is asked."""
        data = self.cleaned_data
        days, alone = "".join(sorted(data["days"])), data["alone"]
        return Wish(child=data["child"], weekdays=days, activities=tuple(data["activities"]), may_go_alone=alone)


def _named(row: Activity) -> str:
    grades = said("%(a)d 至 %(b)d 年级") % {"a": row.grade_from, "b": row.grade_to}
    return f"{WEEKDAYS[row.weekday or 0][1]} {row.title}（{grades}）"


def default_term(today: dt.date) -> dict[str, Any]:
    """A name and days to begin with: the half-year that runs or comes."""
    if today.month in (6, 7, 8, 9, 10, 11, 12):
        first, last = dt.date(today.year, 9, 1), dt.date(today.year + 1, 1, 22)
        name = said("%(y)d 年秋季学期") % {"y": today.year}
    else:
        first, last = dt.date(today.year, 2, 24), dt.date(today.year, 6, 30)
        name = said("%(y)d 年春季学期") % {"y": today.year}
    return {"name": name, "starts_on": first, "ends_on": last}

"""Plain forms of the school on the desk: each answers one action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking, context
from qunwen.base.scope.codes import Level, upper_bound
from qunwen.base.ui.web.desk import ClockInput, DayInput, MomentInput
from qunwen.services.rooms.access import Permission as Reserving
from qunwen.services.rooms.enums import Kind
from qunwen.services.rooms.models import Resource
from qunwen.services.school.access import Permission
from qunwen.services.school.definitions import Form, said
from qunwen.services.school.enums import ClassState, How, Presence, SchoolKind, Season
from qunwen.services.school.models import CourseClass, Discipline, Pupil, School, Subject, Teacher, Term
from qunwen.services.venues.models import WEEKDAYS, Room


def places_in_reach() -> list[tuple[str, str]]:
    """Counties, towns and villages at which the open scope may manage the school."""
    scope = context.current()
    found: dict[str, str] = {}
    for prefix in {reach.prefix for reach in (scope.reaches_for(Permission.MANAGE) if scope else ())}:
        rows = Place.objects.filter(level__gte=Level.COUNTY, level__lte=Level.VILLAGE, valid_to=None)
        if prefix:
            rows = rows.filter(code__gte=prefix, code__lt=upper_bound(prefix))
        for row in rows.select_related("parent"):
            above = f"{row.parent.name} " if row.level == Level.VILLAGE and row.parent else ""
            found[row.pk] = f"{above}{row.name}"
    return sorted(found.items())


class Rows(forms.ModelChoiceField):
    """One of the rows the open scope holds; the choice is made by a function, since a scope is open only then."""

    def __init__(self, rows: Any, **kwargs: Any) -> None:
        super().__init__(queryset=rows, **kwargs)


class RoomField(forms.ChoiceField):
    """A room that can be reserved, or a room of a venue that will be from now on; gives the row, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, choices=_rooms, **kwargs)

    def clean(self, value: Any) -> Resource | Room | None:
        """The row behind the choice."""
        kind, _dot, pk = str(super().clean(value)).partition(".")
        if not pk:
            return None
        if kind == "venue":
            return Room.objects.select_related("venue__place", "venue__unit").get(pk=pk)
        return Resource.objects.get(pk=pk)

    def prepare_value(self, value: Any) -> Any:
        """The choice of a row."""
        return f"room.{value.pk}" if isinstance(value, Resource) else value


def _rooms() -> list[tuple[str, Any]]:
    found = asking.visible(Resource.objects.filter(kind=Kind.ROOM, active=True), Reserving.RESERVE)
    rows = list(found.order_by("title", "pk"))
    known = {row.room_id for row in rows}
    others = asking.visible(Room.objects.filter(active=True, venue__retired_on=None), Reserving.MANAGE)
    free = [one for one in others.select_related("venue").order_by("venue__name", "name", "pk") if one.pk not in known]
    groups: list[tuple[str, Any]] = [("", _("不用教室"))]
    if rows:
        groups.append((str(_("可预约的教室")), [(f"room.{row.pk}", row.title) for row in rows]))
    if free:
        groups.append(
            (str(_("阵地里的其他房间")), [(f"venue.{one.pk}", f"{one.venue.name} {one.name}") for one in free])
        )
    return groups


class PlacedForm(forms.Form):
    """A form about something at a place of a unit."""

    place = forms.ChoiceField(label=_("所在区划"))
    unit = Rows(Unit.objects.filter(active=True), label=_("管理单位"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places_in_reach()
        self.fields["unit"].queryset = asking.visible(Unit.objects.filter(active=True), Permission.MANAGE).order_by(
            "place_id", "name", "pk"
        )

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "place": Place.objects.get(pk=self.cleaned_data["place"])}


class SchoolForm(PlacedForm):
    """A school of the network."""

    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类别"), choices=SchoolKind.choices)
    parent = Rows(School.objects.filter(closed_on=None), label=_("上级学校"), required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    phone = forms.CharField(label=_("咨询电话"), max_length=40, required=False)
    opened_on = forms.DateField(label=_("设立日期"), widget=DayInput)

    field_order = ["name", "kind", "parent", "place", "unit", "address", "phone", "opened_on"]


class AgreementForm(forms.Form):
    """A version of an agreement."""

    partner = forms.CharField(label=_("合作方"), max_length=120)
    terms = forms.CharField(label=_("约定内容"), widget=forms.Textarea(attrs={"rows": 5}))
    signed_on = forms.DateField(label=_("签订日期"), widget=DayInput)
    valid_from = forms.DateField(label=_("生效"), widget=DayInput)
    valid_to = forms.DateField(label=_("失效"), widget=DayInput, help_text=_("当日起不再有效"))


class TermForm(forms.Form):
    """A term."""

    place = forms.ChoiceField(label=_("县（市、区）"))
    name = forms.CharField(label=_("学期"), max_length=40, help_text=_("例如：2026 年秋季"))
    season = forms.ChoiceField(label=_("季节"), choices=Season.choices)
    starts_on = forms.DateField(label=_("开始"), widget=DayInput)
    ends_on = forms.DateField(label=_("结束"), widget=DayInput, help_text=_("当日起不再上课"))
    per_person = forms.IntegerField(label=_("每人至多班数"), min_value=1, max_value=20, initial=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [pair for pair in places_in_reach() if len(pair[0]) == 6]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {**self.cleaned_data, "place": Place.objects.get(pk=self.cleaned_data["place"])}


class SubjectForm(forms.Form):
    """A subject, with its field: one of the list, or a new one."""

    discipline = Rows(Discipline.objects.all(), label=_("门类"), required=False)
    new_discipline = forms.CharField(label=_("新门类"), max_length=40, required=False, help_text=_("上面没有时填写"))
    name = forms.CharField(label=_("科目"), max_length=60)
    summary = forms.CharField(label=_("一句话介绍"), max_length=160, required=False)
    age_from = forms.IntegerField(label=_("最小年龄"), min_value=3, max_value=120, required=False)
    age_to = forms.IntegerField(label=_("最大年龄"), min_value=3, max_value=120, required=False)

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("discipline")) == bool((data.get("new_discipline") or "").strip()):
            self.add_error("discipline", _("请选一个门类，或填写新门类，二者选一。"))
        return data


class TeacherForm(PlacedForm):
    """A teacher."""

    name = forms.CharField(label=_("姓名"), max_length=40, help_text=_("会在课表和门户上公开"))
    most_hours = forms.IntegerField(
        label=_("每学期至多课时"), min_value=1, max_value=800, initial=120, help_text=_("一课时 45 分钟")
    )

    field_order = ["name", "place", "unit", "most_hours"]


class ClassForm(forms.Form):
    """A class."""

    term = Rows(Term.objects.all(), label=_("学期"))
    subject = Rows(Subject.objects.all(), label=_("科目"))
    school = Rows(School.objects.filter(closed_on=None), label=_("学校"))
    title = forms.CharField(label=_("班级名称"), max_length=80)
    teacher = Rows(Teacher.objects.filter(active=True), label=_("教师"), required=False)
    room = RoomField(label=_("教室"), help_text=_("发布时每次课都占住教室和教师，和居民的场地预约不会冲突"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("上课的日子"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("假期班可以选好几天"),
    )  # fmt: skip
    starts = forms.TimeField(label=_("上课"), widget=ClockInput)
    ends = forms.TimeField(label=_("下课"), widget=ClockInput)
    planned = forms.IntegerField(label=_("课次"), min_value=1, max_value=60, initial=12)
    online = forms.IntegerField(label=_("网上名额"), min_value=0, max_value=2000, initial=12)
    on_site = forms.IntegerField(label=_("现场名额"), min_value=0, max_value=2000, initial=6)
    elders = forms.IntegerField(label=_("敬老名额"), min_value=0, max_value=2000, initial=2)
    how = forms.ChoiceField(
        label=_("招生办法"), choices=How.choices, help_text=_("摇号的班发布后到“摇号”里发公告，名额一起摇")
    )
    opens_at = forms.DateTimeField(label=_("开始报名"), widget=MomentInput)
    closes_at = forms.DateTimeField(label=_("截止报名"), widget=MomentInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = asking.visible(School.objects.filter(closed_on=None), Permission.MANAGE)
        self.fields["school"].queryset = schools.order_by("place_id", "name", "pk")
        self.fields["subject"].queryset = Subject.objects.select_related("discipline").order_by("name", "pk")


def of_class(row: CourseClass) -> dict[str, Any]:
    """First values of the form for a class that is there."""
    said = {name: getattr(row, name) for name in ClassForm.base_fields if name != "weekdays"}
    return {**said, "weekdays": row.meets_on}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("学员会看到"))


class MoveLessonForm(ReasonForm):
    """Another time, or another room, for a lesson."""

    starts_at = forms.DateTimeField(label=_("上课"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("下课"), widget=MomentInput)
    room = RoomField(label=_("换教室"), help_text=_("不换就不用选"))

    field_order = ["starts_at", "ends_at", "room", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].choices = [("", _("不换")), *_rooms()[1:]]


class ReplaceTeacherForm(ReasonForm):
    """Another teacher for the lessons to come."""

    teacher = Rows(Teacher.objects.filter(active=True), label=_("换成"))

    field_order = ["teacher", "reason"]


class TeacherChangeForm(forms.Form):
    """How much a teacher teaches, and whether at all."""

    most_hours = forms.IntegerField(
        label=_("每学期至多课时"), min_value=1, max_value=800, help_text=_("一课时 45 分钟")
    )
    active = forms.BooleanField(label=_("在聘"), required=False)


class TermChangeForm(forms.Form):
    """What of a term may still change."""

    name = forms.CharField(label=_("学期"), max_length=40)
    ends_on = forms.DateField(label=_("结束"), widget=DayInput, help_text=_("当日起不再上课"))
    per_person = forms.IntegerField(
        label=_("每人至多班数"), min_value=1, max_value=20, help_text=_("只对以后发布的班起作用")
    )


class CloseSchoolForm(forms.Form):
    """From when on a school is no more."""

    on = forms.DateField(label=_("撤销日期"), widget=DayInput)


class TransferForm(ReasonForm):
    """Another class of the term."""

    to = Rows(CourseClass.objects.all(), label=_("转到"))

    field_order = ["to", "reason"]

    def __init__(self, *args: Any, pupil: Pupil, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: QuerySet[CourseClass] = CourseClass.objects.filter(
            county=pupil.county, term=pupil.course_class.term_id, state=ClassState.PUBLISHED
        ).exclude(pk=pupil.course_class_id)
        self.fields["to"].queryset = rows.order_by("title", "pk")


class RollForm(forms.Form):
    """The roll of a lesson: a choice for each pupil."""

    topic = forms.CharField(label=_("这次课的内容"), max_length=120, required=False)

    def __init__(self, *args: Any, pupils: Iterable[Pupil], noted: dict[Any, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pupils = list(pupils)
        for pupil in self.pupils:
            self.fields[f"p{pupil.pk.hex}"] = forms.ChoiceField(
                label=pupil.name, choices=Presence.choices, widget=forms.RadioSelect,
                initial=noted.get(pupil.pk, Presence.PRESENT),
            )  # fmt: skip

    def lines(self) -> list[tuple[Pupil, forms.BoundField]]:
        """A pupil and the choice."""
        return [(pupil, self[f"p{pupil.pk.hex}"]) for pupil in self.pupils]

    def presences(self) -> dict[Any, str]:
        """What the action takes."""
        return {pupil.pk: self.cleaned_data[f"p{pupil.pk.hex}"] for pupil in self.pupils}


class MarksForm(forms.Form):
    """Marks of a class: a number and a word for each pupil."""

    def __init__(self, *args: Any, pupils: Iterable[Pupil], noted: dict[Any, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pupils = list(pupils)
        for pupil in self.pupils:
            row = noted.get(pupil.pk)
            self.fields[f"m{pupil.pk.hex}"] = forms.IntegerField(
                label=_("%(name)s的成绩") % {"name": pupil.name}, min_value=0, max_value=100, required=False,
                initial=row.mark if row else None,
            )  # fmt: skip

    def lines(self) -> list[tuple[Pupil, forms.BoundField]]:
        """A pupil and the mark."""
        return [(pupil, self[f"m{pupil.pk.hex}"]) for pupil in self.pupils]

    def marks(self) -> list[tuple[Pupil, int | None]]:
        """What the action takes, pupil by pupil."""
        return [(pupil, self.cleaned_data[f"m{pupil.pk.hex}"]) for pupil in self.pupils]


class RateForm(forms.Form):
    """A paper answer."""

    score = forms.TypedChoiceField(
        label=_("满意度"), choices=[(n, _("%(n)s 分") % {"n": n}) for n in range(5, 0, -1)], coerce=int,
        widget=forms.RadioSelect,
    )  # fmt: skip
    words = forms.CharField(label=_("想说的话"), max_length=300, required=False)


class QualityForm(forms.Form):
    """The sheet of an inspector: its questions are data."""

    visited_on = forms.DateField(label=_("听课日期"), widget=DayInput)
    remarks = forms.CharField(label=_("意见"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, sheet: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for question in sheet.questions:
            self.fields[question.key] = forms.IntegerField(
                label=_("%(title)s（满分 %(most)s）") % {"title": said(question), "most": question.most},
                min_value=0, max_value=question.most,
            )  # fmt: skip
        self.order_fields(["visited_on", *(question.key for question in sheet.questions), "remarks"])

    def answers(self) -> dict[str, int]:
        """Points by question."""
        return {question.key: self.cleaned_data[question.key] for question in self.sheet.questions}


def window(now: dt.datetime) -> dict[str, dt.datetime]:
    """First values of an enrolment window: a week from tomorrow."""
    day = now.replace(hour=9, minute=0, second=0, microsecond=0)
    return {"opens_at": day + dt.timedelta(days=1), "closes_at": day + dt.timedelta(days=8)}

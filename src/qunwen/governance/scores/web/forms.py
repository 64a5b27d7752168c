"""Plain forms of scores: each answers one action."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunwen.base.places import queries as places
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.ui.web.desk import DayInput, ManyFilesField, ManyFilesInput
from qunwen.governance.scores import wording
from qunwen.governance.scores.access import Permission
from qunwen.governance.scores.enums import ItemKind, Subjects
from qunwen.governance.scores.models import ScoreEntry
from qunwen.governance.scores.queries import may_enter
from qunwen.governance.scores.scoring import DONE, NOT_DONE
from qunwen.governance.scores.sheets import Item, Sheet, Veto, say_points
from qunwen.governance.scores.spans import Span

BELOW = {
    Subjects.COUNTY: places.counties_of, Subjects.TOWN: places.towns_of, Subjects.VILLAGE: places.villages_of,
    Subjects.PROJECT: places.counties_of,
}  # fmt: skip


def item_choices(sheet: Sheet) -> list[tuple[str, str]]:
    """What can be entered by hand."""
    return [
        (
            code,
            f"{wording.title_of(each)}（{_('一票否决')}）"
            if isinstance(each, Veto) and not each.unless
            else wording.title_of(each),
        )
        for code, each in sheet.by_code.items()
        if may_enter(each)
    ]


def category_choices(item: Any) -> list[tuple[str, str]]:
    """The categories of an item; none where it has only one sort."""
    if not isinstance(item, Item):
        return []
    if item.kind == ItemKind.BASE:
        return [] if item.asks == "duties" else [(DONE, str(_("已落实"))), (NOT_DONE, str(_("未落实")))]
    return [
        (each.code, f"{wording.title_of(each)}（{say_points(each.points)}）") for each in item.categories if each.code
    ]


class EntryForm(forms.Form):
    """One entry under an item. Fields that the item does not know are not there."""

    title = forms.CharField(label=_("事项"), max_length=120, help_text=_("例如：缺席 3 月社区广场舞展演"))
    place = forms.ChoiceField(label=_("评分对象"))
    project = forms.CharField(label=_("项目"), max_length=60)
    category = forms.ChoiceField(label=_("细项"))
    day = forms.DateField(label=_("发生日期"), widget=DayInput, help_text=_("按这个日期计入评分时期"))
    number = forms.DecimalField(label=_("数量"), min_value=0, max_digits=7, decimal_places=2)
    due = forms.DateField(label=_("应完成日期"), required=False, widget=DayInput)
    late_until = forms.DateField(
        label=_("迟报截止日期"), required=False, widget=DayInput, help_text=_("没有迟报期就空着")
    )
    done = forms.DateField(label=_("完成日期"), required=False, widget=DayInput, help_text=_("还没完成就空着"))
    note = forms.CharField(label=_("说明"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    photos = ManyFilesField(
        label=_("佐证材料"), required=False, help_text=_("照片、签到表、报刊版面、通报文件等"),
        widget=ManyFilesInput(attrs={"multiple": True}),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        sheet: Sheet,
        item: Any,
        root: Place,
        span: Span,
        entry: ScoreEntry | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.item = sheet, item
        self._shape()
        if entry is not None:
            del self.fields["place"], self.fields["photos"]
            self.fields.pop("project", None)
            self.fields["reason"] = forms.CharField(label=_("更正的原因"), max_length=200)
            return
        rows = BELOW[sheet.subjects](root.pk, on=span.start).select_related("parent")
        villages = sheet.subjects == Subjects.VILLAGE
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (row.code, f"{row.parent.name} {row.name}" if villages and row.parent else row.name)
            for row in rows
            if asking.may(Permission.ENTER, place=row.code)
        ]

    def _shape(self) -> None:
        item, fields = self.item, self.fields
        kinds = category_choices(item)
        if kinds:
            fields["category"].choices = kinds  # type: ignore[attr-defined]
        else:
            del fields["category"]
        duties = isinstance(item, Item) and item.kind == ItemKind.BASE and item.asks == "duties"
        dated = duties or (not isinstance(item, (Item, Veto)))
        if not dated:
            del fields["late_until"]
            del fields["due"]
            # Rectified: a fund that was put in place, a veto that lifts.
            lifts = (isinstance(item, Veto) and item.lifts) or (isinstance(item, Item) and item.kind == ItemKind.BASE)
            if not lifts:
                del fields["done"]
        else:
            fields["due"].required = True
            if not duties:
                del fields["late_until"]
        if isinstance(item, Item) and item.kind == ItemKind.JUDGED:
            fields["number"].label = _("评议得分")
            fields["number"].help_text = _("0 至 %(most)s 分") % {"most": say_points(item.base)}
        elif isinstance(item, Item) and item.kind in (ItemKind.MINUS, ItemKind.PLUS):
            fields["number"].initial = 1
        else:
            del fields["number"]
        if self.sheet.subjects != Subjects.PROJECT:
            fields.pop("project", None)

    def about(self) -> dict[str, Any]:
        """What the actions take, without place, photographs and reason."""
        found = {k: v for k, v in self.cleaned_data.items() if k not in ("place", "photos", "reason")}
        if "number" in found:
            found["number"] = Fraction(found["number"])
        return found


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class DecideForm(forms.Form):
    """Whether it counts."""

    adopted = forms.ChoiceField(
        label=_("是否计入"), choices=[("yes", _("计入评分")), ("no", _("不予采用"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("说明"), required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不予采用时要写明原因"),
    )  # fmt: skip


class FinishForm(forms.Form):
    """When it was done."""

    done = forms.DateField(label=_("完成日期"), widget=DayInput)


class FilesForm(forms.Form):
    """Evidence."""

    photos = ManyFilesField(label=_("佐证材料"), widget=ManyFilesInput(attrs={"multiple": True}))


class PublishForm(forms.Form):
    """Nothing to fill in: a word that it is meant."""

    sure = forms.BooleanField(label=_("我已核对，公布后这份排名不再改动"))


def first_of(span: Span, today: dt.date) -> dt.date:
    """The day a form begins with: today while the span runs, else its last day."""
    return today if span.holds(today) else min(max(today, span.start), span.last_day)

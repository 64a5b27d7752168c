"""The sheet: one question an element, last period's answer beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunwen.base.ui.web.desk import ManyFilesField, ManyFilesInput
from qunwen.governance.indicators.language.definitions import Element
from qunwen.governance.returns import elements
from qunwen.governance.returns.actions import Said
from qunwen.governance.returns.enums import Answer
from qunwen.governance.returns.models import ReturnedValue

_CHOICES = [(one.value, one.label) for one in Answer]
_FLAG = [("", gettext_lazy("未填")), ("1", gettext_lazy("有")), ("0", gettext_lazy("没有"))]


@dataclass
class Question:
    """One element on the sheet."""

    element: Element
    title: str
    number: forms.BoundField
    answer: forms.BoundField
    seen: forms.BoundField
    standing: ReturnedValue | None
    shown: str
    before: str
    doubts: list[str] = field(default_factory=list)


class SheetForm(forms.Form):
    """Every element a place reports for a period. `standing` is what it said, `before` what it said last time."""

    reason = forms.CharField(
        label=gettext_lazy("更正原因"), required=False, max_length=200,
        help_text=gettext_lazy("改动已经填过的数时必须写明；旧数和原因都会留下。"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, asked: Sequence[Element], standing: Mapping[str, ReturnedValue],
        before: Mapping[str, ReturnedValue], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.asked, self.standing, self.before = list(asked), standing, before
        for element in asked:
            self._add(element, standing.get(element.code))

    def _add(self, element: Element, now: ReturnedValue | None) -> None:
        code = element.code
        number = "" if now is None or now.value is None else elements.written(element, now.value)
        title = elements.title(element)
        if elements.is_flag(element):
            self.fields[code] = forms.ChoiceField(label=title, choices=_FLAG, required=False, initial=number)
        else:
            attrs = {"inputmode": "decimal", "autocomplete": "off"}
            self.fields[code] = forms.CharField(
                label=title, required=False, initial=number, widget=forms.TextInput(attrs=attrs)
            )
        self.fields[f"{code}:answer"] = forms.ChoiceField(
            label=_("%(title)s：填法") % {"title": title}, choices=_CHOICES, required=False,
            initial=now.answer if now else Answer.VALUE,
        )  # fmt: skip
        self.fields[f"{code}:seen"] = forms.IntegerField(
            required=False, min_value=0, initial=now.revision if now else 0, widget=forms.HiddenInput
        )

    def clean(self) -> dict[str, Any]:
        """Numbers as stored integers; what was said before may be corrected here but not emptied."""
        data: dict[str, Any] = super().clean() or {}
        self.answers: list[Said] = []
        for element in self.asked:
            said = self._said(element, data)
            if said is not None:
                self.answers.append(said)
        return data

    def _said(self, element: Element, data: dict[str, Any]) -> Said | None:
        code, now = element.code, self.standing.get(element.code)
        text, answer = (data.get(code) or "").strip(), data.get(f"{code}:answer") or Answer.VALUE
        note = now.note if now else ""
        about = {"note": note, "reason": data.get("reason", ""), "seen": data.get(f"{code}:seen") or 0}
        if answer != Answer.VALUE:
            if (
                text
                and not elements.is_flag(element)
                and (now is None or text != self.get_initial_for_field(self.fields[code], code))
            ):
                self.add_error(code, _("填了数，又选了“%(answer)s”，请只留一样。") % {"answer": Answer(answer).label})
                return None
            return Said(code, answer, **about)
        if not text:
            if now is not None and now.answer == Answer.VALUE:
                self.add_error(code, _("已经填过的数不能清空；填错了就改，不该填就到这个数的页面撤回。"))
            elif now is not None:
                self.add_error(code, _("改为填数的，请填上数。"))
            return None
        try:
            return Said(code, Answer.VALUE, elements.read(element, text), **about)
        except elements.NumberRefused as refusal:
            self.add_error(code, str(refusal))
            return None

    def see_again(self, standing: Mapping[str, ReturnedValue]) -> None:
        """After somebody else's answer: the next sending is a correction of what stands now."""
        self.data = self.data.copy()
        for code, row in standing.items():
            if f"{code}:seen" in self.fields:
                self.data[f"{code}:seen"] = str(row.revision)
        self.standing = standing

    def sections(self) -> Iterator[tuple[str, list[Question]]]:
        """(name of the part, its questions) in the order of the definitions."""
        found: dict[str, list[Question]] = {}
        for element in self.asked:
            found.setdefault(elements.section(element), []).append(self._question(element))
        yield from found.items()

    def _question(self, element: Element) -> Question:
        code = element.code
        now, last = self.standing.get(code), self.before.get(code)
        previous = last.value if last else None
        doubts = elements.doubts(element, now.value, previous) if now and now.value is not None else []
        return Question(
            element, elements.title(element), self[code], self[f"{code}:answer"], self[f"{code}:seen"], now,
            _shown(element, now), _shown(element, last), [one.text for one in doubts],
        )  # fmt: skip


def _shown(element: Element, row: ReturnedValue | None) -> str:
    if row is None:
        return ""
    return elements.shown(element, row.value) if row.value is not None else str(row.get_answer_display())


class ProofForm(forms.Form):
    """Scans or photographs of the register from which a number was taken."""

    files = ManyFilesField(
        label=gettext_lazy("佐证材料"), help_text=gettext_lazy("照片、PDF、Word、Excel，可选多个；只有工作人员能看到"),
        widget=ManyFilesInput(attrs={"multiple": True, "accept": "image/jpeg,image/png,image/webp,.pdf,.docx,.xlsx,.txt"}),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Why an answer is taken back."""

    reason = forms.CharField(label=gettext_lazy("撤回原因"), max_length=200)

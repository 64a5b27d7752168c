"""Forms of changes of divisions; each makes one change, and the same values always make the same one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunwen.base.journal.actors import Actor
from qunwen.base.places import actions, queries
from qunwen.base.places.access import Permission
from qunwen.base.places.actions import NewPlace
from qunwen.base.places.actions.succeeding import free_code
from qunwen.base.places.models import Place, PlaceChange
from qunwen.base.places.problems import CodeTaken, DateRefused, NotInUse, PlaceProblem
from qunwen.base.scope.codes import LENGTHS, Level
from qunwen.base.ui.web.desk import DayInput

from .loaded import chosen_places

PARTS = 4
CODE_HELP = gettext_lazy("统计用区划代码，短码：乡级 9 位、村级 12 位；撤销过的代码不能再用")


class ChangeForm(forms.Form):
    """The day and the document of a change."""

    on = forms.DateField(
        label=gettext_lazy("生效日期"), widget=DayInput, help_text=gettext_lazy("当天起按新区划；不能是将来的日子")
    )
    document = forms.CharField(
        label=gettext_lazy("批准文件"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("例如：川府民政〔2025〕12号"),
    )

    def __init__(self, *args: Any, place: Place, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.today = place, today
        self.arrange()
        self.order_fields([name for name in self.fields if name not in ("on", "document")] + ["on", "document"])

    def arrange(self) -> None:
        """Fields that depend on the place."""

    def make(self, *, by: Actor, at: dt.datetime) -> PlaceChange:
        """Make the change. Raises PlaceProblem or Forbidden."""
        raise AssertionError("each form makes its own change")

    def about(self, by: Actor, at: dt.datetime) -> dict[str, Any]:
        """What every change takes."""
        return {"on": self.cleaned_data["on"], "document": self.cleaned_data["document"], "by": by, "at": at}

    def digest(self) -> str:
        """Names the values, so that only what was previewed is confirmed."""
        values = {
            name: self.data.getlist(name) if hasattr(self.data, "getlist") else self.data.get(name)
            for name in self.fields
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()

    def refuse(self, problem: PlaceProblem) -> None:
        """Put the refusal at the field it is about."""
        place = {DateRefused: "on", NotInUse: "on", CodeTaken: "code"}.get(type(problem), "")
        self.add_error(place if place in self.fields else None, str(problem))

    def beside(self) -> list[tuple[str, str]]:
        """(code, name) of the other places of the same level in use in the same county."""
        county = self.place.pk[: LENGTHS[Level.COUNTY]]
        found = queries.choices(county, level=Level(self.place.level), on=self.today)
        return [one for one in found if one[0] != self.place.pk]


class RenameForm(ChangeForm):
    """A new name."""

    name = forms.CharField(label=gettext_lazy("新名称"), max_length=80)

    def make(self, *, by: Actor, at: dt.datetime) -> PlaceChange:
        return actions.rename_place(place=self.place, name=self.cleaned_data["name"], **self.about(by, at))


class MergeForm(ChangeForm):
    """This place and others become one."""

    others = forms.MultipleChoiceField(
        label=gettext_lazy("与哪些区划合并"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=gettext_lazy("只列同一上级下的；别处的请先划转过来"),
    )  # fmt: skip
    into = forms.ChoiceField(label=gettext_lazy("合并成"))
    code = forms.CharField(label=gettext_lazy("新区划代码"), max_length=12, required=False, help_text=CODE_HELP)
    name = forms.CharField(label=gettext_lazy("新区划名称"), max_length=80, required=False)

    def arrange(self) -> None:
        rows = self.place.parent.children.exclude(pk=self.place.pk) if self.place.parent else Place.objects.none()
        siblings = [(one.pk, one.name) for one in queries.in_use(rows, self.today).order_by("code")]
        self.fields["others"].choices = siblings
        kept = [(self.place.pk, _("保留“%(name)s”，其他的并入") % {"name": self.place.name})]
        kept += [(code, _("并入“%(name)s”") % {"name": name}) for code, name in self.beside()]
        self.fields["into"].choices = [("", _("请选择")), ("new", _("设一个新区划（下面填代码和名称）")), *kept]

    def clean(self) -> dict[str, Any]:
        """At least two places come together; a new one has code and name."""
        data: dict[str, Any] = super().clean() or {}
        into, others = data.get("into"), set(data.get("others") or ())
        if into == "new":
            for field in ("code", "name"):
                if not data.get(field, "").strip() and field not in self.errors:
                    self.add_error(field, _("设新区划要填代码和名称。"))
        if into and not (others - {into}) and into in ("new", self.place.pk):
            self.add_error("others", _("请至少勾选一个要合并的区划。"))
        return data

    def make(self, *, by: Actor, at: dt.datetime) -> PlaceChange:
        data = self.cleaned_data
        codes = [self.place.pk, *(code for code in data["others"] if code != self.place.pk)]
        found = {one.pk: one for one in Place.objects.filter(pk__in=[*codes, data["into"]])}
        into = NewPlace(data["code"].strip(), data["name"]) if data["into"] == "new" else found[data["into"]]
        return actions.merge_places(places=[found[code] for code in codes], into=into, **self.about(by, at))


class SplitForm(ChangeForm):
    """This place becomes several."""

    stays = forms.BooleanField(
        label=gettext_lazy("原区划保留，只分出一部分"),
        required=False,
        help_text=gettext_lazy("保留的仍用原代码和原名称"),
    )

    def arrange(self) -> None:
        for n in range(1, PARTS + 1):
            self.fields[f"code_{n}"] = forms.CharField(
                label=_("新区划 %(n)d 代码") % {"n": n},
                max_length=12,
                required=False,
                help_text=CODE_HELP if n == 1 else "",
            )
            self.fields[f"name_{n}"] = forms.CharField(
                label=_("新区划 %(n)d 名称") % {"n": n}, max_length=80, required=False
            )
        goes = [
            ("", _("请选择")),
            ("stay", _("留在原区划")),
            *((str(n), _("归新区划 %(n)d") % {"n": n}) for n in range(1, PARTS + 1)),
        ]
        self.children = list(queries.in_use(self.place.children.order_by("code"), self.today))
        for child in self.children:
            self.fields[f"child_{child.pk}"] = forms.ChoiceField(label=child.name, choices=goes, required=False)

    def clean(self) -> dict[str, Any]:
        """Code and name go together; every child has a place to go."""
        data: dict[str, Any] = super().clean() or {}
        named = {
            n for n in range(1, PARTS + 1) if data.get(f"code_{n}", "").strip() or data.get(f"name_{n}", "").strip()
        }
        for n in named:
            for field in (f"code_{n}", f"name_{n}"):
                if not data.get(field, "").strip():
                    self.add_error(field, _("代码和名称要一起填。"))
        for child in self.children:
            goes = data.get(f"child_{child.pk}") or ("stay" if data.get("stays") else "")
            if goes == "stay" and not data.get("stays"):
                self.add_error(f"child_{child.pk}", _("原区划不保留，请选新区划。"))
            elif not goes or (goes != "stay" and int(goes) not in named):
                self.add_error(f"child_{child.pk}", _("请选它归到哪一个。"))
        return data

    def make(self, *, by: Actor, at: dt.datetime) -> PlaceChange:
        data = self.cleaned_data
        codes = {str(n): data[f"code_{n}"].strip() for n in range(1, PARTS + 1) if data[f"code_{n}"].strip()}
        into: list[Place | NewPlace] = [NewPlace(code, data[f"name_{n}"]) for n, code in codes.items()]
        if data["stays"]:
            into.insert(0, self.place)
        homes = {**codes, "stay": self.place.pk, "": self.place.pk}
        children = {child.pk: homes[data[f"child_{child.pk}"]] for child in self.children}
        return actions.split_place(place=self.place, into=into, children=children, **self.about(by, at))


class MoveForm(ChangeForm):
    """This place under another parent."""

    to = forms.ChoiceField(label=gettext_lazy("划入"))
    code = forms.CharField(
        label=gettext_lazy("新代码"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("空着就沿用原来的末几位，被占用时用下一个空号"),
    )

    def arrange(self) -> None:
        found = chosen_places(Permission.CHANGE, on=self.today)
        size = LENGTHS[Level(self.place.level - 1)] if self.place.level > Level.PROVINCE else 0
        rows = [(code, name) for code, name in found if len(code) == size and code != self.place.parent_id]
        self.fields["to"].choices = [("", _("请选择")), *rows]

    def make(self, *, by: Actor, at: dt.datetime) -> PlaceChange:
        to = Place.objects.get(pk=self.cleaned_data["to"])
        code = self.cleaned_data["code"].strip() or free_code(to, self.place)
        return actions.move_place(place=self.place, to=to, code=code, **self.about(by, at))


class DissolveForm(ChangeForm):
    """This place ends and nothing follows it."""

    def make(self, *, by: Actor, at: dt.datetime) -> PlaceChange:
        return actions.dissolve_place(place=self.place, **self.about(by, at))

"""What stands in the form that a rush hands in: read without Django's forms, which cost more than the rest of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from qunwen.base.people.enums import AgeGroup

from .passes import Pass

COMPANIONS = 3  # rows of the form, as on the ordinary page
LONGEST_NAME = 40
_GROUPS = frozenset(AgeGroup.values)


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody chose and typed; shown again as it was whenever there is no answer yet."""

    ticket: str
    members: tuple[str, ...]
    companions: tuple[tuple[str, str], ...]

    def people(self, made: Pass) -> list[str | tuple[str, str]]:
        """Those who come, in the order of the form: family first."""
        chosen: list[str | tuple[str, str]] = [one for one, _name in made.family if one in self.members]
        return chosen + [(name, group or AgeGroup.UNKNOWN) for name, group in self.companions if name]

    def wrong(self, made: Pass) -> dict[str, str]:
        """What cannot be, by field: `members`, `name0` … Empty when all is well."""
        found = {}
        if not self.people(made):
            found["members"] = _("请至少选一位参加的人。")
        elif len(self.people(made)) > made.most:
            found["members"] = _("每次最多报 %(limit)s 人，您选了 %(n)s 人。") % {
                "limit": made.most,
                "n": len(self.people(made)),
            }
        for number, (name, group) in enumerate(self.companions):
            if group and not name:
                found[f"name{number}"] = _("请填写同伴的姓名，或把这一行清空。")
            elif len(name) > LONGEST_NAME:
                found[f"name{number}"] = _("姓名最多 %(n)s 个字。") % {"n": LONGEST_NAME}
        return found


def read(body: bytes) -> Typed:
    """The form's body. Whatever is not one of its fields is left out."""
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=60)
    companions = [(_first(fields, f"name{n}"), _first(fields, f"group{n}")) for n in range(COMPANIONS)]
    return Typed(
        ticket=_first(fields, "ticket"),
        members=tuple(fields.get("members", ())),
        companions=tuple((name, group if group in _GROUPS else "") for name, group in companions),
    )


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return fields.get(name, ("",))[0].replace("\x00", "").strip()

"""What a fee rule says: caps, exemptions and refunds, each with the clause it rests on."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .reading import CERTAINTIES, Table, read

FOLDER = Path(__file__).parent / "definitions"
KINDS = ("cap", "exempt", "refund")
PER = ("period", "day", "month")
PROVIDERS = ("school", "outside")
STAGES = ("primary", "junior", "senior")
LOCALITIES = ("town", "rural")
CONTENTS = ("basic", "extended")
ABSENCES = ("leave", "sick", "absent")
HOW = ("each", "run", "half_month", "none")
# Groups certified by an authority; the words for them are in enums.ReliefGroup.
GROUPS = ("poor", "subsistence", "orphan", "disabled", "martyr", "left_behind")


@dataclass(frozen=True)
class Clause:
    """What the document says, and how sure that is."""

    text: str
    en: str
    certainty: str


@dataclass(frozen=True)
class Setting:
    """Where and how a class is held, as far as caps differ by it."""

    provider: str = "school"
    stage: str = "primary"
    locality: str = "town"
    content: str = "basic"


@dataclass(frozen=True)
class Cap:
    """At most `fen` for a child per period, day or month, for what matches; "" and () match everything."""

    per: str
    fen: int
    clause: Clause
    provider: str = ""
    stage: tuple[str, ...] = ()
    locality: str = ""
    content: str = ""

    def covers(self, setting: Setting) -> bool:
        """Whether it is for classes like this."""
        return (
            self.provider in ("", setting.provider)
            and (not self.stage or setting.stage in self.stage)
            and self.locality in ("", setting.locality)
            and self.content in ("", setting.content)
        )


@dataclass(frozen=True)
class Exempt:
    """The share of the fee that children of these certified groups do not pay."""

    groups: tuple[str, ...]
    share: tuple[int, int]
    clause: Clause


@dataclass(frozen=True)
class RefundRule:
    """What absence gives back.

    each: every period missed in one of the ways that count. run: from `days` service days missed in a row, all of
    them. half_month: missed half of the month's service days in a row, half the month's fee; all of them, all of it.
    none: nothing.
    """

    how: str
    counts: tuple[str, ...]
    clause: Clause
    days: int = 0


@dataclass(frozen=True)
class FeeRule:
    """One document for one area and time."""

    code: str
    title: str
    en: str
    area: tuple[str, ...]
    valid_from: dt.date
    valid_to: dt.date | None
    doc: str
    certainty: str
    locator: str
    caps: tuple[Cap, ...]
    exempts: tuple[Exempt, ...]
    refund: RefundRule
    file: str = field(default="", compare=False)

    def on(self, day: dt.date) -> bool:
        """Whether it holds on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def cap(self, per: str, setting: Setting) -> Cap | None:
        """The lowest cap of that kind for such a class."""
        return min(
            (cap for cap in self.caps if cap.per == per and cap.covers(setting)), key=lambda cap: cap.fen, default=None
        )

    def exempt(self, group: str) -> Exempt | None:
        """What the group does not pay."""
        return next((one for one in self.exempts if group in one.groups), None)

    @functools.cached_property
    def sha256(self) -> str:
        """The hash of what decides an amount: a bill keeps it."""
        plain: dict[str, Any] = {
            "code": self.code,
            "area": self.area,
            "valid": [self.valid_from.isoformat(), self.valid_to.isoformat() if self.valid_to else None],
            "caps": [[c.per, c.fen, c.provider, c.stage, c.locality, c.content] for c in self.caps],
            "exempts": [[e.groups, e.share] for e in self.exempts],
            "refund": [self.refund.how, self.refund.counts, self.refund.days],
        }
        return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


_HEAD = ("code", "title", "en", "area", "valid", "source")


def parse(text: str, *, file: str) -> FeeRule:
    """The rule of a file. Raises FeeRuleError with file and line."""
    head, tables = read(text, file=file, kinds=KINDS)
    head.only(*_HEAD)
    source = _source(head)
    since, until = head.dates("valid")
    area = head.words("area", empty=True)
    if any(not (code.isdigit() and len(code) in (2, 4, 6)) for code in area):
        raise head.problem("area", _("area 只能写 2、4 或 6 位区划代码"))
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for kind, table in tables:
        found[kind].append(_PARSERS[kind](table, source["certainty"]))
    if not found["cap"]:
        raise head.problem("code", _("至少要有一条 [[cap]]"))
    if len(found["refund"]) != 1:
        raise head.problem("code", _('要有且只有一条 [[refund]]，不退费的写 how = "none"'))
    return FeeRule(
        code=head.text("code"), title=head.text("title"), en=head.text("en"), area=area, valid_from=since,
        valid_to=until, doc=source["doc"], certainty=source["certainty"], locator=source.get("locator", ""),
        caps=tuple(found["cap"]), exempts=tuple(found["exempt"]), refund=found["refund"][0], file=file,
    )  # fmt: skip


def _source(head: Table) -> dict[str, Any]:
    raw = head.data.get("source")
    if not isinstance(raw, dict) or set(raw) - {"doc", "certainty", "year", "locator"}:
        raise head.problem("source", _("要用 source 写明文件 doc 和把握程度 certainty"))
    if not isinstance(raw.get("doc"), str) or not raw["doc"].strip():
        raise head.problem("source", _("source 要写明文件 doc"))
    if raw.get("certainty") not in CERTAINTIES:
        raise head.problem("source", _("certainty 只能是：%(all)s") % {"all": "、".join(CERTAINTIES)})
    return raw


def _clause(table: Table, certainty: str) -> Clause:
    return Clause(table.text("clause"), table.text("en"), table.one_of("certainty", CERTAINTIES, default=certainty))


def _cap(table: Table, certainty: str) -> Cap:
    table.only("per", "fen", "clause", "en", "certainty", "provider", "stage", "locality", "content")
    return Cap(
        per=table.one_of("per", PER), fen=table.fen("fen"), clause=_clause(table, certainty),
        provider=table.one_of("provider", ("", *PROVIDERS), default=""), stage=table.words("stage", STAGES, empty=True),
        locality=table.one_of("locality", ("", *LOCALITIES), default=""),
        content=table.one_of("content", ("", *CONTENTS), default=""),
    )  # fmt: skip


def _exempt(table: Table, certainty: str) -> Exempt:
    table.only("groups", "share", "clause", "en", "certainty")
    return Exempt(table.words("groups", GROUPS), table.share("share"), _clause(table, certainty))


def _refund(table: Table, certainty: str) -> RefundRule:
    table.only("how", "counts", "days", "clause", "en", "certainty")
    how = table.one_of("how", HOW)
    days = table.data.get("days", 0)
    if (how == "run") != (type(days) is int and 2 <= days <= 31):
        raise table.problem("days", _('how = "run" 时（且只有这时）要写 days，2 到 31 的整数'))
    counts = table.words("counts", ABSENCES, empty=how == "none")
    return RefundRule(how, counts, _clause(table, certainty), days)


_PARSERS = {"cap": _cap, "exempt": _exempt, "refund": _refund}


@functools.cache
def shipped() -> tuple[FeeRule, ...]:
    """The rules that come with the house. Raises FeeRuleError when one is wrong or two collide."""
    return gather((path.name, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml")))


def gather(files: Iterable[tuple[str, str]]) -> tuple[FeeRule, ...]:
    """Rules of (file name, text). Raises FeeRuleError: wrong, a code twice, or two for one area at one time."""
    rules = tuple(parse(text, file=name) for name, text in files)
    for number, rule in enumerate(rules):
        for other in rules[:number]:
            if rule.code == other.code:
                raise Table({}, rule.file, 1, {}).problem("", _("代码“%(code)s”已经用过") % {"code": rule.code})
            if _same_place(rule, other) and _same_time(rule, other):
                words = {"code": other.code}
                raise Table({}, rule.file, 1, {}).problem("", _("与“%(code)s”同一地区、时间重叠") % words)
    return rules


def _same_place(one: FeeRule, other: FeeRule) -> bool:
    return bool(set(one.area) & set(other.area)) or (not one.area and not other.area)


def _same_time(one: FeeRule, other: FeeRule) -> bool:
    return (other.valid_to is None or one.valid_from <= other.valid_to) and (
        one.valid_to is None or other.valid_from <= one.valid_to
    )


class NoFeeRule(ValueError):
    """No rule holds in that county on that day."""


def rule_for(county: str, day: dt.date, rules: Sequence[FeeRule] | None = None) -> FeeRule:
    """The rule nearest to the county that holds on the day. Raises NoFeeRule."""
    best: tuple[int, FeeRule] | None = None
    for rule in shipped() if rules is None else rules:
        if not rule.on(day):
            continue
        near = max((len(prefix) for prefix in rule.area if county.startswith(prefix)), default=-1)
        if rule.area and near < 0:
            continue
        if best is None or near > best[0]:
            best = (near, rule)
    if best is None:
        raise NoFeeRule(_("%(day)s 没有适用的课后服务收费规定。") % {"day": f"{day:%Y-%m-%d}"})
    return best[1]

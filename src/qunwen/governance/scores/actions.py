"""Everything that changes scores: entries, what is decided on them, rankings that are published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, nothing_changed, record
from qunwen.base.people.models import Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import LENGTHS, Level, county_of

from . import known, queries
from .access import Permission
from .enums import LIVE, Entry, EntryState, ItemKind, Subjects
from .models import PublishedRanking, ScoreEntry
from .scoring import DONE, NOT_DONE
from .sheets import Item, Reset, Sheet, Veto
from .spans import Span

MOST = 10_000
LEVELS = {Subjects.COUNTY: Level.COUNTY, Subjects.TOWN: Level.TOWN, Subjects.VILLAGE: Level.VILLAGE}


@action
def add_entry(
    *,
    sheet: str,
    item: str,
    place: Place,
    unit: Unit,
    title: str,
    day: dt.date,
    by: Actor,
    at: dt.datetime,
    **about: Any,
) -> ScoreEntry:
    """Enter something that an item of a sheet speaks of.

    `about`: category, number (int or Fraction), due, late_until, done, note, project. What needs somebody's decision
    waits for it. Raises ValidationError at the fields, Forbidden.
    """
    asking.require(Permission.ENTER, place=place.pk, unit=unit.pk, owner=by.id)
    row = _made(sheet, item, place=place, unit=unit, title=title, day=day, by=by, at=at, about=about)
    row.save(force_insert=True)
    after = {
        "sheet": row.sheet,
        "item": row.item,
        "title": row.title,
        "day": day,
        "number": str(row.value),
        "state": row.state,
    }
    record(code=Entry.ADDED, by=by, at=at, subject=row, place=place.pk, after=after)
    return row


@action
def correct_entry(*, entry: ScoreEntry, new: Mapping[str, Any], reason: str, by: Actor, at: dt.datetime) -> ScoreEntry:
    """Put an entry right: the old one stays to be read, a new one counts (and is decided on anew where that is needed).

    `new`: title, day, category, number, due, late_until, done, note. Raises ValidationError, Forbidden.
    """
    asking.require(Permission.ENTER, on=entry)
    _has_reason(reason)
    about: dict[str, Any] = {
        name: getattr(entry, name) for name in ("category", "due", "late_until", "done", "note", "project")
    }
    about |= {"number": entry.value, "title": entry.title, "day": entry.day, **new}
    title, day = about.pop("title"), about.pop("day")
    row = _made(
        entry.sheet, entry.item, place=entry.place, unit=entry.unit, title=title, day=day, by=by, at=at, about=about
    )
    _moved(entry, {EntryState.WAITING, EntryState.COUNTED}, state=EntryState.REPLACED)
    row.corrects, row.reason, row.filed_on = entry, reason.strip(), entry.filed_on
    row.save(force_insert=True)
    record(
        code=Entry.CORRECTED, by=by, at=at, subject=row, place=row.place_id,
        before={"title": entry.title, "day": entry.day, "number": str(entry.value), "category": entry.category},
        after={
            "title": row.title, "day": row.day, "number": str(row.value), "category": row.category, "reason": row.reason,
            "corrects": entry.pk,
        },
    )  # fmt: skip
    return row


@action
def withdraw_entry(*, entry: ScoreEntry, reason: str, by: Actor, at: dt.datetime) -> ScoreEntry:
    """Take an entry back, with the reason. Raises ValidationError, Forbidden."""
    asking.require(Permission.ENTER, on=entry)
    _has_reason(reason)
    before = entry.state
    _moved(entry, LIVE, state=EntryState.WITHDRAWN, reason=reason.strip())
    record(
        code=Entry.WITHDRAWN, by=by, at=at, subject=entry, place=entry.place_id,
        before={"state": before}, after={"state": entry.state, "reason": entry.reason},
    )  # fmt: skip
    return entry


@action
def decide_entry(*, entry: ScoreEntry, adopted: bool, by: Actor, at: dt.datetime, reason: str = "") -> ScoreEntry:
    """Say whether an entry counts. Who entered it does not decide on it; a refusal has a reason.

    Raises ValidationError, Forbidden.
    """
    asking.require(Permission.DECIDE, on=entry)
    if by.id is not None and by.id == entry.entered_by:
        raise ValidationError(_("自己登记的事项要由别人确认。"))
    if not adopted:
        _has_reason(reason)
    _moved(
        entry, {EntryState.WAITING}, state=EntryState.COUNTED if adopted else EntryState.REFUSED, reason=reason.strip(),
        decided_by_name=by.name, decided_at=at,
    )  # fmt: skip
    record(
        code=Entry.DECIDED, by=by, at=at, subject=entry, place=entry.place_id, before={"state": EntryState.WAITING},
        after={"state": entry.state, "reason": entry.reason},
    )  # fmt: skip
    return entry


@action
def finish_entry(*, entry: ScoreEntry, done: dt.date, by: Actor, at: dt.datetime) -> ScoreEntry:
    """A duty was met, a finding put right, on that day. Raises ValidationError, Forbidden."""
    asking.require(Permission.ENTER, on=entry)
    if entry.due is None:
        raise ValidationError({"done": _("这一项没有应完成日期，不用登记完成。")})
    if done > day_of(at):
        raise ValidationError({"done": _("完成日期不能在今天以后。")})
    if done < entry.day:
        raise ValidationError({"done": _("完成日期不能早于发生日期。")})
    if entry.done == done:
        nothing_changed("same day")
        return entry
    if entry.done is not None:
        raise ValidationError({"done": _("已登记过完成日期，要改请用“更正”。")})
    _moved(entry, LIVE, done=done)
    record(code=Entry.FINISHED, by=by, at=at, subject=entry, place=entry.place_id, after={"done": done})
    return entry


@action
def publish_ranking(*, sheet: str, place: Place, span: Span, by: Actor, at: dt.datetime) -> PublishedRanking:
    """Freeze the ranking of a sheet as it is now, with the digest of every place's entries.

    Raises ValidationError when nothing is there to rank or entries still wait, Forbidden.
    """
    asking.require(Permission.PUBLISH, place=place.pk)
    chosen = _sheet(sheet)
    board = queries.board(chosen, place=place.pk, span=span, on=day_of(at))
    if not board.ranked:
        raise ValidationError(_("没有可以排名的对象。"))
    waiting = board.waiting
    if waiting:
        raise ValidationError(_("还有 %(n)d 条事项待确认，确认后再公布。") % {"n": waiting})
    row = PublishedRanking(
        county=county_of(place.pk), place=place, sheet=sheet, span=span.code, definition=chosen.canonical,
        title=f"{chosen.title} {span.label}"[:120], definition_sha256=chosen.sha256, rows=queries.frozen_rows(board),
        as_of=day_of(at), published_at=at, published_by=by.name,
    )  # fmt: skip
    row.save(force_insert=True)
    after = {"sheet": sheet, "period": span.code, "subjects": len(row.rows), "definition": row.definition_sha256}
    record(code=Entry.PUBLISHED, by=by, at=at, subject=row, place=place.pk, after=after)
    return row


def _sheet(code: str) -> Sheet:
    found = known.shipped().get(code)
    if found is None:
        raise ValidationError({"sheet": _("没有这张评分表。")})
    return found


def _made(
    sheet: str, item: str, *, place: Place, unit: Unit, title: str, day: dt.date, by: Actor, at: dt.datetime,
    about: Mapping[str, Any],
) -> ScoreEntry:  # fmt: skip
    chosen = _sheet(sheet)
    about = {"number": 1, **about}
    thing = chosen.by_code.get(item)
    if thing is None:
        raise ValidationError({"item": _("评分表里没有这一项。")})
    problems = _problems(chosen, thing, place, about, title=title, day=day, today=day_of(at))
    if problems:
        raise ValidationError(problems)
    value = Fraction(about.pop("number"))
    row = ScoreEntry(
        county=county_of(place.pk), place=place, unit=unit, sheet=sheet, item=item, title=title.strip(), day=day,
        number=value.numerator, whole=value.denominator, entered_by=by.id, entered_by_name=by.name, entered_at=at,
        filed_on=day_of(at), state=EntryState.WAITING if thing.confirm else EntryState.COUNTED, **about,
    )  # fmt: skip
    row.full_clean(validate_unique=False, validate_constraints=False)
    return row


def _problems(
    sheet: Sheet,
    thing: Item | Veto | Reset,
    place: Place,
    about: Mapping[str, Any],
    *,
    title: str,
    day: dt.date,
    today: dt.date,
) -> dict[str, str]:
    found: dict[str, str] = {}
    if not title.strip():
        found["title"] = _("请写明是什么事项。")
    if day > today and not about.get("due"):
        found["day"] = _("发生日期不能在今天以后。")
    level = LEVELS.get(sheet.subjects)
    if level is not None and len(place.pk) != LENGTHS[level]:
        found["place"] = _("这张表评的是%(whom)s。") % {"whom": sheet.subjects.label}
    if (sheet.subjects == Subjects.PROJECT) != bool(str(about.get("project", "")).strip()):
        found["project"] = _("项目评分要写明项目名称，其他评分不写。")
    if not isinstance(thing, Item) and getattr(thing, "expr", None) is not None:
        found["item"] = _("这一项由数据直接判断，不用登记。")
    return found | _item_problems(thing, about) | _date_problems(thing, about, today)


def _item_problems(thing: Item | Veto | Reset, about: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    value = Fraction(about["number"])
    category = str(about.get("category", ""))
    if not isinstance(thing, Item):
        return {"category": _("没有这个细项。")} if category else {}
    if thing.kind in (ItemKind.CONDITION, ItemKind.STEPS, ItemKind.SHEET) or thing.supply:
        return {"item": _("这一项由数据直接计算，不用登记。")}
    if thing.kind == ItemKind.JUDGED:
        if not 0 <= value <= thing.base:
            found["number"] = _("评议分在 0 到 %(most)s 之间。") % {"most": thing.base}
        elif value.denominator not in (1, 2, 4, 5, 10, 20, 25, 50, 100):
            found["number"] = _("分数最多两位小数。")
    elif value.denominator != 1 or not 1 <= value <= MOST:
        found["number"] = _("数量要写 1 到 %(most)d 的整数。") % {"most": MOST}
    allowed = {each.code for each in thing.categories}
    if thing.kind == ItemKind.BASE:
        allowed = {""} if thing.asks == "duties" else {DONE, NOT_DONE}
    if category not in (allowed or {""}):
        found["category"] = _("请选择一个细项。") if allowed - {""} else _("没有这个细项。")
    return found


def _date_problems(thing: Item | Veto | Reset, about: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    due, late, done = about.get("due"), about.get("late_until"), about.get("done")
    needs = isinstance(thing, Reset) or (
        isinstance(thing, Item) and thing.kind == ItemKind.BASE and thing.asks == "duties"
    )
    found: dict[str, str] = {}
    if needs and due is None:
        found["due"] = _("请写应完成日期。")
    if late is not None and (due is None or late < due):
        found["late_until"] = _("迟报截止日期不能早于应完成日期。")
    if done is not None and done > today:
        found["done"] = _("完成日期不能在今天以后。")
    return found


def _has_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("请写明原因。")})


def _moved(entry: ScoreEntry, allowed: Any, **new: Any) -> None:
    """Change a row that is still in one of the states, or say that somebody was faster."""
    rows = ScoreEntry.unscoped.filter(county=entry.county, pk=entry.pk, state__in=sorted(allowed))
    if not rows.update(**new):
        raise ValidationError(_("这条事项现在是“%(state)s”，不能这样办。") % {"state": _state_now(entry)})
    for name, value in new.items():
        setattr(entry, name, value)


def _state_now(entry: ScoreEntry) -> str:
    state = ScoreEntry.unscoped.filter(county=entry.county, pk=entry.pk).values_list("state", flat=True).first()
    return str(EntryState(state).label) if state else _("不存在")

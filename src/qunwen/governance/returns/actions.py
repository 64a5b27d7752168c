"""Everything that changes returned values: report, correct, withdraw, load a sheet, regrade by evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qunwen.base.evidence import queries as evidence
from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.models import JournalEntry
from qunwen.base.journal.recording import action, bulk, nothing_changed, record
from qunwen.base.measures import declare
from qunwen.base.measures.enums import Grade, Kind
from qunwen.base.measures.periods import Period
from qunwen.base.measures.touching import touch
from qunwen.base.papers.imports import ImportRefusedError, ParsedRow, SheetSpec, apply_sheet
from qunwen.base.papers.problems import RowRefusedError
from qunwen.base.papers.reading import OpenSheet
from qunwen.base.places.models import Place
from qunwen.base.scope import asking
from qunwen.base.scope.clock import day_of, local
from qunwen.base.scope.codes import Level, county_of
from qunwen.governance.indicators import catalogue
from qunwen.governance.indicators.language.definitions import Element

from . import elements
from .access import Permission
from .enums import Answer, Entry
from .measures import RECORD, feed_of
from .models import ReturnedValue


@dataclass(frozen=True)
class Said:
    """What a place says of one element. `seen`: the revision the person had before them (0: none), None: not checked."""

    element: str
    answer: str = Answer.VALUE
    value: int | None = None
    note: str = ""
    reason: str = ""
    seen: int | None = None


class SomebodyElse(ValidationError):
    """Another officer answered in the meantime; `theirs` is what stands now."""

    def __init__(self, element: str, theirs: ReturnedValue | None) -> None:
        super().__init__({element: [_told(elements.returned()[element], theirs)]})
        self.theirs = theirs


def _told(element: Element, theirs: ReturnedValue | None) -> str:
    if theirs is None:
        return _("这个数刚才被别人撤回了，请核对后重新保存。")
    said = elements.shown(element, theirs.value) if theirs.value is not None else theirs.get_answer_display()
    return _("%(who)s 在 %(when)s 已经填为“%(what)s”。请核对后再保存；您填的内容还在。") % {
        "who": theirs.entered_name or _("别人"),
        "when": f"{local(theirs.entered_at):%m-%d %H:%M}",
        "what": said,
    }


@action
def report_value(*, place: Place, period: Period, said: Said, by: Actor, at: dt.datetime) -> ReturnedValue:
    """What a place says of one element for a period.

    The same answer again changes nothing; another one is a correction and needs a reason. Raises ValidationError at
    the element's code (a measured element, a wrong level or period, a number that cannot be), SomebodyElse, Forbidden.
    """
    element = _element(said.element)
    asking.require(Permission.REPORT, place=place.pk)
    _check(element, place, period, day_of(at))
    said = _checked(element, said)
    standing = _standing(place, element.code, period)
    if standing is not None and _same(standing, said):
        nothing_changed("the same answer again")
        return standing
    if said.seen is not None and said.seen != (standing.revision if standing else 0):
        raise SomebodyElse(element.code, standing)
    if standing is not None and not said.reason.strip():
        raise ValidationError({element.code: _("更正已经填过的数，请写明原因。")})
    row = _write(place, period, said, standing, by=by, at=at)
    record(
        code=Entry.VALUE_CORRECTED if standing else Entry.VALUE_REPORTED, by=by, at=at, subject=row, place=place.pk,
        label=f"{element.title} {period.label_cn}",
        before=_told_of(standing) if standing else {},
        after=_told_of(row) | ({"reason": row.reason} if row.reason else {}),
    )  # fmt: skip
    _touch(element, row)
    return row


@action
def report_values(
    *, place: Place, period: Period, answers: Sequence[Said], by: Actor, at: dt.datetime
) -> list[ReturnedValue]:
    """A sheet of answers, all or none. Raises one ValidationError with every refusal at its element's code, Forbidden."""
    asking.require(Permission.REPORT, place=place.pk)
    problems: dict[str, list[str]] = {}
    written = []
    for said in answers:
        try:
            written.append(report_value(place=place, period=period, said=said, by=by, at=at))
        except ValidationError as refusal:
            problems.update(
                refusal.message_dict if hasattr(refusal, "error_dict") else {said.element: refusal.messages}
            )
    if problems:
        raise ValidationError(problems)
    if not answers:
        nothing_changed("an empty sheet")
    return written


@action
def withdraw_value(*, row: ReturnedValue, reason: str, by: Actor, at: dt.datetime) -> ReturnedValue:
    """Take an answer back: the place has then not reported. Raises ValidationError without a reason, SomebodyElse."""
    asking.require(Permission.REPORT, on=row)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明撤回的原因。")})
    if not _supersede(row, at):
        raise SomebodyElse(row.element, _standing(row.place, row.element, Period.of(row.period)))
    row.superseded_at = at
    record(
        code=Entry.VALUE_WITHDRAWN, by=by, at=at, subject=row, place=row.place_id, label=_label(row),
        before=_told_of(row), after={"reason": reason.strip()},
    )  # fmt: skip
    _touch(elements.returned().get(row.element), row)
    return row


@action
def import_values(
    *, spec: SheetSpec, sheet: OpenSheet, period: Period, reason: str, expected_sha256: str, by: Actor, at: dt.datetime
) -> dict[str, int]:
    """Write a whole sheet (a row a place, a column an element) or nothing; blank cells say nothing.

    Returns how many were written, corrected and already the same. Raises ImportRefusedError, Forbidden.
    """
    asking.require(Permission.IMPORT)
    told = {"values": 0, "corrected": 0, "known": 0}
    counties: set[str] = set()

    def write(batch: list[ParsedRow]) -> None:
        for row in batch:
            place: Place = row.values["place"]
            asking.require(Permission.IMPORT, place=place.pk)
            counties.add(county_of(place.pk))
            try:
                _import_row(place, period, row.values, reason, told, by=by, at=at)
            except ValidationError as refusal:
                raise RowRefusedError(" ".join(refusal.messages)) from None

    applied = apply_sheet(spec, sheet, write, batch_size=1, expected_sha256=expected_sha256)
    if told["values"] or told["corrected"]:
        for county in sorted(counties):
            bulk(
                code=Entry.SHEET_IMPORTED, by=by, at=at, model=ReturnedValue, place=county, counts=told,
                label=f"{period.label_cn} {applied.sha256[:12]}",
            )  # fmt: skip
    else:
        nothing_changed("every value was there already")
    return told


def _import_row(
    place: Place, period: Period, values: Mapping[str, object], reason: str, told: dict[str, int], *, by: Actor,
    at: dt.datetime,
) -> None:  # fmt: skip
    for code, said in values.items():
        if not isinstance(said, Said):
            continue
        element = _element(code)
        _check(element, place, period, day_of(at))
        standing = _standing(place, code, period)
        if standing is not None and _same(standing, said):
            told["known"] += 1
            continue
        if standing is not None and not reason.strip():
            raise ImportRefusedError(_("文件里有与已填不同的数，请写明更正的原因。"))
        row = _write(place, period, replace(said, reason=reason.strip() if standing else ""), standing, by=by, at=at)
        told["corrected" if standing else "values"] += 1
        _touch(element, row)


@action
def regrade(*, row: ReturnedValue, by: Actor, at: dt.datetime) -> None:
    """The evidence grade of an answer after files came or went: B with any, otherwise C."""
    kind, key = evidence.identity(row)
    grade = Grade.B if evidence.counts(kind, row.county, [key]) else Grade.C
    if grade == row.grade:
        nothing_changed("the same grade")
        return
    before, row.grade = row.grade, grade
    row.save(update_fields=["grade"])
    record(
        code=Entry.GRADE_CHANGED, by=by, at=at, subject=row, place=row.place_id, label=_label(row),
        before={"grade": before}, after={"grade": grade},
    )  # fmt: skip
    _touch(elements.returned().get(row.element), row)


def when_proved(*, entry: JournalEntry, by: Actor, at: dt.datetime) -> None:
    """Reaction: evidence came to a returned value, or went."""
    if entry.subject_type != RECORD:
        return
    row = ReturnedValue.unscoped.filter(county=entry.county, pk=entry.subject_id, superseded_at=None).first()
    if row is not None:
        regrade(row=row, by=by, at=at)


def _element(code: str) -> Element:
    found = elements.returned().get(code)
    if found is not None:
        return found
    measured = catalogue.elements().get(code)
    if measured is not None and measured.population:
        raise ValidationError({code: _("“%(title)s”取自人口数登记，不能手工填报。") % {"title": measured.title}})
    if measured is not None or any(m.code == code for m in declare.all()):
        name = measured.title if measured else declare.get(code).title
        raise ValidationError(
            {code: _("“%(title)s”由业务记录直接统计，不能手工填报；数不对请更正记录。") % {"title": name}}
        )
    raise ValidationError({code: _("没有“%(code)s”这个数据项。") % {"code": code}})


def _check(element: Element, place: Place, period: Period, today: dt.date) -> None:
    wrong = ""
    if place.level != elements.level(element):
        wrong = _("“%(title)s”由%(level)s填报。") % {
            "title": elements.title(element), "level": Level(elements.level(element)).label,
        }  # fmt: skip
    elif elements.rhythm(period) != elements.rule(element).every:
        wrong = _("“%(title)s”按%(every)s填报，不能填 %(period)s。") % {
            "title": elements.title(element), "every": elements.every_label(element), "period": period.label_cn,
        }  # fmt: skip
    elif not elements.is_open(period, today):
        wrong = _("%(period)s还没有结束，到最后一周才能填报。") % {"period": period.label_cn}
    elif not place.exists_on(period.last_day):
        wrong = _("%(place)s在%(period)s末不在用。") % {"place": place.name, "period": period.label_cn}
    if wrong:
        raise ValidationError({element.code: wrong})


def _checked(element: Element, said: Said) -> Said:
    if said.answer not in Answer.values:
        raise ValidationError({element.code: _("请填数，或选“不适用”“不公开”。")})
    if said.answer != Answer.VALUE:
        return replace(said, value=None)
    if said.value is None or said.value < 0:
        raise ValidationError({element.code: _("请填数，或选“不适用”“不公开”。")})
    if elements.is_flag(element) and said.value > 1:
        raise ValidationError({element.code: _("只能选“有”或“没有”。")})
    return said


def _standing(place: Place, element: str, period: Period) -> ReturnedValue | None:
    return ReturnedValue.unscoped.filter(
        county=county_of(place.pk), place=place, element=element, period=period.code, superseded_at=None
    ).first()


def _same(standing: ReturnedValue, said: Said) -> bool:
    return (standing.answer, standing.value, standing.note) == (said.answer, said.value, said.note.strip())


def _supersede(row: ReturnedValue, at: dt.datetime) -> bool:
    found = ReturnedValue.unscoped.filter(county=row.county, pk=row.pk, superseded_at=None)
    return bool(found.update(superseded_at=at))


def _write(
    place: Place, period: Period, said: Said, standing: ReturnedValue | None, *, by: Actor, at: dt.datetime
) -> ReturnedValue:
    if standing is not None and not _supersede(standing, at):
        raise SomebodyElse(said.element, _standing(place, said.element, period))
    county = county_of(place.pk)
    given = ReturnedValue.unscoped.filter(
        county=county, place=place, element=said.element, period=period.code
    ).order_by("-revision")
    last = given.values_list("revision", flat=True).first() or 0
    row = ReturnedValue(
        county=county, place=place, element=said.element, period=period.code, ends_on=period.last_day,
        answer=said.answer, value=said.value, note=said.note.strip(), reason=said.reason.strip() if standing else "",
        revision=last + 1, entered_by_id=by.id if by.kind == ActorKind.STAFF else None, entered_name=by.name,
        entered_at=at,
    )  # fmt: skip
    row.full_clean(exclude=["entered_by"], validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Somebody else's answer was written between our look and our writing.
        raise SomebodyElse(said.element, _standing(place, said.element, period)) from None
    return row


def _told_of(row: ReturnedValue) -> dict[str, object]:
    told: dict[str, object] = {"answer": row.answer}
    element = elements.returned().get(row.element)
    if element is not None and row.value is not None:
        told["number"] = elements.shown(element, row.value)
    return told | ({"note": row.note} if row.note else {})


def _label(row: ReturnedValue) -> str:
    element = elements.returned().get(row.element)
    return f"{element.title if element else row.element} {Period.of(row.period).label_cn}"


def _touch(element: Element | None, row: ReturnedValue) -> None:
    if element is not None:
        touch(county=row.county, day=row.ends_on, onward=element.kind == Kind.STOCK, feed=feed_of(element))

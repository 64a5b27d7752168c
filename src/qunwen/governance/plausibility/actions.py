"""Looking through the records; answering, correcting and settling what was found."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, bulk, nothing_changed, record
from qunwen.base.measures.periods import Period
from qunwen.base.people.models import Staff
from qunwen.base.reviews import workdays
from qunwen.base.scope import asking, context
from qunwen.base.scope.clock import day_of

from . import limits, reading, telling
from .access import Permission
from .checks import CHECKS
from .enums import OPEN, WAITING, Entry, State
from .limits import Defined
from .looking import look
from .models import Finding
from .rows import Found, World

GENTLE_DAYS = 5  # working days in which only the authors see it
BATCH = 500
_LONGEST = 500


@action
def run_checks(*, county: str, period: str, by: Actor, at: dt.datetime) -> dict[str, int]:
    """Look through the records of a county and month (2026-05): how many findings are new, closed, open again.

    Run again it makes nothing twice. A finding that the records no longer show is closed as corrected; one whose
    records have changed since it was answered or settled is open again. Raises PeriodError, Forbidden, ValueError
    for a period that is no month.
    """
    asking.require(Permission.RUN, place=county)
    month = Period.of(period)
    if month.length != 1:
        raise ValueError(period)
    with context.everything(
        reason="checks compare all places of the county; what each may see is decided at the finding"
    ):
        world = reading.world(county, month)
    run = _run_on(month, at)
    found = {(each.code, each.key): each for each in look(world, run)}
    spans = {Period(month.first // length * length, length).code for length in (1, 3, 6, 12)}
    there = _there(county, spans, found)
    counts: Counter[str] = Counter()
    made = _made(world, [each for name, each in found.items() if name not in there], at)
    for name, row in there.items():
        if row.period not in spans or row.check_code not in run:
            continue  # told already under an earlier month, or not looked at now
        if name in found:
            counts[_seen_again(row, found[name], by, at)] += 1
        elif row.state in OPEN:
            _change(row, State.CORRECTED, at)
            counts["closed"] += 1
    Finding.unscoped.bulk_create(made, batch_size=BATCH)
    counts["found"] = len(made)
    told = {key: number for key, number in counts.items() if key and number}
    telling.authors(made, at=at)
    if told:
        bulk(code=Entry.RUN, by=by, at=at, model=Finding, place=county, counts=told, label=month.label)
    else:
        nothing_changed("the records show what they showed before")
    return told


def _run_on(month: Period, at: dt.datetime) -> dict[str, Defined]:
    """The checks to run: those of a half-year look back from its last month, or from the month of the day."""
    whole = month.first % 6 == 5 or month.holds(day_of(at))
    return {code: each for code, each in limits.shipped().items() if whole or CHECKS[code].span == "month"}


def _there(county: str, spans: set[str], found: Mapping[tuple[str, str], Found]) -> dict[tuple[str, str], Finding]:
    rows = Finding.unscoped.filter(county=county)
    keys = sorted({key for _code, key in found})
    known = list(rows.filter(period__in=sorted(spans)).order_by("pk"))
    for start in range(0, len(keys), BATCH):
        known += rows.filter(key__in=keys[start : start + BATCH]).exclude(period__in=sorted(spans)).order_by("pk")
    return {(row.check_code, row.key): row for row in known}


def digest_of(found: Found) -> str:
    """The digest of what a finding says and of which records."""
    said = [dict(found.told), sorted(found.rows)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _made(world: World, new: list[Found], at: dt.datetime) -> list[Finding]:
    authors = {author for each in new if (author := _id(each.author))}
    units = dict(Staff.unscoped.filter(pk__in=authors).values_list("pk", "unit_id"))
    return [_new(world, each, units, at) for each in new]


def _new(world: World, found: Found, units: Mapping[uuid.UUID, uuid.UUID], at: dt.datetime) -> Finding:
    span = world.half if CHECKS[found.code].span == "half" else world.month
    author = _id(found.author)
    unit = _id(found.unit) or (units.get(author) if author else None)
    return Finding(
        county=world.county, check_code=found.code, key=found.key, place_id=found.place, unit_id=unit,
        author_id=author, period=found.period or span.code, severity=limits.shipped()[found.code].severity,
        state=State.SHOWN if unit else State.NEW, rows=[list(row) for row in found.rows], told=dict(found.told),
        digest=digest_of(found), found_at=at, shown_at=at if unit else None,
        opens_at=workdays.after(at, GENTLE_DAYS) if unit else at, opened=not unit, changed_at=at,
    )  # fmt: skip


def _id(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _seen_again(row: Finding, found: Found, by: Actor, at: dt.datetime) -> str:
    now = digest_of(found)
    if row.digest == now and row.state != State.CORRECTED:
        return ""
    row.digest, row.told, row.rows = now, dict(found.told), [list(each) for each in found.rows]
    if row.state in WAITING:
        _save(row, at, "digest", "told", "rows")
        return ""
    before = row.state
    row.state = State.SHOWN if row.unit_id else State.NEW
    _save(row, at, "digest", "told", "rows", "state")
    record(
        code=Entry.REOPENED, by=by, at=at, subject=row, place=row.place_id, label=telling.name_of(row),
        before={"state": before}, after={"state": row.state},
    )  # fmt: skip
    return "reopened"


def _change(row: Finding, state: State, at: dt.datetime) -> None:
    row.state = state
    _save(row, at, "state")


def _save(row: Finding, at: dt.datetime, *names: str) -> None:
    """Write a version unless somebody else wrote the next one."""
    row.version += 1
    row.changed_at = at
    rows = Finding.unscoped.filter(county=row.county, pk=row.pk, version=row.version - 1)
    if not rows.update(**{name: getattr(row, name) for name in (*names, "version", "changed_at")}):
        raise ValidationError(_("这条疑点刚刚有人处理过，请刷新后再看。"))


def _text(field: str, text: str, words: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({field: words})
    if len(text) > _LONGEST:
        raise ValidationError({field: _("请写在 %(n)d 字以内。") % {"n": _LONGEST}})
    return text


def _not_own(finding: Finding, by: Actor) -> None:
    if (by.unit is not None and by.unit == finding.unit_id) or (by.id is not None and by.id == finding.author_id):
        raise ValidationError(_("本单位的记录要由上级单位核实。"))


@action
def explain_finding(*, finding: Finding, answer: str, by: Actor, at: dt.datetime) -> Finding:
    """Say how it was; the reviewers see finding and answer from now on. Raises ValidationError, Forbidden."""
    asking.require(Permission.ANSWER, on=finding)
    if finding.state not in OPEN:
        raise ValidationError(_("这条疑点已经了结，不用再说明。"))
    finding.answer = _text("answer", answer, _("请写一两句当时的情况。"))
    finding.answered_by, finding.answered_at = by.name[:60], at
    before, finding.state = finding.state, State.EXPLAINED
    finding.opened, finding.opens_at = True, min(finding.opens_at, at)
    _save(finding, at, "answer", "answered_by", "answered_at", "state", "opened", "opens_at")
    _recorded(Entry.EXPLAINED, finding, by, at, before, answer=finding.answer)
    telling.reviewers([finding], at=at)
    return finding


@action
def recheck_finding(*, finding: Finding, by: Actor, at: dt.datetime) -> Finding:
    """Look again, after the records were put right: closed when they no longer show it. Raises Forbidden."""
    asking.require(Permission.ANSWER, on=finding)
    month = min(Period.of(finding.period).months[-1], Period.month_of(day_of(at)))
    with context.everything(
        reason="checks compare all places of the county; what each may see is decided at the finding"
    ):
        world = reading.world(finding.county, month)
    defined = limits.shipped()[finding.check_code]
    still = {each.key: each for each in CHECKS[defined.code].run(world, defined.limits)}.get(finding.key)
    before = finding.state
    if still is None and before in OPEN:
        _change(finding, State.CORRECTED, at)
        _recorded(Entry.CORRECTED, finding, by, at, before)
    elif still is not None and _seen_again(finding, still, by, at):
        return finding
    else:
        nothing_changed("the records still show it")
    return finding


@action
def confirm_finding(*, finding: Finding, reason: str, by: Actor, at: dt.datetime) -> Finding:
    """A reviewer found that the records are wrong: they have to be put right. Raises ValidationError, Forbidden."""
    return _decide(
        finding, State.CONFIRMED, Entry.CONFIRMED, _text("reason", reason, _("请写明要改正什么。")), by=by, at=at
    )


@action
def dismiss_finding(*, finding: Finding, reason: str, by: Actor, at: dt.datetime) -> Finding:
    """A reviewer found that the records are right. Raises ValidationError, Forbidden."""
    return _decide(
        finding, State.DISMISSED, Entry.DISMISSED, _text("reason", reason, _("请写明为什么属实。")), by=by, at=at
    )


@action
def reopen_finding(*, finding: Finding, reason: str, by: Actor, at: dt.datetime) -> Finding:
    """Look at a settled finding again. Raises ValidationError, Forbidden."""
    asking.require(Permission.DECIDE, on=finding)
    _not_own(finding, by)
    if finding.state in OPEN:
        raise ValidationError(_("这条疑点还没有了结。"))
    return _decided(
        finding, State.SHOWN, Entry.REOPENED, _text("reason", reason, _("请写明为什么要再看。")), by=by, at=at
    )


def _decide(finding: Finding, state: State, code: Entry, reason: str, *, by: Actor, at: dt.datetime) -> Finding:
    asking.require(Permission.DECIDE, on=finding)
    _not_own(finding, by)
    if finding.state not in OPEN:
        raise ValidationError(_("这条疑点已经了结。"))
    if not finding.opened and finding.opens_at > at:
        raise ValidationError(_("还在经办单位说明的期限内，请稍后再核实。"))
    return _decided(finding, state, code, reason, by=by, at=at)


def _decided(finding: Finding, state: State, code: Entry, reason: str, *, by: Actor, at: dt.datetime) -> Finding:
    before, finding.state = finding.state, state
    finding.reason, finding.decided_by, finding.decided_at = reason, by.name[:60], at
    _save(finding, at, "state", "reason", "decided_by", "decided_at")
    _recorded(code, finding, by, at, before, reason=reason)
    telling.decided(finding, at=at)
    return finding


def _recorded(
    code: Entry, finding: Finding, by: Actor, at: dt.datetime, before: str, **more: str
) -> None:  # fmt: skip
    record(
        code=code, by=by, at=at, subject=finding, place=finding.place_id, label=telling.name_of(finding),
        before={"state": before}, after={"state": finding.state, **more},
    )  # fmt: skip


@action
def open_due(*, county: str, by: Actor, at: dt.datetime) -> int:
    """Open to the reviewers what has waited its days for an answer; how many."""
    rows = list(
        Finding.unscoped.filter(county=county, opened=False, opens_at__lte=at, state__in=sorted(OPEN))
        .select_related("place")
        .order_by("pk")
    )
    if not rows:
        nothing_changed("nothing is due")
        return 0
    Finding.unscoped.filter(county=county, pk__in=[row.pk for row in rows]).update(opened=True)
    telling.reviewers(rows, at=at)
    bulk(code=Entry.OPENED, by=by, at=at, model=Finding, place=county, counts={"opened": len(rows)})
    return len(rows)

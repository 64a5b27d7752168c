"""Whom findings are told: first those whose records they are, gently; later those who review."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from qunwen.base.notices import actions as notices
from qunwen.base.notices.enums import Kind
from qunwen.base.people import queries as people
from qunwen.base.people.models import Staff
from qunwen.base.scope.clock import day_of
from qunwen.base.scope.codes import LENGTHS

from .access import Permission
from .enums import State
from .models import Finding
from .words import title_of


def name_of(finding: Finding) -> str:
    """What the journal calls it."""
    return f"{title_of(finding.check_code)} {finding.period}"


def authors(findings: Sequence[Finding], *, at: dt.datetime) -> None:
    """One notice a day to each author (else to the unit's people) with how many there are to look at."""
    shown = [each for each in findings if each.unit_id]
    units = {each.unit_id for each in shown}
    staff = list(
        Staff.unscoped.filter(Q(unit_id__in=units) | Q(pk__in={each.author_id for each in shown}), active=True)
    )
    of_unit: dict[uuid.UUID, list[Staff]] = defaultdict(list)
    for person in staff:
        of_unit[person.unit_id].append(person)
    by_id = {person.pk: person for person in staff}
    counts: Counter[uuid.UUID] = Counter()
    for each in shown:
        if each.author_id in by_id:
            counts[each.author_id] += 1
        else:
            counts.update(person.pk for person in of_unit[each.unit_id])
    county = findings[0].county if findings else ""
    for pk, number in sorted(counts.items()):
        notices.queue(
            county=county, kind=Kind.WORK, key=f"plausibility.shown:{day_of(at)}", at=at, staff=by_id[pk],
            text=_shown_words(number), payload={"url": reverse("plausibility:list")},
        )  # fmt: skip


@notices.said_later
def _shown_words(number: int) -> str:
    return _("请看一看：有 %(n)d 处记录与平常不太一样。如果属实，请说明一下；如果填错了，改正后会自动了结。") % {
        "n": number
    }


def reviewers(findings: Iterable[Finding], *, at: dt.datetime) -> None:
    """One notice a day to each who may settle them and does not belong to the unit."""
    counts: Counter[uuid.UUID] = Counter()
    found: dict[uuid.UUID, Staff] = {}
    rows = list(findings)
    for place in sorted({row.place_id for row in rows}):
        here = [row for row in rows if row.place_id == place]
        for person in _deciders(place, at):
            number = sum(row.unit_id != person.unit_id for row in here)
            if number:
                counts[person.pk] += number
                found[person.pk] = person
    for pk, number in sorted(counts.items()):
        notices.queue(
            county=rows[0].county, kind=Kind.WORK, key=f"plausibility.opened:{day_of(at)}", at=at, staff=found[pk],
            text=_opened_words(number), payload={"url": reverse("plausibility:list")},
        )  # fmt: skip


def _deciders(place: str, at: dt.datetime) -> list[Staff]:
    above = [place[:length] for length in LENGTHS.values() if length <= len(place)]
    grants = people.active_grants(at).filter(Q(place_id__in=above) | Q(place=None))
    able = {grant.staff_id: grant.staff for grant in grants if Permission.DECIDE in grant.role.permissions}
    return [person for _pk, person in sorted(able.items())]


@notices.said_later
def _opened_words(number: int) -> str:
    return _("有 %(n)d 条数据疑点请您核实：经办单位已说明，或说明期已过。") % {"n": number}


def decided(finding: Finding, *, at: dt.datetime) -> None:
    """Tell the author, else the unit's people, what became of it."""
    wanted = Q(pk=finding.author_id) if finding.author_id else Q(unit_id=finding.unit_id)
    if not (finding.author_id or finding.unit_id):
        return
    for person in Staff.unscoped.filter(wanted, active=True).order_by("pk"):
        notices.queue(
            county=finding.county, kind=Kind.WORK, key=f"plausibility.{finding.state}:{finding.pk}:{finding.version}",
            at=at, staff=person, text=_decided_words(finding.check_code, finding.state, finding.reason),
            payload={"url": reverse("plausibility:page", args=[finding.county, finding.pk])},
        )  # fmt: skip


@notices.said_later
def _decided_words(code: str, state: str, reason: str) -> str:
    return _("“%(what)s”：%(state)s。%(reason)s") % {
        "what": title_of(code), "state": State(state).label, "reason": reason
    }  # fmt: skip

"""Approved figures: what they remember, what has changed since, and who may approve."""

import datetime as dt

import pytest

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.models import JournalEntry
from qunwen.base.measures import keeping, snapshot
from qunwen.base.measures.periods import Period
from qunwen.base.places.models import Population
from qunwen.base.scope import writing
from qunwen.governance.indicators import freezing, opening
from qunwen.governance.indicators.freezing import ApprovalRefused, Prints

from .conftest import AUGUST
from .fed import COUNTY, VILLAGES, row

OFFICER = Actor(kind="staff", id=None, name="李明")
HALF = Period.of("2026H1")
HELD, VISITS, HEAD = "activities.held_total", "activities.attendance_total", "activities.per_head"


def approve(places, *codes, place=COUNTY, at=AUGUST, period=HALF):
    return freezing.approve_figures(place=places[place], period=period, codes=codes, by=OFFICER, at=at)


def since(code):
    opened = opening.open_figure(code, place=COUNTY, period=HALF)
    frozen = freezing.latest(place=COUNTY, period=HALF)[code]
    stale = freezing.is_stale(frozen, prints=Prints(opened.basis, COUNTY), figure=opened.figure)
    return freezing.changed_since(frozen, basis=opened.basis, figure=opened.figure), stale


def test_an_approval_remembers_value_definition_rows_and_files(counted, places, everything):
    (made,) = approve(places, HEAD)
    opened = opening.open_figure(HEAD, place=COUNTY, period=HALF)
    assert (made.value, made.shown, made.rows, made.definition) == ("2/3", "0.667", 6, opened.figure.definition)
    assert made.people == [[COUNTY, 2025, 300, "B", "统计公报", "total/resident"]]
    months = [name.split("/")[1] for name in made.partitions]
    assert months == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert {name.rpartition("/")[2] for name in made.partitions} == freezing.kept()
    entry = JournalEntry.unscoped.filter(county=COUNTY, code="indicators.figures.approved").get()
    assert (entry.after["period"], entry.after["figures"]) == ("2026H1", 1)


def test_nothing_changed_is_said_so(counted, places, everything):
    approve(places, HELD, VISITS)
    assert since(HELD) == (freezing.Changes(5, (), definition=False, value_now="5"), False)


def test_changed_rows_are_named_and_other_figures_stay_approved(counted, places, everything):
    approve(places, HELD, VISITS)
    first, second, *rest = [r for r in counted.held if r.day.year == 2026]
    new = row("activities.held", VILLAGES[3], dt.date(2026, 6, 2), n=77)
    counted.put("held", first._replace(value=3), *rest, new)
    changes, stale = since(HELD)
    told = {(c.kind, c.then and c.then.value, c.now and c.now.value) for c in changes.changed}
    assert told == {("changed", 1, 3), ("removed", 1, None), ("added", None, 1)}
    assert (changes.rows, changes.stale, stale) == (5, True, True)
    assert {c.then.record for c in changes.changed if c.kind == "removed"} == {second.record}
    unmoved, stale = since(VISITS)
    assert (unmoved.changed, stale) == ((), False)


def test_a_change_outside_the_period_leaves_the_approval(counted, places, everything):
    approve(places, HELD)
    counted.put("held", *counted.held, row("activities.held", VILLAGES[0], dt.date(2026, 7, 2), n=78))
    assert since(HELD) == (freezing.Changes(5, (), definition=False, value_now="5"), False)


def test_a_corrected_population_is_a_changed_row(counted, places, everything):
    approve(places, HEAD)
    with writing.allowed("test"):
        Population.unscoped.filter(place_id=COUNTY).update(number=400)
    changes, stale = since(HEAD)
    assert [(c.kind, c.then.number, c.now.number) for c in changes.changed] == [("changed", 300, 400)]
    assert stale


def test_files_of_an_approval_outlive_the_sweep(counted, places, everything):
    (made,) = approve(places, HELD)
    counted.put("held")
    opening.open_figure(HELD, place=COUNTY, period=HALF)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=9)
    keeping.sweep(at=later)
    assert all((snapshot.folder() / f"{name}.parquet").exists() for name in made.partitions)
    changes, _stale = since(HELD)
    assert [c.kind for c in changes.changed] == ["removed"] * 5


def test_the_newest_approval_counts_and_the_older_stays(counted, places, everything):
    (old,) = approve(places, HELD)
    counted.put("held", *counted.held[:3])
    (new,) = approve(places, HELD, at=AUGUST + dt.timedelta(days=1))
    assert freezing.latest(place=COUNTY, period=HALF)[HELD].pk == new.pk
    assert (old.shown, new.shown) == ("5", "2")
    assert type(old).objects.filter(county=COUNTY).count() == 2


@pytest.mark.parametrize(
    ("codes", "place", "at", "message"),
    [
        ((HELD,), "5101", AUGUST, "核定以县（市、区）及以下为单位，成都市不是。"),
        ((HELD,), COUNTY, dt.datetime(2026, 6, 30, 15, 0, tzinfo=dt.UTC), "2026年上半年还没有结束，不能核定。"),
        ((), COUNTY, AUGUST, "请勾选要核定的指标。"),
        (("activities.nothing",), COUNTY, AUGUST, "没有“activities.nothing”这个指标。"),
        (("library.loans_total",), COUNTY, AUGUST, "“外借册次”还没有数，不能核定。"),
    ],
)
def test_what_cannot_be_approved_is_refused_with_the_reason(counted, places, everything, codes, place, at, message):
    with pytest.raises(ApprovalRefused) as refused:
        approve(places, *codes, place=place, at=at)
    assert refused.value.messages == [message]
    assert freezing.latest(place=COUNTY, period=HALF) == {}

"""Findings: made once, shown to the author first, answered, settled, closed when the records are put right."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from qunwen.base.journal.actors import SYSTEM, Actor
from qunwen.base.journal.models import JournalEntry
from qunwen.base.notices.models import Notice
from qunwen.base.people.models import Staff
from qunwen.base.scope import asking, clock, context, writing
from qunwen.governance.plausibility import actions, queries, tasks
from qunwen.governance.plausibility.enums import Entry, State
from qunwen.governance.plausibility.models import Finding
from qunwen.services.activities import actions as activities
from qunwen.services.activities.models import Headcount, Session
from qunwen.services.venues.models import Venue
from tests.desk.people import COMMAND, TOWN, VILLAGE, county, desk, roles  # noqa: F401

NOW = clock.now()
COUNTY = "510112"


@pytest.fixture
def author(county):  # noqa: F811
    with writing.allowed("test"):
        staff = Staff.unscoped.create(name="王敏", unit=county.units[VILLAGE], place=county.places[VILLAGE])
    return Actor(kind="staff", id=staff.pk, name=staff.name, unit=staff.unit_id)


@pytest.fixture
def crowded(county, author):  # noqa: F811
    """An activity that put 900 people into a room of a hundred square metres."""
    with writing.allowed("test"):
        Venue.unscoped.filter(pk=county.venue.pk).update(area=100)
    with context.everything(reason="test"):
        return activities.note_activity(
            title="读书会", kind="reading", place=county.places[VILLAGE], unit=county.units[VILLAGE],
            venue=county.venue, starts_at=NOW - dt.timedelta(hours=3), ends_at=NOW - dt.timedelta(hours=2),
            headcounts={"adult": 900}, by=author, at=NOW,
        )  # fmt: skip


def month():
    return f"{clock.day_of(NOW - dt.timedelta(hours=3)):%Y-%m}"


def run(at=NOW):
    with context.everything(reason="test"):
        return actions.run_checks(county=COUNTY, period=month(), by=SYSTEM, at=at)


def only(code="crowd.area"):
    return Finding.unscoped.get(county=COUNTY, check_code=code)


def put_right(activity, number=30):
    with writing.allowed("test"):
        Headcount.unscoped.filter(county=COUNTY, session__county=COUNTY, session__activity=activity).update(
            number=number
        )


def test_finding_is_made_once_and_shown_to_its_author(crowded, author):
    assert run() == {"found": 1}
    assert run() == {}
    finding = only()
    session = Session.unscoped.get(county=COUNTY, activity=crowded)
    assert (finding.state, finding.unit_id, finding.rows) == (
        State.SHOWN, author.unit, [["activities.session", str(session.pk)]],
    )  # fmt: skip
    (notice,) = Notice.unscoped.filter(county=COUNTY, staff_id=author.id)
    assert notice.text == "请看一看：有 1 处记录与平常不太一样。如果属实，请说明一下；如果填错了，改正后会自动了结。"
    assert JournalEntry.unscoped.filter(county=COUNTY, code=Entry.RUN).count() == 1


def test_period_that_is_no_month_is_refused(crowded):
    with context.everything(reason="test"), pytest.raises(ValueError, match="2026H1"):
        actions.run_checks(county=COUNTY, period="2026H1", by=SYSTEM, at=NOW)


def test_finding_closes_when_the_records_are_put_right_and_opens_when_they_are_spoilt(crowded):
    run()
    put_right(crowded)
    assert run() == {"closed": 1}
    assert only().state == State.CORRECTED
    put_right(crowded, 800)
    assert run() == {"reopened": 1}
    assert (only().state, only().told["people"]) == (State.SHOWN, 800)


def test_settled_finding_stays_settled_until_the_records_change(crowded, county):  # noqa: F811
    run()
    reviewer = Actor(kind="staff", id=None, name="李强", unit=county.units[TOWN].pk)
    with context.everything(reason="test"):
        actions.explain_finding(finding=only(), answer="露天举办，忘了勾选", by=COMMAND, at=NOW)
        actions.dismiss_finding(finding=only(), reason="属实", by=reviewer, at=NOW)
    assert run() == {}
    assert only().state == State.DISMISSED
    put_right(crowded, 700)
    assert run() == {"reopened": 1}


def test_answer_opens_it_to_the_reviewers_and_is_recorded(crowded, author):
    run()
    with context.everything(reason="test"):
        finding = actions.explain_finding(finding=only(), answer=" 多写了一个零 ", by=author, at=NOW)
    assert (finding.state, finding.answer, finding.opened) == (State.EXPLAINED, "多写了一个零", True)
    entry = JournalEntry.unscoped.get(county=COUNTY, code=Entry.EXPLAINED)
    assert entry.after == {"state": "explained", "answer": "多写了一个零"}


@pytest.mark.parametrize("answer", ["", "  ", "长" * 501])
def test_answer_must_say_something(crowded, author, answer):
    run()
    with context.everything(reason="test"), pytest.raises(ValidationError) as refused:
        actions.explain_finding(finding=only(), answer=answer, by=author, at=NOW)
    assert list(refused.value.message_dict) == ["answer"]


def test_nobody_settles_what_is_about_the_own_unit(crowded, author):
    run()
    with context.everything(reason="test"):
        actions.explain_finding(finding=only(), answer="属实", by=author, at=NOW)
        with pytest.raises(ValidationError, match="上级"):
            actions.dismiss_finding(finding=only(), reason="属实", by=author, at=NOW)


def test_reviewer_waits_for_the_days_of_the_answer(crowded, county):  # noqa: F811
    run()
    reviewer = Actor(kind="staff", id=None, name="李强", unit=county.units[TOWN].pk)
    with context.everything(reason="test"):
        with pytest.raises(ValidationError, match="期限"):
            actions.confirm_finding(finding=only(), reason="请改正", by=reviewer, at=NOW)
        late = NOW + dt.timedelta(days=20)
        assert actions.open_due(county=COUNTY, by=SYSTEM, at=late) == 1
        assert actions.open_due(county=COUNTY, by=SYSTEM, at=late) == 0
        finding = actions.confirm_finding(finding=only(), reason="请改正", by=reviewer, at=late)
    assert finding.state == State.CONFIRMED
    put_right(crowded)
    assert run() == {"closed": 1}


def test_two_who_answer_at_once_do_not_overwrite_each_other(crowded, author):
    run()
    one, other = only(), only()
    with context.everything(reason="test"):
        actions.explain_finding(finding=one, answer="属实", by=author, at=NOW)
        with pytest.raises(ValidationError, match="刷新"):
            actions.explain_finding(finding=other, answer="不属实", by=author, at=NOW)
    assert only().answer == "属实"


def test_looking_again_closes_what_was_put_right(crowded, author):
    run()
    with context.everything(reason="test"):
        assert actions.recheck_finding(finding=only(), by=author, at=NOW).state == State.SHOWN
        put_right(crowded)
        assert actions.recheck_finding(finding=only(), by=author, at=NOW).state == State.CORRECTED


def test_nightly_round_may_run_twice(crowded):
    assert tasks.daily(at=NOW) == 1
    assert tasks.daily(at=NOW) == 0


def test_others_see_it_only_when_the_days_are_over(crowded, author, desk):  # noqa: F811
    run()
    finding = only()
    page = reverse("plausibility:page", args=[COUNTY, finding.pk])
    town = desk("town_station", TOWN, "李强")
    assert town.get(page).status_code == 404
    assert desk("auditor_readonly", COUNTY, "审计").get(page).status_code == 200
    worker = desk("village_worker", VILLAGE, "同事")
    assert "900" in worker.get(page).content.decode()
    with context.everything(reason="test"):
        actions.explain_finding(finding=only(), answer="当天人很多", by=author, at=NOW)
    town = desk("town_station", TOWN, "张强")
    assert "当天人很多" in town.get(page).content.decode()


def test_foreign_county_never_sees_it(crowded, desk):  # noqa: F811
    run()
    with writing.allowed("test"):
        Finding.unscoped.filter(county=COUNTY).update(opened=True)
    foreign = desk("county_officer", "610327", "外县")
    page = reverse("plausibility:page", args=[COUNTY, only().pk])
    assert foreign.get(page).status_code == 404
    assert "读书会" not in foreign.get(reverse("plausibility:list") + "?whose=all").content.decode()


def test_answering_and_settling_on_the_desk(crowded, desk):  # noqa: F811
    run()
    pk = only().pk
    worker = desk("village_worker", VILLAGE, "同事")
    address = reverse("plausibility:act", args=[COUNTY, pk, "explain"])
    empty = worker.post(address, {"answer": " "})
    assert (empty.status_code, only().state) == (422, State.SHOWN)
    assert worker.post(address, {"answer": "露天举办"}).status_code == 302
    officer = desk("county_officer", COUNTY, "赵静")
    assert (
        officer.post(reverse("plausibility:act", args=[COUNTY, pk, "dismiss"]), {"reason": "属实"}).status_code == 302
    )
    assert (only().state, only().decided_by) == (State.DISMISSED, "赵静")
    assert officer.post(reverse("plausibility:act", args=[COUNTY, pk, "reopen"]), {"reason": "再看"}).status_code == 302
    assert only().state == State.SHOWN
    assert officer.post(reverse("plausibility:act", args=[COUNTY, pk, "nothing"])).status_code == 404


def test_worker_may_not_settle(crowded, desk):  # noqa: F811
    run()
    worker = desk("village_worker", VILLAGE, "同事")
    answer = worker.post(reverse("plausibility:act", args=[COUNTY, only().pk, "dismiss"]), {"reason": "属实"})
    assert (answer.status_code, only().state) == (403, State.SHOWN)


def test_looking_now_and_the_lists(crowded, desk):  # noqa: F811
    officer = desk("county_officer", COUNTY, "赵静")
    assert "一切都对得上" in officer.get(reverse("plausibility:list")).content.decode()
    assert officer.post(reverse("plausibility:run")).status_code == 302
    assert only().state == State.SHOWN
    worker = desk("village_worker", VILLAGE, "同事")
    text = worker.get(reverse("plausibility:list")).content.decode()
    assert "人数与场地面积" in text
    assert worker.post(reverse("plausibility:run")).status_code == 403
    assert "每平方米最多站 3 人" in worker.get(reverse("plausibility:overview")).content.decode()


def test_list_costs_the_same_for_one_and_three(crowded, desk, django_assert_num_queries):  # noqa: F811
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    run()
    worker = desk("village_worker", VILLAGE, "同事")
    worker.get(reverse("plausibility:list"))
    with CaptureQueriesContext(connection) as one:
        worker.get(reverse("plausibility:list"))
    row = only()
    with writing.allowed("test"):
        for n in range(2):
            Finding.unscoped.create(
                **{f.attname: getattr(row, f.attname) for f in Finding._meta.fields if f.name not in ("id", "key")},
                key=f"more{n}",
            )
    with CaptureQueriesContext(connection) as three:
        worker.get(reverse("plausibility:list"))
    assert len(three) == len(one)


def test_what_each_may_see_is_asked_of_the_same_scope(crowded, author):
    run()
    with context.everything(reason="test"):
        assert asking.may("plausibility.view", on=only())
        assert queries.finding(author, NOW, COUNTY, only().pk) == only()

"""Answers of places: who may say what, for when; corrections, replays, two at once."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.models import JournalEntry
from qunwen.base.measures.periods import Period
from qunwen.base.scope import asking, context
from qunwen.base.scope.context import Reach
from qunwen.governance.returns import actions, queries
from qunwen.governance.returns.access import Permission
from qunwen.governance.returns.actions import Said, SomebodyElse
from qunwen.governance.returns.models import ReturnedValue

from .conftest import HALF, JULY

HOLDINGS = "village.holdings"


def refusal(call, *args, **more):
    with pytest.raises(ValidationError) as caught:
        call(*args, **more)
    return caught.value.message_dict


def test_an_answer_stands_with_its_author_and_an_entry(say):
    row = say(HOLDINGS, 1800)
    assert (row.value, row.answer, row.grade, row.revision, row.entered_name) == (1800, "value", "C", 1, "王敏")
    assert (row.county, row.period, row.ends_on) == ("510112", "2026H1", dt.date(2026, 6, 30))
    entry = JournalEntry.unscoped.get()
    assert (entry.code, entry.place, entry.after) == (
        "returns.value.reported",
        "510112001001",
        {"answer": "value", "number": "1,800 册"},
    )


def test_a_measured_element_refuses_what_is_typed(say):
    assert refusal(say, "activities.held", 12) == {
        "activities.held": ["“举办活动场次”由业务记录直接统计，不能手工填报；数不对请更正记录。"]
    }
    assert refusal(say, "station.area", 500) == {
        "station.area": ["“综合文化站面积”由业务记录直接统计，不能手工填报；数不对请更正记录。"]
    }
    assert refusal(say, "population.residents", 900) == {
        "population.residents": ["“常住人口”取自人口数登记，不能手工填报。"]
    }
    assert refusal(say, "no.such", 1) == {"no.such": ["没有“no.such”这个数据项。"]}


@pytest.mark.parametrize(
    ("element", "place", "period", "why"),
    [
        ("library.loans", "510112001001", "2026-06", "“外借册次”由县级填报。"),
        (HOLDINGS, "510112001001", "2026-06", "“村（社区）藏书”按半年报填报，不能填 2026年6月。"),
        (HOLDINGS, "510112001001", "2026H2", "2026年下半年还没有结束，到最后一周才能填报。"),
    ],
)
def test_wrong_level_or_period_is_told_at_the_element(say, element, place, period, why):
    assert refusal(say, element, 5, place=place, period=period) == {element: [why]}


def test_a_period_may_be_reported_from_its_last_week(say):
    on_the_day = dt.datetime(2026, 6, 24, 2, 0, tzinfo=dt.UTC)
    assert refusal(say, HOLDINGS, 5, at=on_the_day - dt.timedelta(days=1)).keys() == {HOLDINGS}
    assert say(HOLDINGS, 5, at=on_the_day).value == 5


def test_a_place_that_was_not_there_owes_nothing(say, places, door):
    places["510112001001"].valid_to = dt.date(2026, 3, 1)
    places["510112001001"].save()
    assert refusal(say, HOLDINGS, 5) == {HOLDINGS: ["东街社区在2026年上半年末不在用。"]}


def test_no_number_no_answer_and_flags_are_yes_or_no(say):
    assert refusal(say, HOLDINGS) == {HOLDINGS: ["请填数，或选“不适用”“不公开”。"]}
    assert refusal(say, HOLDINGS, -1) == {HOLDINGS: ["请填数，或选“不适用”“不公开”。"]}
    assert refusal(say, "village_room.wifi", 2, period="2025") == {"village_room.wifi": ["只能选“有”或“没有”。"]}


def test_the_same_answer_again_changes_nothing(say):
    first = say(HOLDINGS, 1800, seen=0)
    again = say(HOLDINGS, 1800, seen=0)
    assert (again.pk, ReturnedValue.unscoped.count(), JournalEntry.unscoped.count()) == (first.pk, 1, 1)


def test_a_correction_keeps_what_was_said_and_why(say):
    first = say(HOLDINGS, 1800)
    assert refusal(say, HOLDINGS, 1900, seen=1) == {HOLDINGS: ["更正已经填过的数，请写明原因。"]}
    second = say(HOLDINGS, 1900, seen=1, reason="漏计新书", at=JULY + dt.timedelta(days=1))
    assert [(row.pk, row.value, row.revision, row.reason) for row in queries.chain(second)] == [
        (second.pk, 1900, 2, "漏计新书"),
        (first.pk, 1800, 1, ""),
    ]
    first.refresh_from_db()
    assert first.superseded_at == JULY + dt.timedelta(days=1)
    entry = JournalEntry.unscoped.order_by("-id").first()
    assert (entry.code, entry.before["number"], entry.after["number"], entry.after["reason"]) == (
        "returns.value.corrected",
        "1,800 册",
        "1,900 册",
        "漏计新书",
    )


def test_the_second_of_two_officers_is_told_who_was_first(say):
    say(HOLDINGS, 1800, seen=0)
    with pytest.raises(SomebodyElse) as caught:
        say(HOLDINGS, 2100, seen=0, reason="x")
    assert caught.value.message_dict == {
        HOLDINGS: ["王敏 在 07-08 10:00 已经填为“1,800 册”。请核对后再保存；您填的内容还在。"]
    }
    assert ReturnedValue.unscoped.get().value == 1800


def test_an_answer_withdrawn_is_missing_and_may_be_given_again(say, worker):
    row = say(HOLDINGS, 1800)
    assert refusal(actions.withdraw_value, row=row, reason=" ", by=worker, at=JULY) == {
        "reason": ["请写明撤回的原因。"]
    }
    actions.withdraw_value(row=row, reason="填错了村", by=worker, at=JULY)
    assert queries.answers_of("510112001001", HALF) == {}
    with pytest.raises(SomebodyElse):
        actions.withdraw_value(row=row, reason="再撤", by=worker, at=JULY)
    assert say(HOLDINGS, 1800, seen=0).revision == 2


def test_a_sheet_is_all_or_nothing_with_every_fault_named(places, worker, everything):
    answers = [Said(HOLDINGS, value=1800), Said("village_post.filled"), Said("library.loans", value=3)]
    with pytest.raises(ValidationError) as caught:
        actions.report_values(place=places["510112001001"], period=HALF, answers=answers, by=worker, at=JULY)
    assert sorted(caught.value.message_dict) == ["library.loans", "village_post.filled"]
    assert (ReturnedValue.unscoped.count(), JournalEntry.unscoped.count()) == (0, 0)


def test_only_who_may_report_there_reports(say, places, worker):
    reach = {Permission.REPORT: (Reach("510112002"),), Permission.VIEW: (Reach("510112"),)}
    with context.opened(context.staff(reach)), pytest.raises(asking.Forbidden):
        actions.report_value(
            place=places["510112001001"], period=HALF, said=Said(HOLDINGS, value=1), by=worker, at=JULY
        )


def test_due_sheets_and_standings_count_answers(say, places, everything):
    say(HOLDINGS, 1800)
    say("farm_bookroom.titles", answer="not_applicable")
    due = {(one.every, one.period.code): (one.answered, one.asked) for one in queries.due_of(
        places["510112001001"], today=dt.date(2026, 7, 8))}  # fmt: skip
    assert {key: value for key, value in due.items() if key[0] == "half"} == {
        ("half", "2026H1"): (2, 14),
        ("half", "2025H2"): (0, 14),
    }
    rows = queries.standings(root="510112001", level=5, period=Period.of("2026H1"))
    assert [(row.place.pk, row.answered, row.missing, row.by_answer, row.per_cent) for row in rows] == [
        ("510112001001", 2, 12, {"value": 1, "not_applicable": 1}, 14),
        ("510112001002", 0, 14, {}, 0),
    ]

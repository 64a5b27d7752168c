"""Entries: refused at the field, corrected by a new row, decided on by somebody else, frozen when published."""

import datetime as dt
from fractions import Fraction
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.models import JournalEntry
from qunwen.governance.scores import actions, known, queries
from qunwen.governance.scores.enums import EntryState
from qunwen.governance.scores.models import PublishedRanking, ScoreEntry
from qunwen.governance.scores.spans import Span
from tests.desk.people import COMMAND, TOWN, VILLAGE

from .conftest import TODAY

YEAR = Span.of("2026")


def points(item, *, place=VILLAGE, sheet="village.yearly", span=YEAR, on=TODAY):
    chosen = known.shipped()[sheet]
    return queries.score_of(chosen, queries.subject_of(chosen, place), span=span, on=on).points_of(item)


def codes():
    return list(
        JournalEntry.objects.filter(code__startswith="scores.")
        .order_by("recorded_at", "pk")
        .values_list("code", flat=True)
    )


def test_an_absence_that_is_entered_takes_six_points(enter):
    assert points("activities") == 30
    enter()
    assert (points("activities"), codes()) == (24, ["scores.entry.added"])


@pytest.mark.parametrize(
    ("about", "field", "message"),
    [
        ({"title": " "}, "title", "请写明是什么事项。"),
        ({"day": dt.date(2026, 3, 15)}, "day", "发生日期不能在今天以后。"),
        ({"item": "nothing"}, "item", "评分表里没有这一项。"),
        ({"sheet": "nothing"}, "sheet", "没有这张评分表。"),
        ({"place": TOWN}, "place", "这张表评的是村（社区）。"),
        ({"number": 0}, "number", "数量要写 1 到 10000 的整数。"),
        ({"number": Fraction(1, 2)}, "number", "数量要写 1 到 10000 的整数。"),
        ({"category": "x"}, "category", "没有这个细项。"),
        ({"item": "innovation"}, "category", "请选择一个细项。"),
        ({"item": "service", "number": 7}, "number", "评议分在 0 到 6 之间。"),
        ({"item": "service", "number": Fraction(1, 3)}, "number", "分数最多两位小数。"),
        ({"item": "returns"}, "due", "请写应完成日期。"),
        ({"item": "returns", "due": TODAY, "late_until": dt.date(2026, 3, 1)}, "late_until", "迟报截止日期不能早于应完成日期。"),
        ({"item": "own_activities"}, "item", "这一项由数据直接计算，不用登记。"),
        ({"project": "书香"}, "project", "项目评分要写明项目名称，其他评分不写。"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry_is_told_at_its_field(enter, about, field, message):
    with pytest.raises(ValidationError) as refused:
        enter(**about)
    assert refused.value.message_dict[field] == [message]
    assert not ScoreEntry.unscoped.filter(county="510112").exists()


def test_a_correction_is_a_new_row_and_the_old_one_stays(enter, at):
    old = enter(number=2)
    new = actions.correct_entry(entry=old, new={"number": 1}, reason="数错了", by=COMMAND, at=at)
    old.refresh_from_db()
    assert (old.state, new.state, new.corrects_id, new.reason) == ("replaced", "counted", old.pk, "数错了")
    assert (points("activities"), codes()) == (24, ["scores.entry.added", "scores.entry.corrected"])


def test_an_entry_is_corrected_once_and_not_without_a_reason(enter, at):
    old = enter()
    with pytest.raises(ValidationError, match="请写明原因"):
        actions.correct_entry(entry=old, new={"number": 2}, reason=" ", by=COMMAND, at=at)
    actions.correct_entry(entry=old, new={"number": 2}, reason="数错了", by=COMMAND, at=at)
    with pytest.raises(ValidationError, match="现在是“已更正”"):
        actions.correct_entry(entry=old, new={"number": 3}, reason="又数错了", by=COMMAND, at=at)


def test_a_withdrawn_entry_takes_nothing_any_more(enter, at):
    row = enter()
    actions.withdraw_entry(entry=row, reason="记错了村", by=COMMAND, at=at)
    assert (points("activities"), row.state) == (30, EntryState.WITHDRAWN)


@pytest.mark.parametrize(("adopted", "state", "given"), [(True, "counted", 3), (False, "refused", 0)])
def test_innovation_counts_only_when_somebody_else_has_confirmed_it(enter, at, adopted, state, given):
    row = enter("innovation", category="prize", title="区级一等奖")
    assert (row.state, points("innovation")) == ("waiting", 0)
    actions.decide_entry(entry=row, adopted=adopted, reason="核对获奖文件", by=COMMAND, at=at)
    assert (row.state, points("innovation")) == (state, given)


def test_nobody_decides_on_their_own_entry_or_refuses_without_a_reason(enter, at, county):
    from qunwen.base.journal.actors import Actor

    me = Actor(kind="staff", id=county.units[VILLAGE].pk, name="王敏")
    row = enter("innovation", category="prize", by=me)
    with pytest.raises(ValidationError, match="自己登记的事项要由别人确认"):
        actions.decide_entry(entry=row, adopted=True, by=me, at=at)
    with pytest.raises(ValidationError, match="请写明原因"):
        actions.decide_entry(entry=row, adopted=False, by=COMMAND, at=at)


def test_a_duty_is_open_until_it_is_finished_on_its_day(enter, at):
    row = enter("returns", title="一季度报表", day=dt.date(2026, 3, 1), due=dt.date(2026, 3, 10))
    assert points("returns") == 0
    with pytest.raises(ValidationError, match="完成日期不能早于发生日期"):
        actions.finish_entry(entry=row, done=dt.date(2026, 2, 1), by=COMMAND, at=at)
    actions.finish_entry(entry=row, done=dt.date(2026, 3, 9), by=COMMAND, at=at)
    assert points("returns") == 10
    with pytest.raises(ValidationError, match="已登记过完成日期"):
        actions.finish_entry(entry=row, done=dt.date(2026, 3, 10), by=COMMAND, at=at)


def test_every_village_is_ranked_with_ties(enter, county):
    enter()
    found = queries.board(known.shipped()["village.yearly"], place="510112", span=YEAR, on=TODAY)
    assert [(each.rank, each.result.subject, each.result.total) for each in found.ranked] == [
        (1, "510112001002", 60), (1, "510112002001", 60), (1, "510112002002", 60), (4, VILLAGE, 54),
    ]  # fmt: skip


def test_a_published_ranking_stays_and_says_whose_rows_have_changed(enter, county, at):
    first = enter()
    row = actions.publish_ranking(sheet="village.yearly", place=county.places["510112"], span=YEAR, by=COMMAND, at=at)
    frozen = PublishedRanking.objects.get(county="510112", pk=row.pk).rows
    assert [(each["rank"], each["total"], each["entries"]) for each in frozen] == [
        (1, "60", 0), (1, "60", 0), (1, "60", 0), (4, "54", 1),
    ]  # fmt: skip
    assert [each.changed for each in queries.since(row, on=TODAY)] == [False] * 4
    actions.withdraw_entry(entry=first, reason="记错了村", by=COMMAND, at=at)
    told = queries.since(row, on=TODAY)
    assert [(each.changed, each.total, each.now) for each in told][-1] == (True, 54, 60)
    assert [each.changed for each in told][:3] == [False] * 3


def test_nothing_is_published_while_entries_wait(enter, county, at):
    enter("innovation", category="prize")
    with pytest.raises(ValidationError, match="还有 1 条事项待确认"):
        actions.publish_ranking(sheet="village.yearly", place=county.places["510112"], span=YEAR, by=COMMAND, at=at)


def test_projects_are_scored_by_name_over_two_years(enter):
    enter("websites", sheet="information.project", place="510112", project="书香龙泉", category="ministry_website")
    chosen = known.shipped()["information.project"]
    cycle = Span.of("2025-2026")
    ranked = queries.board(chosen, place="510112", span=cycle, on=TODAY).ranked
    assert [each.result.subject for each in ranked] == ["510112|书香龙泉"]


@pytest.mark.parametrize("villages", [1, 3])
def test_a_ranking_asks_as_many_questions_for_three_entries_as_for_one(
    enter, county, django_assert_max_num_queries, villages
):
    for place in ("510112001001", "510112001002", "510112002001")[:villages]:
        enter(place=place)
    board = partial(queries.board, known.shipped()["village.yearly"], place="510112", span=YEAR, on=TODAY)
    board()  # what was touched is counted again once
    with django_assert_max_num_queries(20):
        board()

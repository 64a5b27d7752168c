"""Targets: set, split so that sums agree, changed with their history, compared with what really happened."""

import datetime as dt
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from qunwen.base.journal.models import JournalEntry
from qunwen.base.measures.periods import Period
from qunwen.governance.dashboards.goals import goals
from qunwen.governance.scores import known
from qunwen.governance.scores import queries as scores
from qunwen.governance.scores.spans import Span
from qunwen.governance.targets import actions, queries
from qunwen.governance.targets.actions import Part
from qunwen.governance.targets.enums import Standing
from qunwen.governance.targets.models import Target
from qunwen.governance.targets.path import Point
from tests.desk.people import COMMAND, TOWN, VILLAGE

OTHER = "510112002"
pytestmark = pytest.mark.usefixtures("everything")


def parts(county, *values, places=(TOWN, OTHER), locked=()):
    return [
        Part(county.places[place], Fraction(value), locked=place in locked)
        for place, value in zip(places, values, strict=True)
    ]


def test_what_is_left_empty_follows_from_the_figure(aim):
    held, books = aim(), aim("library.books_per_head", "0.6")
    assert (held.additive, held.behaviour, held.comparison, held.unit_code) == (True, "flow", ">=", "场")
    assert (books.additive, books.behaviour, books.value) == (False, "level", Fraction(3, 5))
    assert [each.version for each in queries.versions_of(held)] == [1]


@pytest.mark.parametrize(
    ("about", "field", "message"),
    [
        ({"code": "no.such"}, "code", "没有这个指标。"),
        ({"period": "2026H3"}, "period", "看不懂的时期“2026H3”，请写成 2026-05、2026Q1、2026H1 或 2026。"),
        ({"value": Fraction(1, 3_000_001)}, "value", "请写不小于零的数，最多六位小数。"),
        ({"points": [Point(dt.date(2027, 1, 1), Fraction(5))]}, "points", "进度安排的日期要在时期以内。"),
        ({"points": [Point(dt.date(2026, 6, 30), Fraction(101))]}, "points", "逐步累计的目标，进度不能倒退，也不能超过目标值。"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_target_is_told_at_its_field(aim, about, field, message):
    with pytest.raises(ValidationError) as refused:
        aim(**about)
    assert refused.value.message_dict == {field: [message]}


def test_a_figure_has_one_target_a_place_and_period(aim):
    aim()
    with pytest.raises(ValidationError, match="龙泉驿区 2026年 已有这项目标"):
        aim(value=120)
    assert aim(period="2027").value == 100


def test_a_change_is_a_version_with_its_reason(aim, at):
    target = aim()
    with pytest.raises(ValidationError, match="请写明调整的原因"):
        actions.change_target(target=target, new={"value": Fraction(120)}, reason="", by=COMMAND, at=at)
    actions.change_target(target=target, new={"value": Fraction(120)}, reason="区里加压", by=COMMAND, at=at)
    told = [(each.version, each.told["value"], each.reason) for each in queries.versions_of(target)]
    assert told == [(2, "120", "区里加压"), (1, "100", "")]
    codes = JournalEntry.objects.filter(code__startswith="targets.").order_by("recorded_at", "pk")
    assert list(codes.values_list("code", flat=True)) == ["targets.target.set", "targets.target.changed"]


def test_two_people_do_not_overwrite_each_other(aim, at):
    target = aim()
    again = Target.objects.get(county=target.county, pk=target.pk)
    actions.change_target(target=target, new={"value": Fraction(120)}, reason="一", by=COMMAND, at=at)
    with pytest.raises(ValidationError, match="刚刚被别人改过"):
        actions.change_target(target=again, new={"value": Fraction(130)}, reason="二", by=COMMAND, at=at)


def test_parts_are_given_out_down_to_villages_and_add_up(aim, county, at):
    target = aim(value=10)
    town, _other = actions.split_target(target=target, parts=parts(county, 6, 4), by_rule="equal", by=COMMAND, at=at)
    villages = parts(county, 4, 2, places=(VILLAGE, "510112001002"))
    actions.split_target(target=town, parts=villages, by_rule="hand", by=COMMAND, at=at)
    below = queries.parts_of(town)
    assert [(each.place_id, each.value) for each in below] == [(VILLAGE, 4), ("510112001002", 2)]
    assert [queries.gap_of(each, queries.parts_of(each)) for each in (target, town)] == [0, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [((6, 3), "各部分合计 9，比总目标 10 少 1。"), ((6, 5), "各部分合计 11，比总目标 10 多 1。")],
)
def test_parts_that_do_not_add_up_are_refused_with_the_difference(aim, county, at, values, message):
    target = aim(value=10)
    with pytest.raises(ValidationError) as refused:
        actions.split_target(target=target, parts=parts(county, *values), by_rule="hand", by=COMMAND, at=at)
    assert refused.value.messages == [message]
    assert not queries.parts_of(target)


def test_a_ratio_is_the_same_for_all_unless_locked(aim, county, at):
    target = aim("library.books_per_head", "0.6")
    with pytest.raises(ValidationError, match="比率不能分解"):
        actions.split_target(target=target, parts=parts(county, "0.6", "0.7"), by_rule="same", by=COMMAND, at=at)
    kept = parts(county, "0.6", "0.7", locked=(OTHER,))
    actions.split_target(target=target, parts=kept, by_rule="same", by=COMMAND, at=at)
    assert [each.value for each in queries.parts_of(target)] == [Fraction("0.6"), Fraction("0.7")]


def test_splitting_anew_changes_withdraws_and_keeps_what_is_locked(aim, county, at):
    target = aim(value=10)
    actions.split_target(target=target, parts=parts(county, 6, 4, locked=(TOWN,)), by_rule="equal", by=COMMAND, at=at)
    with pytest.raises(ValidationError, match="目标已锁定，不能改"):
        actions.split_target(
            target=target, parts=parts(county, 5, 5, locked=(TOWN,)), by_rule="hand", by=COMMAND, at=at
        )
    with pytest.raises(ValidationError, match="目标已锁定，不能改"):
        actions.split_target(target=target, parts=parts(county, 10, places=(OTHER,)), by_rule="hand", by=COMMAND, at=at)
    actions.split_target(target=target, parts=parts(county, 5, 5), by_rule="hand", reason="解锁", by=COMMAND, at=at)
    actions.split_target(target=target, parts=parts(county, 10, places=(OTHER,)), by_rule="hand", by=COMMAND, at=at)
    assert [(each.place_id, each.value, each.version) for each in queries.parts_of(target)] == [(OTHER, 10, 3)]


def test_a_target_is_split_among_departments_of_its_own_place(aim, county, at):
    target = aim(value=10)
    given = [Part(county.places["510112"], Fraction(n), name) for name, n in (("教育局", 7), ("体育局", 3))]
    actions.split_target(target=target, parts=given, by_rule="hand", by=COMMAND, at=at)
    assert [(each.department, each.value) for each in queries.parts_of(target)] == [("体育局", 3), ("教育局", 7)]
    (reading,) = queries.standing([queries.parts_of(target)[0]], on=dt.date(2026, 7, 1))
    assert reading.progress.standing == Standing.UNDECIDED


def test_a_place_outside_is_no_part(aim, county, at):
    target = aim(value=10, place=TOWN)
    with pytest.raises(ValidationError, match="“大面街道”不在这项目标之下"):
        actions.split_target(target=target, parts=parts(county, 10, places=(OTHER,)), by_rule="hand", by=COMMAND, at=at)


def test_a_part_is_not_changed_alone(aim, county, at):
    target = aim(value=10)
    town, _other = actions.split_target(target=target, parts=parts(county, 6, 4), by_rule="equal", by=COMMAND, at=at)
    with pytest.raises(ValidationError, match="请在上级目标里重新分解"):
        actions.change_target(target=town, new={"value": Fraction(5)}, reason="少一点", by=COMMAND, at=at)


def test_a_path_of_ones_own_is_passed_on_in_proportion(aim, county, at):
    target = aim(value=100, points=[Point(dt.date(2026, 6, 30), Fraction(20))])
    actions.split_target(target=target, parts=parts(county, 75, 25), by_rule="hand", by=COMMAND, at=at)
    assert [each.path for each in queries.parts_of(target)] == [[["2026-06-30", "15"]], [["2026-06-30", "5"]]]


def test_withdrawing_takes_all_parts_along(aim, county, at):
    target = aim(value=10)
    actions.split_target(target=target, parts=parts(county, 6, 4), by_rule="equal", by=COMMAND, at=at)
    actions.withdraw_target(target=target, reason="任务取消", by=COMMAND, at=at)
    assert not queries.targets(place="510112", period="2026")


def test_progress_is_what_really_happened(aim, happened):
    target = aim(value=4, place=VILLAGE)
    happened(dt.date(2026, 1, 10), dt.date(2026, 2, 10))
    (reading,) = queries.standing([target], on=dt.date(2026, 3, 14))
    assert (reading.progress.actual, reading.progress.standing) == (2, Standing.ON_TRACK)
    happened(dt.date(2026, 3, 1), dt.date(2026, 3, 2))
    (reading,) = queries.standing([target], on=dt.date(2026, 3, 14))
    assert reading.progress.standing == Standing.MET


def test_silence_is_undecided_and_never_a_failure(aim):
    target = aim(place=VILLAGE)
    assert [each.progress.standing for each in queries.standing([target], on=dt.date(2027, 2, 1))] == ["undecided"]


def test_the_dashboard_reads_the_goal(aim):
    aim(value=4, place=TOWN)
    found = goals(place=TOWN, period=Period.of("2026"), codes=["activities.held_total", "library.books_per_head"])
    assert {code: (goal.value, goal.binding) for code, goal in found.items()} == {"activities.held_total": (4, True)}


def test_a_target_that_is_certainly_missed_costs_a_town_its_points(aim, happened, county):
    aim(value=1, place=TOWN, comparison="<=", period="2025")
    happened(dt.date(2025, 5, 1), dt.date(2025, 5, 2), dt.date(2025, 5, 3))
    sheet, year, on = known.shipped()["town.yearly"], Span.of("2025"), dt.date(2026, 3, 14)
    result = scores.score_of(sheet, scores.subject_of(sheet, TOWN), span=year, on=on)
    assert result.points_of("targets") == Fraction("28.5")
    assert [row.row.label for row in result.lines[0].rows] == ["举办活动"]

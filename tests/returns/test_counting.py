"""Returned values as figures: flows, stocks that carry forward, what is not applicable or withheld, evidence."""

import datetime as dt
import uuid

import pytest

from qunwen.base.evidence import actions as evidence
from qunwen.base.measures import declare, rollup
from qunwen.base.measures.enums import Grade, State
from qunwen.base.measures.models import MeasureTouch
from qunwen.base.measures.periods import Period
from qunwen.base.scope.codes import Level
from qunwen.governance.returns import actions, elements
from qunwen.governance.returns.models import ReturnedValue
from tests.desk.people import photo

from .conftest import JULY

EAST, NORTH = "510112001001", "510112001002"
LATE = dt.datetime(2026, 10, 8, 2, 0, tzinfo=dt.UTC)


def cell(measure, period, root="510112001", level=Level.TOWN):
    return rollup.cells(measures=measure, root=root, level=level, periods=[period])[0]


def rows(code, month):
    found = declare.get(code).rows(county="510112", month=Period.of(month))
    return sorted((row.place, row.day, row.value, row.grade) for row in found)


def test_every_returned_element_is_a_measure_of_its_own_code(db):
    measures = {m.code: m for m in declare.all()}
    for code, element in elements.returned().items():
        assert (measures[code].kind, measures[code].reported_by) == (element.kind, elements.level(element))
        assert elements.places_kept(element) <= 2


def test_a_flow_lies_on_the_last_day_of_its_period(say):
    say("films.shown", 2, period="2026-05")
    say("farm_bookroom.new_books", 30)
    assert rows("films.shown", "2026-05") == [(EAST, dt.date(2026, 5, 31), 2, "C")]
    assert rows("farm_bookroom.new_books", "2026-06") == [(EAST, dt.date(2026, 6, 30), 30, "C")]
    assert (rows("farm_bookroom.new_books", "2026-05"), rows("farm_bookroom.new_books", "2026-07")) == ([], [])
    assert (cell("farm_bookroom.new_books", "2026H1").value, cell("farm_bookroom.new_books", "2026Q1").state) == (
        30,
        State.NOT_REPORTED,
    )


def test_a_stock_carries_forward_until_the_next_answer(say):
    say("village.holdings", 1500, period="2025H2")
    say("village.holdings", 1800)
    found = {
        month: cell("village.holdings", month).value
        for month in ("2025-11", "2025-12", "2026-05", "2026-06", "2026-09")
    }
    assert found == {"2025-11": None, "2025-12": 1500, "2026-05": 1500, "2026-06": 1800, "2026-09": 1800}


def test_a_change_is_seen_by_the_next_reading_and_a_withdrawal_too(say, worker):
    first = say("village.holdings", 1800)
    assert cell("village.holdings", "2026H1").value == 1800
    second = say("village.holdings", 1900, reason="漏计")
    assert cell("village.holdings", "2026H1").value == 1900
    actions.withdraw_value(row=second, reason="填错", by=worker, at=JULY)
    found = cell("village.holdings", "2026H1")
    assert (found.state, found.value, found.reported, found.missing) == (State.NOT_REPORTED, None, 0, (EAST, NORTH))
    assert first.value == 1800


def test_zero_missing_not_applicable_and_withheld_are_four_things(say):
    code = "farm_bookroom.titles"
    assert cell(code, "2026H1").state == State.NOT_REPORTED
    say(code, 0)
    found = cell(code, "2026H1")
    assert (found.state, found.value, found.reported, found.expected, found.missing) == (State.ZERO, 0, 1, 2, (NORTH,))
    say(code, answer="not_applicable", place=NORTH)
    found = cell(code, "2026H1")
    assert (found.state, found.reported, found.expected, found.missing) == (State.ZERO, 1, 1, ())
    assert cell(code, "2026H1", root=NORTH, level=Level.VILLAGE).state == State.NOT_APPLICABLE
    say(code, answer="withheld", place=NORTH, reason="不便公开")
    found = cell(code, "2026H1")
    assert (found.reported, found.expected, found.missing, found.withheld) == (1, 2, (NORTH,), (NORTH,))


def test_a_flow_with_numbers_in_some_months_needs_no_excuse(say):
    say("films.shown", answer="not_applicable", period="2026-04")
    say("films.shown", 1, period="2026-05")
    found = cell("films.shown", "2026Q2", root=EAST, level=Level.VILLAGE)
    assert (found.state, found.value, found.expected) == (State.VALUE, 1, 1)
    assert cell("films.shown", "2026-04", root=EAST, level=Level.VILLAGE).state == State.NOT_APPLICABLE


def test_the_greatest_and_the_least_of_places_is_not_their_sum(say, places):
    for place, speed in (("510112001", 4), ("510112002", 100)):
        say("e_reading.bandwidth", speed, place=place)
    assert cell("e_reading.bandwidth", "2026H1", root="510112", level=Level.COUNTY).value == 100


def test_a_photograph_makes_it_b_and_its_going_c_again(say, worker, places, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    row = say("village.holdings", 1800)
    assert cell("village.holdings", "2026H1").by_grade == {"C": 1800}
    link, _warnings = evidence.keep_file(
        stream=photo(), name="台账.jpg", subject=row, place=places[EAST], by=worker, at=JULY
    )
    assert (ReturnedValue.unscoped.get().grade, cell("village.holdings", "2026H1").by_grade) == (Grade.B, {"B": 1800})
    evidence.unlink(link=link, by=worker, at=JULY)
    assert (ReturnedValue.unscoped.get().grade, cell("village.holdings", "2026H1").by_grade) == (Grade.C, {"C": 1800})


def test_rows_behind_open_to_their_answers(say):
    row = say("village.holdings", 1800)
    page = rollup.rows_behind(cell("village.holdings", "2026H1"))
    assert [(leaf.record_type, leaf.record, leaf.value) for leaf in page.rows] == [
        ("returns.returnedvalue", row.pk, 1800)
    ]
    links = declare.links(record_type="returns.returnedvalue", county="510112", ids=[row.pk, uuid.uuid4()])
    assert {key: (str(link.label), link.url) for key, link in links.items()} == {
        row.pk: ("东街社区 村（社区）藏书 2026年上半年 1,800 册", f"/desk/returns/510112/{row.pk}/")
    }


def test_only_its_own_kind_is_touched(say):
    say("films.shown", 1, period="2026-05")
    say("village.holdings", 1)
    found = MeasureTouch.unscoped.order_by("month").values_list("month", "feed", "onward")
    assert list(found) == [("2026-05", "returns.flow", False), ("2026-06", "returns.stock", True)]


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("village.holdings", "1,800", 1800),
        ("village.holdings", "１．２万册", 12000),
        ("centre.free_hours", "5.5 小时", 550),
        ("volunteers.hours", "12.25", 1225),
    ],
)
def test_numbers_are_read_as_people_write_them(code, text, value):
    element = elements.returned()[code]
    assert elements.read(element, text) == value
    assert elements.read(element, elements.written(element, value)) == value


@pytest.mark.parametrize(
    ("code", "text", "why"),
    [
        ("village.holdings", "abc", "应填数字，现在是“abc”。"),
        ("village.holdings", "1.5", "最多 0 位小数，现在是“1.5”。"),
        ("village.holdings", "-3", "不能是负数。"),
        ("village.holdings", "9" * 16, "这个数太大，请核对单位：册。"),
        ("village.holdings", "9" * 60, "这个数太长，请核对。"),
        ("village.holdings", " ", "请填数，或选“不适用”“不公开”。"),
        ("volunteers.hours", "1.255", "最多 2 位小数，现在是“1.255”。"),
    ],
)
def test_what_is_no_number_is_told_in_words(code, text, why):
    with pytest.raises(elements.NumberRefused) as caught:
        elements.read(elements.returned()[code], text)
    assert str(caught.value) == why


def test_doubts_never_stop_a_number():
    element = elements.returned()["village.holdings"]
    assert [one.text for one in elements.doubts(element, 60_000, 1_500)] == [
        "高于通常的上限 50,000 册。",
        "是上期（1,500 册）的 10 倍以上。",
    ]
    assert [one.text for one in elements.doubts(element, 150, 1_500)] == ["不到上期（1,500 册）的十分之一。"]
    assert elements.doubts(element, 1_600, 1_500) == []

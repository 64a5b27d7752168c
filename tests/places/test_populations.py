"""Population figures and the search of choosers."""

import pytest

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.models import JournalEntry
from qunwen.base.places import actions, queries
from qunwen.base.places.actions import Figure
from qunwen.base.places.models import Population
from qunwen.base.places.problems import DivisionUnknown, NumberRefused
from qunwen.base.scope import context
from qunwen.base.scope.asking import Forbidden
from qunwen.base.scope.codes import Level
from qunwen.base.scope.context import Reach

BY = Actor(kind=ActorKind.COMMAND, id=None, name="命令行")


def test_figure_is_recorded_corrected_and_not_repeated(places, everything, at):
    figure = Figure(places["510112"], 2024, 1_360_000, "成都统计年鉴2025")
    actions.record_population(figure=figure, by=BY, at=at)
    actions.record_population(figure=figure, by=BY, at=at)
    corrected = Figure(places["510112"], 2024, 1_361_000, "成都统计年鉴2025")
    actions.record_population(figure=corrected, by=BY, at=at)
    assert queries.population_of("510112", year=2024).number == 1_361_000
    assert queries.population_of("510112", year=2023) is None
    assert JournalEntry.unscoped.count() == 2


@pytest.mark.parametrize(
    "values",
    [{"number": -1}, {"year": 2099}, {"year": 1900}, {"source": " "}, {"group": "moon"}, {"grade": "Z"}],
)
def test_impossible_figure_is_refused_and_the_list_with_it(places, everything, at, values):
    good = Figure(places["510112"], 2024, 10, "年鉴")
    bad = Figure(**{"place": places["510112001"], "year": 2024, "number": 10, "source": "年鉴"} | values)
    with pytest.raises(NumberRefused):
        actions.record_populations(figures=[good, bad], by=BY, at=at)
    assert Population.unscoped.count() == 0


def test_list_is_recorded_whole_and_may_be_repeated(places, everything, at):
    figures = [Figure(places[code], 2024, 10, "年鉴") for code in ("510112001", "510112002")]
    assert actions.record_populations(figures=figures, by=BY, at=at) == 2
    assert actions.record_populations(figures=figures, by=BY, at=at) == 2
    assert Population.unscoped.count() == 2


def test_figures_of_another_county_are_out_of_reach(places, at, everything):
    actions.record_population(figure=Figure(places["610327"], 2024, 10, "年鉴"), by=BY, at=at)
    reaches = {"places.view": (Reach("510112"),), "places.population": (Reach("510112"),)}
    with context.opened(context.staff(reaches)):
        assert list(Population.objects.all()) == []
        with pytest.raises(Forbidden):
            actions.record_population(figure=Figure(places["610327"], 2023, 10, "年鉴"), by=BY, at=at)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("大面", ["510112002"]),
        ("社区", ["510112001001", "510112001002", "510112002001", "510112002002"]),
        ("510112001001", ["510112001001"]),
        ("510112001000", ["510112001", "510112001001", "510112001002"]),
        ("djsq", ["510112001001"]),
        ("lqjd", ["510112001"]),
        ("没有", []),
    ],
)
def test_search_within_a_county(places, text, codes):
    assert [row.code for row in queries.search(text, within="510112")] == codes


def test_choices_name_the_town_before_the_village(places):
    assert queries.choices("510112", level=Level.TOWN) == [("510112001", "龙泉街道"), ("510112002", "大面街道")]
    assert queries.choices("510112", level=Level.VILLAGE)[0] == ("510112001001", "龙泉街道 东街社区")
    assert queries.choices("510112001", level=Level.VILLAGE)[0] == ("510112001001", "东街社区")


def test_place_by_twelve_digits(places):
    assert queries.place("510112002000").code == "510112002"
    assert queries.place("510112000000").code == "510112"
    assert queries.full_name("510112001001") == "龙泉驿区 龙泉街道 东街社区"
    with pytest.raises(DivisionUnknown):
        queries.place("999999")

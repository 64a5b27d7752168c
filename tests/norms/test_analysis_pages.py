"""What-if pages on the desk: they answer, keep what was typed, and say what is wrong."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from qunwen.governance.norms import queries, remedies, timemachine
from qunwen.governance.norms.templatetags.norms_show import yuan

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = [pytest.mark.once, pytest.mark.usefixtures("nothing_counted")]

COUNTY = "510112"


def page(client, name, **more):
    about = {"place": COUNTY, "period": "2026H1", **more}
    return client.get(f"{reverse(f'norms:{name}')}?{urlencode(about)}")


def test_every_remedy_raises_elements_that_there_are(db):
    from qunwen.governance.indicators import catalogue

    raised = {each.element for remedy in remedies.shipped() for each in remedy.raises}
    assert raised - set(catalogue.elements()) == set()


def test_money_is_written_exactly_and_in_ten_thousands():
    assert [yuan(0), yuan(350_00), yuan(350_05)] == ["0 元", "350 元", "350.05 元"]
    assert yuan(12_345_678_90) == "1,234.57 万元（12,345,678.90 元）"


@pytest.mark.parametrize("name", ["lookback", "impact", "decisive", "road"])
def test_pages_answer_for_an_own_place_and_hide_another(log_in, places, name):
    client = log_in(COUNTY)
    assert page(client, name).status_code == 200
    assert page(client, name, place="510115").status_code == 404
    assert page(client, name, period="去年").status_code == 400


def test_look_back_shows_every_age(log_in, places):
    text = page(log_in(COUNTY), "lookback").content.decode()
    for age in timemachine.Age:
        assert str(age.label) in text


def test_look_back_says_a_verdict_as_the_list_does(log_in, places):
    client = log_in(COUNTY)
    cells = [line["cells"][0] for line in page(client, "lookback").context["lines"]]
    listed = {line.norm.code: line for group in page(client, "list").context["groups"] for line in group.lines}
    shown = [cell for cell in cells if cell]
    assert shown
    assert [(c.verdict, c.floor) for c in shown] == [
        (listed[c.norm.code].verdict, listed[c.norm.code].floor) for c in shown
    ]


def test_impact_keeps_what_was_typed_and_says_what_is_wrong(log_in, places):
    client = log_in(COUNTY)
    answer = page(client, "impact", norm="no.such", floor="很多")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "请写一个数，如 0.6。" in text
    assert 'value="很多"' in text


def test_impact_of_a_new_floor_is_counted_for_every_place_of_the_level(log_in, places):
    client = log_in(COUNTY)
    norm = next(
        n for n in queries.norms() if n.where.level == "village" and not n.where.area and not n.where.kinds
        and n.left is not None and n.enabled and type(n.floor).__name__ == "Number"
    )  # fmt: skip
    answer = page(client, "impact", norm=norm.code, floor="999999")
    assert answer.status_code == 200
    assert answer.context["found"].norm.code == norm.code
    assert len(answer.context["found"].effects) == sum(len(code) == 12 for code in places if code.startswith(COUNTY))


def test_road_of_a_place_above_a_county_says_to_go_down(log_in, places):
    client = log_in("5101", role="city_officer")
    assert "请先进入其中一个地方" in page(client, "road", place="5101", go="1").content.decode()


def test_road_refuses_a_price_that_is_none(log_in, places):
    remedy = remedies.shipped()[0]
    answer = page(log_in(COUNTY), "road", go="1", **{f"price_{remedy.code}": "三千五"})
    assert "请写金额（元），如 3500。" in answer.content.decode()
    assert 'value="三千五"' in answer.content.decode()


def test_road_of_a_county_without_figures_names_what_cannot_be_planned(log_in, places):
    answer = page(log_in(COUNTY), "road", go="1")
    assert answer.status_code == 200
    assert (answer.context["problem"], answer.context["form"].errors) == ("", {})
    assert answer.context["found"] is not None

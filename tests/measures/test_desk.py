"""A figure opens on the desk: for those who may see the place, and with a clear word for a wrong address."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from qunwen.base.journal.actors import Actor
from qunwen.base.measures import rollup
from qunwen.base.measures.queries import figure_url, read_address, url_of
from qunwen.base.people import actions
from qunwen.base.places.actions import set_edge
from qunwen.base.scope import context

from .conftest import row

COMMAND = Actor(kind="command", id=None, name="命令行")
EAST, NORTH = "510112001001", "510112001002"
MARCH = dt.date(2026, 3, 14)
FIGURE = {"measure": "tests.held", "place": "510112", "period": "2026H1"}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.QUNWEN_HOME = tmp_path


@pytest.fixture
def county(places, book):
    book.held = [
        row(EAST, MARCH, 1234, n=1),
        row(NORTH, dt.date(2026, 5, 1), 2, n=2, grade="B", kind="lecture"),
        row("510112001", MARCH, 7, n=999, grade="C", level="town"),
    ]
    return book


@pytest.fixture
def log_in(client, county, places, at):
    """The desk as seen by somebody with a role at a place."""

    def enter(code, role="county_officer"):
        with context.everything(reason="test"):
            actions.sync_roles(by=COMMAND, at=at)
            unit = actions.create_unit(name="文旅局", kind="bureau", place=places[code], by=COMMAND, at=at)
            staff = actions.invite_staff(
                name="李明", username="liming", unit=unit, place=places[code], password="longquan-2026-xiang",
                by=COMMAND, at=at,
            ).staff  # fmt: skip
            actions.grant_role(staff=staff, role=role, place=places[code], by=COMMAND, at=at)
        answer = client.post("/accounts/login/", {"login": "liming", "password": "longquan-2026-xiang"})
        assert answer.status_code == 302
        return client

    return enter


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_figure_shows_value_meaning_completeness_grades_and_rows(log_in):
    answer = log_in("510112").get(reverse("measures:figure"), FIGURE)
    assert answer.status_code == 200
    text = text_of(answer)
    for words in (
        "1,243",
        "时期内已举办的场次",
        "应报 4 个，已报 2 个",
        "五星社区",
        "洪河社区",
        "A 级：系统过程记录",
        "2026年上半年",
    ):
        assert words in text
    page = answer.content.decode()
    assert 'href="/desk/event/00000000-0000-0000-0000-000000000001/"' in page
    assert "不在您的查看范围内，或已删除" in page
    assert [c.place for c in (child.cell for child in answer.context["children"])] == ["510112001", "510112002"]
    assert "缺数" in text


def test_every_link_of_the_page_that_is_a_figure_opens(log_in):
    client = log_in("510112")
    seen, waiting = set(), [figure_url(**FIGURE)]
    while waiting and len(seen) < 25:
        url = waiting.pop()
        seen.add(url)
        answer = client.get(url)
        assert answer.status_code == 200, url
        found = re.findall(r'href="(/desk/figures/\?[^"#]+)', answer.content.decode())
        waiting += [u.replace("&amp;", "&") for u in found if u.replace("&amp;", "&") not in seen]
    assert len(seen) > 10


def test_a_township_sees_its_own_figures_and_none_above_or_beside(log_in):
    client = log_in("510112001", "town_station")
    assert client.get(figure_url(**FIGURE | {"place": "510112001"})).status_code == 200
    assert client.get(figure_url(**FIGURE | {"place": EAST})).status_code == 200
    for place in ("510112", "510112002", "51", "610327", "999999"):
        answer = client.get(figure_url(**FIGURE | {"place": place}))
        assert answer.status_code == 404
        assert "1,243" not in answer.content.decode()
    text = client.get(figure_url(**FIGURE | {"place": "510112001"})).content.decode()
    assert "place=510112&" not in text


def test_without_a_login_no_figure_is_shown(client, county):
    answer = client.get(figure_url(**FIGURE))
    assert (answer.status_code, "login" in answer["Location"]) == (302, True)


@pytest.mark.parametrize(
    "change",
    [
        {"measure": "x"},
        {"period": "2026H9"},
        {"period": ""},
        {"kind": "opera"},
        {"colour": "red"},
        {"grade": "Z"},
        {"map": "x"},
        {"place": ""},
        {"map": "now", "as_of": "yesterday"},
    ],
)
def test_a_wrong_address_is_answered_in_plain_words(log_in, change):
    answer = log_in("510112").get(reverse("measures:figure"), FIGURE | change)
    assert answer.status_code == 400
    assert "数据没有丢失" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "１"])
def test_an_odd_page_number_is_harmless(log_in, page):
    assert log_in("510112").get(reverse("measures:figure"), FIGURE | {"page": page}).status_code == 200


def test_the_address_of_a_cell_leads_back_to_it(county, everything):
    for cell in rollup.cells(
        measures="tests.held", root="510112", periods=["2026Q1"], by=["kind"], grades=["A"], place_map="now"
    ):
        query = dict(pair.split("=") for pair in url_of(cell).split("?")[1].split("&"))
        asked = read_address(query, today=dt.date(2026, 1, 1))
        (again,) = rollup.cells(root=asked.place, **asked.about)
        assert (again.value, again.period, again.place) == (cell.value, cell.period, cell.place)
        assert asked.url() == url_of(cell)


def test_pages_of_rows_take_the_same_number_of_queries(log_in, county, django_assert_max_num_queries):
    client = log_in("510112")
    client.get(figure_url(**FIGURE))
    county.held += [row(EAST, MARCH, n=100 + n) for n in range(120)]
    with django_assert_max_num_queries(60):
        answer = client.get(figure_url(**FIGURE))
    assert answer.status_code == 200


def test_a_figure_is_summed_over_a_named_hierarchy_by_choice(log_in, county, places, at):
    with context.everything(reason="test"):
        set_edge(
            hierarchy="library",
            child=places[EAST],
            parent=places["510112002"],
            since=dt.date(2026, 1, 1),
            by=COMMAND,
            at=at,
        )
    client = log_in("510112")
    asked = FIGURE | {"place": "510112001"}
    plain = client.get(figure_url(**asked))
    assert (plain.context["cell"].value, plain.context["hierarchy_label"]) == (1243, "行政隶属")
    address = dict(plain.context["hierarchies"])["图书馆总分馆"]
    network = client.get(address)
    assert (network.context["cell"].value, network.context["hierarchy_label"]) == (9, "图书馆总分馆")
    assert client.get(figure_url(**asked | {"place": "510112002"}, hierarchy="library")).context["cell"].value == 1234
    assert client.get(figure_url(**asked), {"hierarchy": "guild"}).status_code == 400

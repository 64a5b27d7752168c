"""Divisions on the desk: seen, previewed, changed, refused; grids; named hierarchies."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qunwen.base.places import actions
from qunwen.base.places.models import HierarchyEdge, Place, PlaceChange
from qunwen.base.scope import clock, context

from .people import COMMAND, FOREIGN, TOWN, VILLAGE

NORTH, FIVE = "510112001002", "510112002001"
YESTERDAY = clock.today() - dt.timedelta(days=1)


@pytest.fixture
def officer(desk):
    return desk("county_officer", "510112")


def url(name, *args):
    return reverse(f"places:{name}", args=args)


def text(answer):
    return answer.content.decode()


def confirmed(client, kind, code, data):
    """Preview, then confirm what was previewed."""
    first = client.post(url(kind, code), data)
    assert (first.status_code, PlaceChange.unscoped.count()) == (200, 0), text(first)
    return first, client.post(url(kind, code), {**data, "confirm": "1", "seen": first.context["digest"]})


def test_the_tree_and_the_search(officer, places):
    page = text(officer.get(url("list")))
    assert [name in page for name in ("龙泉驿区", "龙泉街道", "东街社区", "陇县")] == [True, True, True, False]
    for word, found in (
        ("东街", [VILLAGE]),
        ("510112002", ["510112002", FIVE, "510112002002"]),
        ("wxsq", [FIVE]),
        ("陇县", []),
    ):
        assert [p.pk for p in officer.get(url("list"), {"q": word}).context["found"]] == found
    assert "没有找到这样的区划" in text(officer.get(url("list"), {"q": "火星"}))


def test_a_town_officer_reads_its_own_places_only(desk, places):
    station = desk("town_station", TOWN)
    assert station.get(url("page", VILLAGE)).status_code == 200
    for code in ("510112", FIVE, FOREIGN, "999999"):
        assert station.get(url("page", code)).status_code == 404
    assert [
        station.get(url(kind, VILLAGE)).status_code for kind in ("rename", "merge", "split", "move", "dissolve")
    ] == [403] * 5
    assert url("rename", VILLAGE) not in text(station.get(url("page", VILLAGE)))


def test_rename_is_previewed_then_made_and_stands_in_the_life_of_the_place(officer):
    data = {"name": "东街新社区", "on": YESTERDAY, "document": "龙府〔2026〕3号"}
    first, answer = confirmed(officer, "rename", VILLAGE, data)
    assert "还没有办理" in text(first)
    assert (answer.status_code, Place.unscoped.get(pk=VILLAGE).name) == (302, "东街新社区")
    page = text(officer.get(answer.url))
    assert ("原名“东街社区”" in page, "龙府〔2026〕3号" in page) == (True, True)


def test_other_values_than_those_previewed_are_previewed_again(officer):
    first = officer.post(url("rename", VILLAGE), {"name": "甲社区", "on": YESTERDAY})
    answer = officer.post(
        url("rename", VILLAGE), {"name": "乙社区", "on": YESTERDAY, "confirm": "1", "seen": first.context["digest"]}
    )
    assert (answer.status_code, "乙社区" in text(answer), PlaceChange.unscoped.count()) == (200, True, 0)


def test_merge_into_a_new_one_moves_what_lies_below(officer):
    with context.everything(reason="test"):
        actions.create_grid(village=Place.unscoped.get(pk=NORTH), name="北一网格", by=COMMAND, at=clock.now())
    data = {"others": [NORTH], "into": "new", "code": "510112001009", "name": "龙泉社区", "on": YESTERDAY}
    first, _answer = confirmed(officer, "merge", VILLAGE, data)
    assert [(p.old_code, p.new_code) for p in first.context["preview"].passed][:2] == [
        (VILLAGE, "510112001009"),
        (NORTH, "510112001009"),
    ]
    assert Place.unscoped.get(pk="510112001009001").name == "北一网格"
    page = text(officer.get(url("page", VILLAGE)))
    assert ("已撤销" in page, "这里以前的数字现在记到" in page, "龙泉社区" in page) == (True, True, True)


def test_split_asks_where_everything_below_goes(officer):
    data = {"code_1": "510112005", "name_1": "东街道", "code_2": "510112006", "name_2": "西街道", "on": YESTERDAY}
    refused = officer.post(url("split", TOWN), data)
    assert (refused.status_code, refused.context["form"].errors[f"child_{VILLAGE}"]) == (422, ["请选它归到哪一个。"])
    assert 'value="东街道"' in text(refused)
    confirmed(officer, "split", TOWN, {**data, f"child_{VILLAGE}": "1", f"child_{NORTH}": "2"})
    assert sorted(Place.unscoped.filter(parent_id__in=["510112005", "510112006"]).values_list("code", flat=True)) == [
        "510112005001", "510112006002",
    ]  # fmt: skip


def test_move_takes_the_own_digits_or_the_next_free(officer):
    first, _answer = confirmed(officer, "move", VILLAGE, {"to": "510112002", "code": "", "on": YESTERDAY})
    assert [p.new_code for p in first.context["preview"].passed] == ["510112002003"]
    assert Place.unscoped.get(pk="510112002003").name == "东街社区"


@pytest.mark.parametrize(
    ("kind", "code", "data", "field", "said"),
    [
        ("rename", VILLAGE, {"name": "新", "on": clock.today() + dt.timedelta(days=9)}, "on", "还没有到"),
        ("rename", VILLAGE, {"name": "东街社区", "on": YESTERDAY}, "on", "与现名不同"),
        ("dissolve", TOWN, {"on": YESTERDAY}, "__all__", "还有 2 个在用的区划"),
        ("merge", VILLAGE, {"others": [NORTH], "into": "new", "code": FIVE, "name": "合", "on": YESTERDAY}, "code", "已被使用过"),
        ("merge", VILLAGE, {"others": [NORTH], "into": "new", "code": "610327100009", "name": "合", "on": YESTERDAY}, "__all__", "没有"),
        ("merge", VILLAGE, {"others": [], "into": VILLAGE, "on": YESTERDAY}, "others", "至少勾选一个"),
        ("move", VILLAGE, {"to": "610327100", "on": YESTERDAY}, "to", "610327100"),
    ],
)  # fmt: skip
def test_refusals_stand_at_the_field_and_change_nothing(officer, kind, code, data, field, said):
    answer = officer.post(url(kind, code), data)
    assert answer.status_code == 422
    assert said in "".join(answer.context["form"].errors[field])
    assert (PlaceChange.unscoped.count(), Place.unscoped.exclude(valid_to=None).count()) == (0, 0)


def test_dissolved_village_says_so(officer):
    confirmed(officer, "dissolve", VILLAGE, {"on": YESTERDAY})
    assert "没有后继区划" in text(officer.get(url("page", VILLAGE)))
    assert VILLAGE not in text(officer.get(url("list")))
    assert VILLAGE in text(officer.get(url("list"), {"gone": "1"}))


def test_grids_of_a_village(desk):
    station = desk("town_station", TOWN)
    station.post(url("grid_add", VILLAGE), {"name": "东一网格"})
    code = f"{VILLAGE}001"
    station.post(url("grid_rename", code), {"name": "东街一网格"})
    assert "东街一网格" in text(station.get(url("page", VILLAGE)))
    taken = station.post(url("grid_add", VILLAGE), {"name": "又一网格", "number": "1"})
    assert (taken.status_code, "number" in taken.context["form"].errors) == (422, True)
    station.post(url("grid_close", code), {"on": YESTERDAY})
    assert Place.unscoped.get(pk=code).valid_to == YESTERDAY
    assert [station.get(url("grid_add", c)).status_code for c in (FIVE, FOREIGN, TOWN)] == [404, 404, 404]


def test_named_hierarchy_is_shown_edited_and_ended(officer):
    begun = clock.today() - dt.timedelta(days=30)
    data = {"hierarchy": "library", "child": VILLAGE, "parent": "510112002", "since": begun}
    assert officer.post(url("network_add"), data).url == f"{url('networks')}?h=library"
    ring = officer.post(url("network_add"), {**data, "child": "510112002", "parent": VILLAGE})
    assert (ring.status_code, "成环" in text(ring)) == (422, True)
    page = text(officer.get(url("networks")))
    assert ("大面街道" in page, "东街社区" in page) == (True, True)
    edge = HierarchyEdge.unscoped.get()
    officer.post(url("network_end", edge.pk), {"on": YESTERDAY})
    assert HierarchyEdge.unscoped.get().valid_to == YESTERDAY


def test_hierarchy_of_another_county_is_not_there(officer, places):
    with context.everything(reason="test"):
        edge = actions.set_edge(
            hierarchy="library",
            child=places[FOREIGN],
            parent=places["610327"],
            since=YESTERDAY,
            by=COMMAND,
            at=clock.now(),
        )
    assert officer.get(url("network_end", edge.pk)).status_code == 404
    assert "东关社区" not in text(officer.get(url("networks")))


def test_pages_cost_the_same_with_more_rows(officer, places):
    def cost(address):
        with CaptureQueriesContext(connection) as seen:
            officer.get(address)
        return len(seen)

    asked = [url("list"), url("page", VILLAGE)]
    [officer.get(address) for address in asked]
    before = [cost(address) for address in asked]
    with context.everything(reason="test"):
        for n in range(3):
            actions.create_grid(village=places[VILLAGE], name=f"网格{n}", by=COMMAND, at=clock.now())
    assert [cost(address) for address in asked] == before

"""A sheet of activities: tried out, marked, written whole or not at all, twice without doubling."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qunwen.base.journal.models import JournalEntry
from qunwen.services.activities.enums import State
from qunwen.services.activities.models import Activity, Headcount, Session

from .people import TOWN, VILLAGE

HEAD = [
    "活动名称",
    "类别",
    "举办地",
    "主办单位",
    "计划年份",
    "计划月份",
    "开始时间",
    "已举办",
    "老年人（60岁以上）",
    "具体地点",
]
GOOD = [
    ["清明诗会", "读书看报", VILLAGE, "东街社区文化室", 2026, 4, "2026-04-05 19:00", "是", 30, "院坝"],
    ["国庆书画展", "文化鉴赏及展览", "龙泉街道", "龙泉街道综合文化站", 2026, 10, "", "", "", ""],
]


def sheet(rows, name="活动.xlsx"):
    book = openpyxl.Workbook()
    for row in [HEAD, *rows]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def send(client, rows):
    return client.post(reverse("activities:load"), {"sheet": sheet(rows)}, follow=True)


def apply(client, page):
    return client.post(reverse("activities:load_apply"), {"sha256": page.context["report"].sha256}, follow=True)


@pytest.fixture
def station(desk):
    return desk("town_station", TOWN)


def test_a_good_file_is_written_whole(station):
    page = send(station, GOOD)
    assert (page.context["report"].good, Activity.unscoped.count()) == (2, 0)
    answer = apply(station, page)
    assert "已导入 2 个活动" in answer.content.decode()
    assert dict(Activity.unscoped.values_list("title", "state")) == {
        "清明诗会": State.HELD,
        "国庆书画展": State.PLANNED,
    }
    assert (Session.unscoped.get().state, Headcount.unscoped.get().number) == ("held", 30)
    entry = JournalEntry.unscoped.get(code="activities.activity.loaded")
    assert (entry.county, entry.after["made"]) == ("510112", 2)


def test_the_same_file_again_makes_nothing(station):
    apply(station, send(station, GOOD))
    answer = apply(station, send(station, GOOD))
    assert ("另有 2 行以前导入过，没有重复" in answer.content.decode(), Activity.unscoped.count()) == (True, 2)


def test_faults_are_named_by_row_and_column_and_marked_in_the_file(station):
    bad = [*GOOD, ["没类别", "跳舞", "火星", "东街社区文化室", 2026, 13, "", "", "", ""]]
    page = send(station, bad)
    text = page.content.decode()
    assert (page.context["report"].may_apply, "火星" in text, "跳舞" in text) == (False, True, True)
    marked = b"".join(station.get(reverse("activities:load_marked")).streaming_content)
    heads = [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(marked)).active.iter_rows())]
    assert heads[-1] == "错误"
    refused = apply(station, page)
    assert (refused.status_code, Activity.unscoped.count()) == (422, 0)


def test_one_refused_row_undoes_everything(station):
    future = ["将来办过的", "读书看报", VILLAGE, "东街社区文化室", 2099, 4, "2099-04-05 19:00", "是", 3, ""]
    page = send(station, [*GOOD, future])
    answer = apply(station, page)
    assert (answer.status_code, Activity.unscoped.count(), "第 4 行" in answer.content.decode()) == (422, 0, True)


def test_another_countys_places_and_units_are_unknown(station):
    page = send(station, [["偷渡", "读书看报", "610327100001", "东关社区文化室", 2026, 4, "", "", "", ""]])
    assert sorted(p.label for p in page.context["report"].problems) == ["主办单位", "举办地"]


def test_another_town_of_the_county_is_refused_with_the_row(station):
    page = send(station, [["邻镇的", "读书看报", "510112002001", "龙泉街道综合文化站", 2026, 4, "", "", "", ""]])
    answer = apply(station, page)
    assert (answer.status_code, Activity.unscoped.count()) == (422, 0)


def test_a_changed_file_is_not_applied(station):
    send(station, GOOD)
    answer = station.post(reverse("activities:load_apply"), {"sha256": "0" * 64})
    assert (answer.status_code, Activity.unscoped.count()) == (422, 0)


def test_the_blank_form_filled_in_is_taken(station):
    blank = b"".join(station.get(reverse("activities:load_blank")).streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(blank))
    page = book["填报"]
    for column, value in enumerate(["读书会", "读书看报", VILLAGE, "东街社区文化室", 2026, 5], start=1):
        page.cell(3, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    file = SimpleUploadedFile("填报.xlsx", buffer.getvalue())
    answer = station.post(reverse("activities:load"), {"sheet": file}, follow=True)
    assert answer.context["report"].good == 1


@pytest.mark.parametrize("content", [b"", b"\x00\x01rubbish", "没有表头,的文件\n1,2\n".encode()])
def test_a_file_that_cannot_be_read_is_told_at_the_field(station, content):
    answer = station.post(reverse("activities:load"), {"sheet": SimpleUploadedFile("x.csv", content)})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["sheet"])


def test_without_a_file_there_is_nothing_to_apply(station):
    assert station.post(reverse("activities:load_apply"), {"sha256": "x"}).status_code == 404


def test_who_may_not_import_is_refused(desk):
    client = desk("village_worker")
    names = ("load", "load_blank", "load_check", "load_marked")
    assert [client.get(reverse(f"activities:{name}")).status_code for name in names] == [403] * 4

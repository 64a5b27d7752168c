"""Population figures on the desk: entered, corrected, imported whole or not at all, exported."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qunwen.base.journal.models import JournalEntry
from qunwen.base.places import actions
from qunwen.base.places.actions import Figure
from qunwen.base.places.models import Population
from qunwen.base.scope import clock, context

from .people import COMMAND, FOREIGN, TOWN, VILLAGE

HEAD = ["区划", "年份", "人群", "人数", "来源", "可信等级"]
GOOD = [[VILLAGE, 2024, "总人口", 3200, "年鉴", "B 公开统计"], ["北干道社区", 2024, "", 4100, "年鉴", "A"]]


def url(name, *args):
    return reverse(f"places:{name}", args=args)


def text(answer):
    return answer.content.decode()


@pytest.fixture
def station(desk):
    return desk("town_station", TOWN)


@pytest.fixture
def figure(places):
    """Record a figure as the command line would."""

    def run(code=VILLAGE, number=3000, year=2024):
        with context.everything(reason="test"):
            return actions.record_population(
                figure=Figure(places[code], year, number, "统计年鉴"), by=COMMAND, at=clock.now()
            )

    return run


def send(client, rows, name="人口.xlsx"):
    if name.endswith(".csv"):
        content = "\n".join(",".join(str(cell) for cell in row) for row in [HEAD, *rows]).encode("gb18030")
    else:
        book, buffer = openpyxl.Workbook(), io.BytesIO()
        for row in [HEAD, *rows]:
            book.active.append(row)
        book.save(buffer)
        content = buffer.getvalue()
    return client.post(url("load"), {"sheet": SimpleUploadedFile(name, content)}, follow=True)


def apply(client, page):
    return client.post(url("load_apply"), {"sha256": page.context["report"].sha256}, follow=True)


def test_a_figure_is_entered_and_corrected(station):
    data = {
        "place": VILLAGE,
        "year": 2024,
        "basis": "resident",
        "group": "total",
        "number": 3200,
        "source": "年鉴",
        "grade": "B",
    }
    assert station.post(url("population_add"), data).status_code == 302
    row = Population.unscoped.get()
    station.post(url("population", row.pk), {"number": 3100, "source": "年鉴更正", "grade": "A"})
    row.refresh_from_db()
    assert (row.number, row.source, row.grade, row.year) == (3100, "年鉴更正", "A", 2024)
    entry = JournalEntry.unscoped.filter(code="places.population.recorded").order_by("-recorded_at").first()
    assert (entry.before["number"], entry.after["number"]) == (3200, 3100)
    assert "3,100" in text(station.get(url("page", VILLAGE)))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"number": -1}, "number"), ({"source": " "}, "source"), ({"year": 2190}, "year"), ({"place": FOREIGN}, "place"),
     ({"group": "cats"}, "group")],
)  # fmt: skip
def test_wrong_figures_are_refused_at_the_field(station, change, field):
    data = {
        "place": VILLAGE,
        "year": 2024,
        "basis": "resident",
        "group": "total",
        "number": 3200,
        "source": "年鉴",
        "grade": "B",
    }
    answer = station.post(url("population_add"), {**data, **change})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Population.unscoped.count() == 0


def test_figures_of_other_places_are_not_there(station, figure):
    other, mine = figure(FOREIGN, 99_123), figure(VILLAGE, 3_456)
    page = text(station.get(url("populations")))
    assert ("3,456" in page, "99,123" in page) == (True, False)
    assert station.get(url("population", other.pk)).status_code == 404
    assert station.get(url("population", mine.pk)).status_code == 200


def test_filters_and_export(station, figure):
    figure(VILLAGE, 3_456, 2024), figure(VILLAGE, 3_300, 2023), figure(TOWN, 9_000, 2024)
    rows = station.get(url("populations"), {"year": "2024", "level": "5"}).context["page"].object_list
    assert [row.number for row in rows] == [3_456]
    answer = station.get(url("population_export"), {"year": "2024"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert [row[5] for row in cells if row[0] in (VILLAGE, TOWN)] == [9_000, 3_456]


@pytest.mark.parametrize("name", ["人口.xlsx", "人口.csv"])
def test_a_good_file_is_tried_out_then_written_whole(station, name):
    page = send(station, GOOD, name)
    assert (page.context["report"].good, Population.unscoped.count()) == (2, 0)
    assert "已写入 2 个人口数" in text(apply(station, page))
    assert list(Population.unscoped.order_by("place_id").values_list("place_id", "group", "number", "grade")) == [
        (VILLAGE, "total", 3200, "B"), ("510112001002", "total", 4100, "A"),
    ]  # fmt: skip
    assert "另有 2 个与已有的相同" in text(apply(station, send(station, GOOD, name)))


def test_faults_are_marked_and_nothing_is_written(station):
    bad = [*GOOD, [FOREIGN, 2024, "总人口", 12, "年鉴", "B"], [VILLAGE, 2024, "总人口", "很多", "", "B"]]
    page = send(station, bad)
    assert (page.context["report"].may_apply, page.context["report"].bad) == (False, 2)
    answer = station.get(url("load_marked"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    heads = [cell.value for cell in book.active[1]]
    assert [bool(book.active.cell(row, heads.index("错误") + 1).value) for row in (2, 3, 4, 5)] == [
        False,
        False,
        True,
        True,
    ]
    assert "有错，整个文件都没有导入" in text(apply(station, page))
    assert Population.unscoped.count() == 0


def test_a_year_to_come_is_refused_at_its_row(station):
    page = send(station, [[VILLAGE, 2199, "总人口", 5, "年鉴", "B"], *GOOD])
    assert "第 2 行" in text(apply(station, page))
    assert Population.unscoped.count() == 0


def test_readers_do_not_import(desk):
    reader = desk("auditor_readonly", "510112")
    assert reader.get(url("populations")).status_code == 200
    assert [
        reader.get(url(name)).status_code
        for name in ("load", "load_blank", "load_check", "load_marked", "population_add")
    ] == [403] * 5

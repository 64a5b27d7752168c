"""Returns on the desk: what is due, the sheet, two officers at once, a value's page, import."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qunwen.base.measures.periods import Period
from qunwen.base.scope import clock, context
from qunwen.governance.returns import actions, elements, queries
from qunwen.governance.returns.actions import Said
from qunwen.governance.returns.models import ReturnedValue
from tests.desk.people import COMMAND, FOREIGN, TOWN, VILLAGE, photo

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

HOLDINGS = "village.holdings"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def half(db):
    """The half-year that is due today."""
    return elements.newest("half", clock.today())


@pytest.fixture
def told(county):
    """Report as the command line would."""

    def run(element=HOLDINGS, value=1500, place=VILLAGE, period=None, **more):
        with context.everything(reason="test"):
            return actions.report_value(
                place=county.places[place], period=period, said=Said(element, value=value, **more), by=COMMAND,
                at=clock.now(),
            )  # fmt: skip

    return run


def sheet(half, place=VILLAGE):
    return reverse("returns:sheet", args=[place, half.code])


def current(element=HOLDINGS):
    return ReturnedValue.unscoped.filter(element=element, superseded_at=None).first()


def test_a_village_worker_sees_what_is_due_and_fills_it_in(desk, half, told):
    told(value=1400, period=half.previous)
    browser = desk()
    page = text(browser.get(reverse("returns:index")))
    assert f'<a href="{sheet(half)}">' in page
    assert "还差 14 项" in page
    form = text(browser.get(sheet(half)))
    assert "上期 1,400 册" in form
    sent = browser.post(
        sheet(half), {HOLDINGS: "1,500 册", "farm_bookroom.titles:answer": "not_applicable"}, follow=True
    )
    assert "已保存 2 个数。" in text(sent)
    assert (current().value, current().entered_name) == (1500, "王敏")
    assert current("farm_bookroom.titles").answer == "not_applicable"
    assert "已填 2 / 14 项" in text(sent)


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(desk, half):
    sent = desk().post(sheet(half), {HOLDINGS: "很多", "village_post.filled": "1"})
    assert sent.status_code == 422
    page = text(sent)
    assert ("应填数字，现在是“很多”。" in page, 'value="很多"' in page, ReturnedValue.unscoped.count()) == (
        True,
        True,
        0,
    )


def test_sending_twice_writes_once(desk, half):
    browser = desk()
    for _turn in range(2):
        browser.post(sheet(half), {HOLDINGS: "1500", f"{HOLDINGS}:seen": "0"})
    assert (ReturnedValue.unscoped.count(), current().revision) == (1, 1)


def test_the_second_officer_is_told_and_may_then_correct_with_a_reason(desk, half, told):
    browser = desk()
    told(value=1400, period=half)
    mine = {HOLDINGS: "1500", f"{HOLDINGS}:seen": "0"}
    sent = browser.post(sheet(half), mine)
    page = text(sent)
    assert (sent.status_code, "命令行" in page, "已经填为“1,400 册”" in page, current().value) == (
        422,
        True,
        True,
        1400,
    )
    assert 'value="1500"' in page
    assert f'name="{HOLDINGS}:seen" value="1"' in page
    sent = browser.post(sheet(half), {**mine, f"{HOLDINGS}:seen": "1", "reason": "又点了一遍"})
    assert (sent.status_code, current().value, current().reason) == (302, 1500, "又点了一遍")


def test_what_was_said_cannot_be_emptied_on_the_sheet(desk, half, told):
    told(period=half)
    sent = desk().post(sheet(half), {HOLDINGS: "", f"{HOLDINGS}:seen": "1"})
    assert "已经填过的数不能清空" in text(sent)
    assert current().value == 1500


def test_a_doubtful_number_is_kept_and_asked_about(desk, half):
    sent = desk().post(sheet(half), {HOLDINGS: "90000"}, follow=True)
    assert "高于通常的上限 50,000 册。" in text(sent)
    assert current().value == 90000


def test_a_value_opens_to_its_history_and_evidence(desk, half, told, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    told(period=half)
    row = told(value=1700, period=half, reason="漏计")
    browser = desk()
    page = text(browser.get(reverse("returns:value", args=[row.county, row.pk])))
    assert [word in page for word in ("1,700 册", "1,500 册", "漏计", "C 级")] == [True] * 4
    browser.post(reverse("returns:prove", args=[row.county, row.pk]), {"files": [photo()]})
    assert current().grade == "B"
    refused = browser.post(reverse("returns:withdraw", args=[row.county, row.pk]), {"reason": ""})
    assert refused.status_code == 422
    browser.post(reverse("returns:withdraw", args=[row.county, row.pk]), {"reason": "不是本村的"})
    assert current() is None


def test_another_county_and_another_village_are_closed(desk, half, told):
    row = told(place=FOREIGN, period=half)
    browser = desk()
    found = [
        browser.get(sheet(half, FOREIGN)).status_code,
        browser.get(sheet(half, "510112001002")).status_code,
        browser.get(reverse("returns:value", args=[row.county, row.pk])).status_code,
        browser.get(reverse("returns:load")).status_code,
        browser.get(reverse("returns:sheet", args=[VILLAGE, "2026-13"])).status_code,
    ]
    assert found == [404, 404, 404, 403, 404]


def test_reading_is_not_writing(desk, half):
    browser = desk("auditor_readonly", TOWN)
    assert browser.get(sheet(half)).status_code == 200
    assert browser.post(sheet(half), {HOLDINGS: "1"}).status_code == 403
    assert ReturnedValue.unscoped.count() == 0


def test_the_town_sees_how_far_its_villages_are(desk, half, told):
    told(period=half)
    page = text(desk("town_station", TOWN).get(reverse("returns:index")))
    assert ("2 个地方中 0 个已填完，28 项中已填 1 项。" in page, "还差" in page) == (True, True)


def test_lists_cost_the_same_whatever_they_hold(desk, half, told, django_assert_max_num_queries):
    browser = desk("town_station", TOWN)
    told(period=half)
    browser.get(reverse("returns:index"))
    with django_assert_max_num_queries(60) as one:
        browser.get(reverse("returns:index"))
    for element in ("village_post.filled", "troupes.count"):
        told(element, 1, period=half)
        told(element, 1, place="510112001002", period=half)
    with django_assert_max_num_queries(60) as more:
        browser.get(reverse("returns:index"))
    assert len(more) == len(one)


def send(browser, half, rows, name="填报.xlsx"):
    head = ["区划代码", "村（社区）藏书（册）", "农家书屋种数", "看不懂的列"]
    if name.endswith(".csv"):
        content = "\n".join(",".join(map(str, row)) for row in [head, *rows]).encode("gb18030")
    else:
        book, buffer = openpyxl.Workbook(), io.BytesIO()
        for row in [head, *rows]:
            book.active.append(row)
        book.save(buffer)
        content = buffer.getvalue()
    data = {"asked": f"5:{half.code}", "sheet": SimpleUploadedFile(name, content)}
    return browser.post(reverse("returns:load"), data, follow=True)


def apply(browser, page, **more):
    return browser.post(reverse("returns:load_apply"), {"sha256": page.context["report"].sha256, **more}, follow=True)


@pytest.mark.parametrize("name", ["填报.xlsx", "填报.csv"])
def test_a_file_is_tried_and_then_written_whole(desk, half, name):
    browser = desk("town_station", TOWN)
    page = send(browser, half, [[VILLAGE, 1500, "不适用"], ["北干道社区", 2600, ""]], name)
    assert ("2 行可以导入，0 行有错。" in text(page), "看不懂的列" in text(page)) == (True, True)
    assert ReturnedValue.unscoped.count() == 0
    assert "已写入 3 个数，更正 0 个。" in text(apply(browser, page))
    found = ReturnedValue.unscoped.order_by("place_id", "element").values_list("element", "answer", "value")
    assert list(found) == [
        ("farm_bookroom.titles", "not_applicable", None),
        (HOLDINGS, "value", 1500),
        (HOLDINGS, "value", 2600),
    ]


def test_a_file_with_a_fault_writes_nothing_and_comes_back_marked(desk, half):
    browser = desk("town_station", TOWN)
    page = send(browser, half, [[VILLAGE, "一千", 3], [FOREIGN, 5, 5]])
    assert "0 行可以导入，2 行有错。" in text(page)
    assert "应填数字，现在是“一千”。" in text(page)
    assert browser.get(reverse("returns:load_marked")).status_code == 200
    apply(browser, page)
    assert ReturnedValue.unscoped.count() == 0


def test_a_file_that_changes_numbers_needs_a_reason(desk, half, told):
    told(value=1400, period=half)
    browser = desk("town_station", TOWN)
    page = send(browser, half, [[VILLAGE, 1500, ""], ["北干道社区", 2600, ""]])
    refused = apply(browser, page)
    assert "文件里有与已填不同的数，请写明更正的原因。" in text(refused)
    assert ReturnedValue.unscoped.count() == 1
    assert "已写入 1 个数，更正 1 个。" in text(apply(browser, page, reason="复核"))
    with context.everything(reason="test"):
        assert [row.value for row in queries.chain(current())] in ([1500, 1400], [2600])


def test_the_form_holds_every_place_and_what_was_said(desk, half, told):
    told(period=half)
    answer = desk("town_station", TOWN).get(reverse("returns:load_blank"), {"asked": f"5:{half.code}"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    head = next(row for row in rows if row[0] == "区划代码")
    column = head.index("村（社区）藏书（册）")
    found = {row[0]: row[column] for row in rows if str(row[0]).startswith("5101")}
    assert found == {VILLAGE: "1500", "510112001002": None}


def test_what_the_form_hands_out_can_be_sent_back(desk, half, told):
    told(period=half)
    told("village_room.wifi", 1, period=Period.of(str(half.year - 1)))
    browser = desk("town_station", TOWN)
    year = Period.of(str(half.year - 1))
    for asked, period in ((f"5:{half.code}", half), (f"5:{year.code}", year)):
        answer = browser.get(reverse("returns:load_blank"), {"asked": asked})
        file = SimpleUploadedFile("表.xlsx", b"".join(answer.streaming_content))
        page = browser.post(reverse("returns:load"), {"asked": asked, "sheet": file}, follow=True)
        assert "2 行可以导入，0 行有错。" in text(page), period
        assert "与已填的相同，没有改动" in text(apply(browser, page))

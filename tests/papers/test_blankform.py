import io
from datetime import date

import openpyxl

from qunwen.base.papers.blankform import explain, write_blank_form
from qunwen.base.papers.fields import Field, FieldKind
from qunwen.base.papers.imports import SheetSpec, dry_run
from qunwen.base.papers.reading import OpenSheet

from .sheets import saved

SPEC = SheetSpec(
    (
        Field("id", "证件号", required=True, max_length=18),
        Field("day", "日期", FieldKind.DATE),
        Field("kind", "类别", FieldKind.CHOICE, choices={"讲座": 1, "展览": 2}),
        Field("place", "村（社区）", FieldKind.CHOICE, choices={f"第{i}村民委员会": i for i in range(60)}),
        Field("free", "免费", FieldKind.BOOL, hint="收费的请填否。"),
        Field("total", "人数", FieldKind.INTEGER, minimum=0, maximum=9),
    )
)


def form():
    buffer = io.BytesIO()
    write_blank_form(buffer, SPEC, title="活动填报表")
    return openpyxl.load_workbook(buffer)


def test_blank_form_filled_in_is_imported():
    made = form()
    for column, value in enumerate(["510112198001011234", date(2026, 3, 5), "展览", "第7村民委员会", "是", 3], start=1):
        made["填报"].cell(3, column).value = value
    report = dry_run(SPEC, OpenSheet(saved(made)))
    assert report.heads.unknown == ()
    assert [row.values for row in report.preview] == [
        {"id": "510112198001011234", "day": date(2026, 3, 5), "kind": 2, "place": 7, "free": True, "total": 3}
    ]


def test_blank_form_offers_lists_short_in_the_cell_and_long_on_the_second_sheet():
    made = form()
    rules = {str(rule.sqref): rule.formula1 for rule in made["填报"].data_validations.dataValidation}
    assert rules == {"C3:C5001": '"讲座,展览"', "D3:D5001": "可选项!$A$1:$A$60", "E3:E5001": '"是,否"'}
    assert made["可选项"]["A60"].value == "第59村民委员会"


def test_blank_form_explains_every_column():
    page = form()["填报"]
    assert [cell.value for cell in page[2]] == ["*证件号", "日期", "类别", "村（社区）", "免费", "人数"]
    assert page["A2"].comment.text == explain(SPEC.fields[0]) == "必填。文字。最多 18 个字。"
    assert page["E2"].comment.text == "可不填。是 或 否。收费的请填否。"
    assert page["F2"].comment.text == "可不填。整数。不小于 0，不大于 9。"


def test_blank_form_without_long_lists_hides_the_second_sheet():
    buffer = io.BytesIO()
    write_blank_form(buffer, SheetSpec((Field("a", "甲"),)), title="表")
    assert openpyxl.load_workbook(buffer)["可选项"].sheet_state == "hidden"

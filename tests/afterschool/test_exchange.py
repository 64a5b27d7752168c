"""Files of bills and receipts: signed by content, read in two encodings, refused as a whole with the line."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.base.scope.clock import SHANGHAI
from qunwen.services.afterschool import payments
from qunwen.services.afterschool.payments import exchange

KEY = b"agreed with the collector"
ROWS = [("KH-1", 460, "NO-0001", "2026-03-31 16:20:00"), ("KH-2", 920, "NO-0002", "2026-03-31 16:21:00")]


def _file(rows=ROWS, *, kind="回单", county="510112", key=KEY):
    return exchange.write(kind, county=county, serial="R-1", rows=rows, key=key)


def _read(data):
    return exchange.read_receipts(data, county="510112", key=KEY)


def test_receipts_come_back_as_they_were_written():
    found = _read(_file())
    at = dt.datetime(2026, 3, 31, 16, 20, tzinfo=SHANGHAI)
    assert (found.serial, found.total_fen, found.rows[0]) == (
        "R-1", 1380, exchange.Receipt("KH-1", 460, "NO-0001", at, 3),
    )  # fmt: skip


def test_saved_again_in_gb18030_with_empty_cells_it_still_holds_and_is_the_same_file():
    lines = _file().decode("utf-8-sig").replace("\r\n", ",,\n")
    assert _read(lines.encode("gb18030")).digest == _read(_file()).digest


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("460", "461", "签名不符"),
        ("KH-1", "KH-3", "签名不符"),
        ("510112", "510113", "510113"),
        ("回单", "账单", "账单"),
        ("群文课后服务", "别的", "不是课后服务的回单"),
        ("签名,", "签名,0", "签名不符"),
    ],
)
def test_changed_file_is_refused(old, new, says):
    data = _file().decode("utf-8-sig").replace(old, new, 1).encode()
    with pytest.raises(exchange.FileRefused, match=says):
        _read(data)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("KH-1", "4.6", "NO-0001", "2026-03-31 16:20:00"), "第 3 行：金额"),
        (("KH-1", "-5", "NO-0001", "2026-03-31 16:20:00"), "第 3 行：金额"),
        (("KH-1", 5, "1", "2026-03-31 16:20:00"), "第 3 行：流水号"),
        (("KH-1", 5, "NO-0001", "2026/3/31"), "第 3 行：时间"),
    ],
)
def test_row_that_cannot_be_is_refused_with_its_line(row, says):
    lines = [["群文课后服务", "回单", "1", "510112", "R-1"], list(exchange.COLUMNS["回单"]), [str(c) for c in row]]
    lines.append(["合计", "1", "5"])
    lines.append(["签名", exchange.sign(lines, KEY)])
    with pytest.raises(exchange.FileRefused, match=says):
        _read("\n".join(",".join(line) for line in lines).encode())


def test_sum_that_is_not_the_sum_is_refused():
    lines = [["群文课后服务", "回单", "1", "510112", "R-1"], list(exchange.COLUMNS["回单"]), ["合计", "1", "5"]]
    lines.append(["签名", exchange.sign(lines, KEY)])
    with pytest.raises(exchange.FileRefused, match="第 3 行：合计"):
        _read("\n".join(",".join(line) for line in lines).encode())


def test_reference_twice_in_a_file_is_refused():
    with pytest.raises(exchange.FileRefused, match="第 4 行：流水号与第 3 行相同"):
        _read(_file([ROWS[0], ("KH-2", 5, *ROWS[0][2:])]))


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"a,b\n", b"\xff\xfe\xff", "回单".encode()])
def test_what_is_not_such_a_file_is_refused(data):
    with pytest.raises(exchange.FileRefused):
        _read(data)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"群文课后服务,回单,1,510112,R\n{text}".encode())
)
def test_no_file_without_the_key_is_ever_taken(data):
    with pytest.raises(exchange.FileRefused):
        _read(data)


def test_bill_file_guards_names_that_would_be_formulas():
    data = _file([("KH-1", "=校", "王*", "2026-03", 460)], kind="账单").decode("utf-8-sig")
    assert "'=校" in data
    assert data.splitlines()[-2] == "合计,1,460"


def test_demonstration_is_offered_only_in_a_demonstration(settings):
    settings.QUNWEN_DEMO = False
    real = [one.code for one in payments.offered()]
    settings.QUNWEN_DEMO = True
    assert (real, [one.code for one in payments.offered()]) == (
        ["files", "counter"], ["files", "counter", "demonstration"],
    )  # fmt: skip


def test_only_the_demonstration_pretends_and_says_so():
    pretended = [one for one in payments.offered() if one.pretended]
    every = [payments.adapter(code) for code in ("files", "counter", "demonstration")]
    assert [one.pretended for one in every] == [False, False, True]
    assert pretended == []
    assert str(every[2].title) == "演示缴费（没有真实收款）"

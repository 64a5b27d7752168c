"""Rows are taken only as they were declared, and equal rows give equal bytes."""

import datetime as dt
import hashlib
import random

import pytest

from qunwen.base.measures import declare, keeping, leaf
from qunwen.base.measures.declare import DeclarationError, Dim, Measure
from qunwen.base.measures.periods import Period

from .conftest import COUNTY, row

MARCH = Period.of("2026-03")
DAY = dt.date(2026, 3, 14)
VILLAGE = "510112001001"


def tables():
    return [leaf.table_of(m, county=COUNTY, month=MARCH) for m in declare.all()]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": 1.0}, "整数"),
        ({"value": True}, "整数"),
        ({"value": None}, "整数"),
        ({"value": 2**63}, "整数"),
        ({"place": "610327100001"}, "地点不在这个县"),
        ({"place": "5101120010"}, "长度不对"),
        ({"place": None}, "地点不在这个县"),
        ({"day": dt.datetime(2026, 3, 14, tzinfo=dt.UTC)}, "日期不在这个月"),
        ({"grade": "D"}, "佐证等级"),
        ({"dims": {"kind": "show", "level": "moon"}}, "没有声明的取值"),
        ({"dims": {"kind": "show"}}, "分组与声明不符"),
        ({"dims": {"kind": "show", "lvl": "town"}}, "缺少分组"),
    ],
)
def test_a_row_not_as_declared_is_refused_loudly(book, change, message):
    book.rows = lambda **_: [row(VILLAGE, DAY, n=1)._replace(**change)]
    with declare.only(*_rebound(book)), pytest.raises(DeclarationError, match=message):
        tables()


def _rebound(book):
    from .conftest import measures

    return measures(book)


def test_a_row_of_another_county_or_month_is_refused(book):
    for wrong in (row(VILLAGE, dt.date(2026, 4, 1), n=1), row("610327100001", DAY, n=1)):
        book.rows = lambda *, county, month, wrong=wrong: [wrong]
        with declare.only(*_rebound(book)), pytest.raises(DeclarationError):
            tables()


def test_one_record_counted_twice_is_refused(book):
    book.held = [row(VILLAGE, DAY, n=1), row(VILLAGE, DAY, 5, n=1)]
    with pytest.raises(DeclarationError, match="计了两次"):
        tables()
    book.held = [row(VILLAGE, DAY, n=1), row(VILLAGE, DAY, n=1, kind="lecture")]
    assert sum(t.num_rows for t in tables()) == 2


def test_equal_rows_give_equal_bytes_in_any_order(book, tmp_path):
    book.held = [
        row(f"510112001{n % 9:03}", dt.date(2026, 3, 1 + n % 31), n % 4, n=n, kind=("show", "lecture")[n % 2])
        for n in range(2_000)
    ]
    digests = set()
    for turn in range(4):
        random.Random(turn).shuffle(book.held)
        rows, digest = leaf.write(tmp_path / f"{turn}.parquet", tables())
        assert rows == 2_000
        digests.add((hashlib.sha256((tmp_path / f"{turn}.parquet").read_bytes()).hexdigest(), digest))
    assert len(digests) == 1


def test_rows_hash_is_the_documented_text_and_independent_of_the_file(book, tmp_path):
    book.held = [row(VILLAGE, DAY, 3, n=7), row("510112001", DAY, 0, n=8, grade="C", kind="lecture", level="town")]
    _rows, digest = leaf.write(tmp_path / "one.parquet", tables())
    lines = (
        "tests.held\t510112\t510112001\t2026-03-14\t0\tC\ttests.event\t"
        "00000000-0000-0000-0000-000000000008\tkind=lecture\tlevel=town\n"
        "tests.held\t510112\t510112001001\t2026-03-14\t3\tA\ttests.event\t"
        "00000000-0000-0000-0000-000000000007\tkind=show\tlevel=village\n"
    )
    assert digest == hashlib.sha256(lines.encode()).hexdigest()
    assert keeping.rows_of(tmp_path / "one.parquet") == (2, digest)


def test_no_rows_still_make_a_file(book, tmp_path):
    rows, digest = leaf.write(tmp_path / "none.parquet", tables())
    assert (rows, digest) == (0, hashlib.sha256(b"").hexdigest())
    assert keeping.rows_of(tmp_path / "none.parquet") == (0, digest)


def _measure(**about):
    base = {
        "code": "x.y",
        "title": "甲",
        "unit": "个",
        "kind": "flow",
        "meaning": "甲",
        "rows": list,
        "feeds": ("a.B",),
    }
    return Measure(**(base | about))


@pytest.mark.parametrize(
    "about",
    [
        {"feeds": ()},
        {"dims": (Dim("Bad Name", "甲", (("a", "甲"),)),)},
        {"dims": (Dim("k", "甲", ()),)},
        {"dims": (Dim("k", "甲", (("a", "甲"), ("a", "乙"))),)},
        {"dims": (Dim("k", "甲", (("a", "甲"),)), Dim("k", "甲", (("a", "甲"),)))},
    ],
)
def test_a_malformed_declaration_is_refused(about):
    with declare.only(), pytest.raises(DeclarationError):
        declare.register(_measure(**about))


def test_a_code_is_declared_once():
    with declare.only(_measure()), pytest.raises(DeclarationError, match="重复"):
        declare.register(_measure())


def test_the_digest_changes_with_meaning_and_not_with_words():
    def digest(**about):
        with declare.only(_measure(**about)):
            return declare.digest()

    assert digest() == digest(title="乙", unit="件")
    assert digest() != digest(version=2)
    assert digest() != digest(dims=(Dim("k", "甲", (("a", "甲"),)),))

"""The shipped list of the country's divisions."""

import json
import subprocess
import sys
import zipfile
from collections import Counter
from importlib import resources

import pytest

from qunwen.base.places import divisions
from qunwen.base.scope.codes import Level

# Counted from the source file: towns and villages under each.
COUNTED = {
    "510112": ("龙泉驿区", 10, 124),
    "610327": ("陇县", 10, 109),
    "441900": ("东莞市", 36, 609),
    "469001": ("五指山市", 8, 64),
    "150602": ("东胜区", 16, 109),
    "320703": ("连云区", None, None),
    "350527": ("金门县", 1, 1),
}


@pytest.mark.parametrize("code", COUNTED)
def test_county_counts(code):
    name, towns, villages = COUNTED[code]
    rows = list(divisions.below(code))
    levels = Counter(row.level for row in rows)
    assert (rows[0].code, rows[0].name) == (code, name)
    if towns is not None:
        assert (levels[Level.TOWN], levels[Level.VILLAGE]) == (towns, villages)


def test_whole_country_has_every_division_once():
    codes = [row.code for p in divisions.upper() if len(p) == 2 for row in divisions.below(p)]
    assert len(codes) == len(set(codes)) == 665_276
    assert {"4419", "441900", "4420", "442000", "4604", "460400"} <= set(codes)
    assert {"350527", "350527000", "350527000000"} <= set(codes)


def test_odd_divisions_are_there():
    towns = {row.code: row.name for row in divisions.below("150602")} | {
        r.code: r.name for r in divisions.below("320703")
    }
    assert towns["150602405"] == "鄂尔多斯高新技术产业开发区"
    assert towns["320703401"] == "东辛农场"
    assert [row.name for row in divisions.ancestors("469001")] == ["海南省", "省直辖县级行政区划"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("陇县", ["610327"]),
        ("龙泉驿", ["510112"]),
        ("510112", ["510112"]),
        ("510112000000", ["510112"]),
        ("东莞", ["441900"]),
        ("441900000000", ["441900"]),
        ("五指山", ["469001"]),
        ("朝阳区", ["110105", "220104"]),
        ("北京 朝阳", ["110105"]),
        ("四川省成都市龙泉驿区", ["510112"]),
        ("不存在县", []),
        ("999999", []),
        ("510112001", []),
        ("", []),
    ],
)
def test_find_county(text, codes):
    assert [row.code for row in divisions.find(text, Level.COUNTY)] == codes


@pytest.mark.parametrize(
    ("text", "level", "codes"),
    [
        ("东莞", Level.CITY, ["4419"]),
        ("441900000000", Level.CITY, ["4419"]),
        ("成都", Level.CITY, ["5101"]),
        ("510100", Level.CITY, ["5101"]),
        ("四川", Level.PROVINCE, ["51"]),
        ("51", Level.PROVINCE, ["51"]),
    ],
)
def test_find_city_and_province(text, level, codes):
    assert [row.code for row in divisions.find(text, level)] == codes


def test_elsewhere_names_the_town_that_was_typed():
    assert [row.code for row in divisions.elsewhere("大面街道")] == ["510112002"]


def test_archive_is_small_and_says_where_it_comes_from():
    path = resources.files("qunwen.base.places") / "data" / "divisions.zip"
    assert path.stat().st_size <= 4 * 1024 * 1024
    with zipfile.ZipFile(str(path)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("origin.json"))["divisions"] == 665_276


def test_reading_needs_no_heavy_library():
    code = (
        "import sys; from qunwen.base.places import divisions; list(divisions.below('510112'));"
        "assert not {'pyarrow', 'duckdb', 'pandas'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

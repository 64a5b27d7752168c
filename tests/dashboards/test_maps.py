"""Outlines of divisions: what is drawn, and what a bad file is told."""

import json

import pytest

from qunwen.base.ui.division_map import Division, DivisionMap, wrapped
from qunwen.governance.dashboards import maps

# Pages and pure rules speak no SQL of their own: what they call runs on both databases.
pytestmark = pytest.mark.once

SQUARE = [[104.0, 30.0], [105.0, 30.0], [105.0, 31.0], [104.0, 31.0], [104.0, 30.0]]


@pytest.fixture
def put(settings, tmp_path):
    """Write the file of the county."""
    settings.QUNWEN_HOME = tmp_path

    def write(data, *, raw=None):
        path = maps.path_of("510112")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(raw if raw is not None else json.dumps(data).encode())
        return path

    return write


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def feature(code, ring=SQUARE, kind="Polygon"):
    coordinates = [ring] if kind == "Polygon" else [[ring]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": kind, "coordinates": coordinates}}


def test_outlines_are_drawn_by_short_or_twelve_digit_codes(put):
    east = [[x + 1, y] for x, y in SQUARE]
    put(collection(feature("510112001"), feature("510112002000", east, "MultiPolygon")))
    found = maps.outlines("510112")
    assert list(found.shapes) == ["510112001", "510112002"]
    assert found.shapes["510112001"].x == 0
    assert found.shapes["510112002"].x == pytest.approx(found.width / 2)
    assert found.width > found.height
    assert found.shapes["510112001"].path.startswith("M0.0 ")


def test_without_a_file_there_are_no_outlines(put):
    assert maps.outlines("510112") is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "最外层须是 FeatureCollection"),
        (collection(), "里面没有一个区划"),
        (collection(feature("")), "第 1 个要素没有属性 code"),
        (collection(feature("510112001"), feature("610327100")), "第 2 个要素的 code “610327100”不是 510112 下一级的区划代码"),
        (collection(feature("510112001001")), "不是 510112 下一级"),
        (collection(feature("510112001", kind="Point")), "须是 Polygon"),
        (collection(feature("510112001", [[1, 2]])), "不到四个点"),
        (collection(feature("510112001", [["a", 2]] * 4)), "不是数字"),
        (collection(feature("510112001", [[400000, 3000000]] * 4)), "超出经纬度范围"),
        (collection({"properties": {"code": "510112001"}, "geometry": None}), "须是 Polygon"),
        (collection({"properties": {"code": "510112001"}, "geometry": {"type": "Polygon", "coordinates": 3}}), "不成数组"),
        (collection("x"), "没有属性 code"),
    ],
)  # fmt: skip
def test_a_bad_file_says_where_and_what(put, data, words):
    put(data)
    with pytest.raises(maps.MapError, match=r"地图文件 maps/510112\.geojson") as problem:
        maps.outlines("510112")
    assert words in str(problem.value)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"{", b"[" * 100_000])
def test_a_file_that_is_no_json_is_told(put, raw):
    put(None, raw=raw)
    with pytest.raises(maps.MapError, match="不是 UTF-8 编码的 GeoJSON"):
        maps.outlines("510112")


def test_a_file_that_is_put_anew_is_read_anew(put):
    put(collection(feature("510112001")))
    assert list(maps.outlines("510112").shapes) == ["510112001"]
    put(collection(feature("510112001"), feature("510112002")))
    assert list(maps.outlines("510112").shapes) == ["510112001", "510112002"]


def tiles(*values):
    return DivisionMap("分布", tuple(Division(f"{n:03}", f"镇{n}", v, str(v)) for n, v in enumerate(values)))


def test_equal_figures_are_of_one_class_and_zero_is_its_own():
    found = tiles(0, 1, 1, 5, 5, 5, None, 9)
    classes = {d.code: shade.words if shade else "" for d, shade in found.rows}
    assert list(classes.values()) == ["0", "1", "1", "5", "5", "5", "", "9"]
    assert found.has_missing


def test_there_are_at_most_five_classes_and_their_words_are_the_figures_in_them():
    found = tiles(*range(1, 41))
    assert len(found.shades) == 5
    for division, shade in found.rows:
        low, high = shade.words.split("–")
        assert int(low) <= division.value <= int(high)
    assert len({shade.colour for shade in found.shades}) == 5


@pytest.mark.parametrize("number", [1, 2, 3, 7, 10, 21, 60])
def test_tiles_fill_the_box_in_order_of_code_without_overlap(number):
    layout = tiles(*range(number)).fitted(460, 190, 15)
    assert [d.division.code for d in layout.drawn] == [f"{n:03}" for n in range(number)]
    assert len({(d.x, d.y) for d in layout.drawn}) == number
    assert all(d.x + d.width <= 460 and d.y + d.height <= 190 for d in layout.drawn)


def test_a_long_name_is_cut_and_a_short_one_is_whole():
    assert wrapped("龙泉街道", 60, 2) == ("龙泉街道",)
    assert wrapped("成都经济技术开发区管理委员会", 60, 2) == ("成都经济", "技术开…")

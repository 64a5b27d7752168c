import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from qunwen.base.papers.chart import Series, draw_chart, nice_ceiling
from qunwen.base.papers.typefaces import find_chinese_font

MONTHS = [f"{i}月" for i in range(1, 7)]


def colours(chart):
    image = Image.open(io.BytesIO(chart.png)).convert("RGB")
    return {colour: count for count, colour in image.getcolors(1 << 24)}


def greys(chart):
    """Pixels of the hatching: grey lines, softened at their edges."""
    return sum(count for (r, g, b), count in colours(chart).items() if 100 < r < 240 and r <= g <= b <= r + 25)


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_chart_is_a_png_in_the_colours_of_the_house(kind):
    chart = draw_chart(
        MONTHS, [Series("计划", [1, 2, 3, 4, 5, 6]), Series("举办", [2, 2, 2, 2, 2, 2])], kind=kind, unit="场"
    )
    assert (chart.width, chart.height) == Image.open(io.BytesIO(chart.png)).size == (1200, 640)
    found = colours(chart)
    assert all(found.get(ImageColor.getrgb(code), 0) > 100 for code in ("#2b6b66", "#a8321f"))


def test_chart_bars_are_as_long_as_their_values():
    image = Image.open(io.BytesIO(draw_chart(["a", "b"], [Series("s", [100, 50])], size=(800, 600)).png)).convert("RGB")
    pixels, celadon = image.load(), ImageColor.getrgb("#2b6b66")
    tall, short = (sum(pixels[x, y] == celadon for y in range(60, 600)) for x in (270, 600))
    assert tall == pytest.approx(2 * short, abs=6)


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_chart_hatches_what_is_missing(kind):
    whole = draw_chart(MONTHS[:2], [Series("s", [5, 5])], kind=kind)
    gap = draw_chart(MONTHS[:2], [Series("s", [5, None])], kind=kind)
    assert greys(gap) > greys(whole) + 2000


def test_chart_of_nothing_but_gaps_or_zeros():
    for values in ([None, None], [0, 0], [-3, Decimal("-0.5")]):
        assert draw_chart(["a", "b"], [Series("s", values)]).png.startswith(b"\x89PNG")


def test_chart_sets_many_long_labels_upright():
    labels = [f"第{i}个名字很长很长很长的村民委员会服务站点" for i in range(40)]
    assert draw_chart(labels, [Series("s", list(range(40)))]).png.startswith(b"\x89PNG")


def test_chart_without_chinese_font_numbers_its_labels(monkeypatch):
    monkeypatch.setattr("qunwen.base.papers.chart.find_chinese_font", lambda preferred: None)
    chart = draw_chart(["一月", "二月"], [Series("计划", [1, None])], unit="场")
    assert chart.key == "A 计划。1 一月；2 二月。单位：场。"
    assert chart.png.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("labels", "series", "kind", "words"),
    [([], [Series("s", [])], "bar", "needs labels"), (["a"], [], "bar", "one to six"), (["a"], [Series("s", [1, 2])], "bar", "one value"),
     (["a"], [Series("s", [1])], "pie", "bar or line")],
)  # fmt: skip
def test_chart_refuses(labels, series, kind, words):
    with pytest.raises(ValueError, match=words):
        draw_chart(labels, series, kind=kind)


@given(st.floats(1e-6, 1e12))
def test_nice_ceiling_is_close_above(value):
    assert value * 0.999999 <= nice_ceiling(value) <= value * 2.5 * 1.000001


def test_find_chinese_font_passes_over_what_is_no_font(tmp_path):
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"no font")
    assert find_chinese_font(str(bad)) == find_chinese_font("")
    assert find_chinese_font(str(tmp_path / "none.ttf")) == find_chinese_font("")

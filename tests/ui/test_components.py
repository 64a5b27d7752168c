import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from qunwen.base.ui.components import Cell, Column, Crumb, Table

AT = dt.datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday
NASTY = '<script>alert("x")</script>'
ESCAPED = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"


def draw(source: str, **context) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        '{% button label="a" colour="red" %}',
        '{% status "a" size="2" %}',
        '{% card title="a" onclick="x" %}{% endcard %}',
        '{% alert kind="x" %}{% endalert %}',
        '{% stat label="a" value=1 units="x" %}',
        '{% icon "home" class="x" %}',
        '{% empty_state heading="x" %}{% endempty_state %}',
        '{% pagination pages="x" %}',
    ],
)
def test_component_refuses_an_undeclared_attribute(source):
    with pytest.raises(TemplateSyntaxError):
        Template("{% load ui %}" + source)


@pytest.mark.parametrize(
    "source",
    ['{% button label="a" tone="red" %}', '{% status "a" tone="green" %}', '{% icon "no-such-drawing" %}'],
)
def test_component_refuses_an_unknown_tone_or_icon(source):
    with pytest.raises(ValueError, match=r"unknown tone|no icon"):
        draw(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% button label=nasty %}",
        "{% button label=nasty href='/x' %}",
        "{% status nasty %}",
        "{% alert title=nasty %}{{ nasty }}{% endalert %}",
        "{% card title=nasty href=nasty meta=nasty %}{{ nasty }}{% endcard %}",
        "{% empty_state title=nasty %}{{ nasty }}{% endempty_state %}",
        "{% stat label=nasty value=1 unit=nasty complete=nasty %}",
        "{% progress label=nasty done=1 total=2 remaining=nasty %}",
        "{% icon 'home' label=nasty %}",
        "{% papercut '510112' label=nasty %}",
        "{% number 1 unit=nasty %}",
        "{% breadcrumb trail=trail %}",
        "{% data_table table=table %}",
    ],
)
def test_component_escapes_what_people_wrote(source):
    table = Table(NASTY, (Column(NASTY),), ((Cell(NASTY, title=NASTY),), (NASTY,)), NASTY)
    page = draw(source, nasty=NASTY, trail=[Crumb(NASTY)], table=table)
    assert "<script>" not in page
    assert ESCAPED in page


def test_status_says_its_word_beside_an_icon():
    page = draw('{% status "未达标" tone="wrong" %}')
    assert "未达标" in page
    assert "#circle-x" in page


class Sample(forms.Form):
    phone = forms.CharField(label="电话", help_text="只用来通知")
    agree = forms.BooleanField(label="同意")
    kind = forms.ChoiceField(label="种类", widget=forms.RadioSelect, choices=[("a", "甲")])


def test_field_ties_help_and_error_to_the_input():
    page = draw("{% field form.phone %}", form=Sample({}))
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in page
    assert 'id="id_phone_helptext"' in page
    assert 'id="id_phone_error"' in page
    assert 'aria-invalid="true"' in page
    assert '<label for="id_phone">' in page


def test_field_of_one_box_puts_the_label_beside_it():
    page = draw("{% field form.agree %}", form=Sample())
    assert page.index('type="checkbox"') < page.index("同意")


def test_field_of_choices_is_a_group_with_a_legend():
    page = draw("{% field form.kind %}", form=Sample())
    assert "<fieldset" in page
    assert "<legend>种类" in page


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "昨天 14:30"),
        (0, "今天 14:30"),
        (1, "明天 14:30"),
        (2, "后天 14:30"),
        (3, "本周六 14:30"),
        (-2, "本周一 14:30"),
        (5, "下周一 14:30"),
        (11, "下周日 14:30"),
        (12, "12月7日 周一 14:30"),
        (60, "2027年1月24日 14:30"),
    ],
)
def test_moment_is_said_as_people_say_it(days, words):
    moment = dt.datetime(2026, 11, 25, 14, 30, tzinfo=AT.tzinfo) + dt.timedelta(days=days)
    page = draw("{% when moment at=at %}", moment=moment, at=AT)
    assert f">{words}</time>" in page
    assert "年" in page.partition('title="')[2].partition('"')[0]


def test_moment_is_on_the_clock_of_the_county():
    moment = dt.datetime(2026, 11, 25, 17, 0, tzinfo=dt.UTC)
    assert ">明天 01:00</time>" in draw("{% when moment at=at %}", moment=moment, at=AT)


def test_day_without_time_has_no_clock():
    assert ">本周六</time>" in draw("{% when day at=at %}", day=dt.date(2026, 11, 28), at=AT)


@pytest.mark.parametrize(
    ("value", "words"),
    [(9999, "9,999"), (10000, "1 万"), (312406, "31.2 万"), (99950, "10 万"), (123456789, "12,345.7 万")],
)
def test_number_in_wan_keeps_the_exact_value_in_the_title(value, words):
    page = draw("{% number value unit='人' wan=True %}", value=value)
    assert f">{words}人<" in page
    assert f'title="{value:,}人"' in page


def test_number_in_wan_is_exact_for_readers_who_do_not_count_in_wan():
    with translation.override("en"):
        assert ">312,406<" in draw("{% number 312406 wan=True %}")


def test_number_is_exact_unless_asked():
    assert ">312,406<" in draw("{% number 312406 %}")


def test_stat_without_value_is_missing_and_not_zero():
    page = draw("{% stat label='藏书' value=value unit='册' %}", value=None)
    assert "还没有数据" in page
    assert "0" not in page.partition("figure-value")[2]


def test_pagination_keeps_the_filters_of_the_address():
    request = RequestFactory().get("/", {"kind": "opera", "page": "2"})
    page = draw("{% pagination page=page %}", request=request, page=Paginator(range(60), 20).get_page(2))
    assert 'href="?kind=opera&amp;page=3"' in page
    assert 'aria-current="page">2<' in page


def test_pagination_of_one_page_shows_nothing():
    request = RequestFactory().get("/")
    assert draw("{% pagination page=page %}", request=request, page=Paginator([1], 20).get_page(1)).strip() == ""


def test_table_cell_without_figure_says_so():
    table = Table("表", (Column("到场", is_number=True),), ((Cell("", missing=True),),))
    assert "缺数" in draw("{% data_table table=table %}", table=table)

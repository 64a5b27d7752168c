"""Components. A keyword that a component does not declare fails when the template is compiled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qunwen.base.scope import clock
from qunwen.base.ui import wording
from qunwen.base.ui.charts import BarChart, LineChart
from qunwen.base.ui.components import (
    ALERT_TONES,
    BUTTON_TONES,
    STATUS_TONES,
    TONE_ICONS,
    Crumb,
    Table,
    Text,
    check_icon,
    check_tone,
)
from qunwen.base.ui.division_map import DivisionMap
from qunwen.base.ui.heat_calendar import HeatCalendar

register = template.Library()
FOLDER = "ui/components"


@register.simple_tag
def icon(name: str, *, label: Text = "", large: bool = False) -> SafeString:
    """A line drawing; with `label` it is spoken, without it is ornament."""
    href = f"{static('ui/icons.svg')}#{check_icon(name)}"
    size = " icon-large" if large else ""
    if label:
        return format_html('<svg class="icon{}" role="img" aria-label="{}"><use href="{}"/></svg>', size, label, href)
    return format_html('<svg class="icon{}" aria-hidden="true"><use href="{}"/></svg>', size, href)


@register.inclusion_tag(f"{FOLDER}/button.html")
def button(
    *,
    label: Text,
    href: str = "",
    icon: str = "",
    tone: str = "plain",
    type: str = "submit",
    name: str = "",
    value: str = "",
    form: str = "",
    disabled: bool = False,
    wide: bool = False,
    external: bool = False,
) -> dict[str, Any]:
    """A button that says what happens; with `href` a link that looks like one."""
    check_tone(tone, BUTTON_TONES)
    return {**locals()}


@register.inclusion_tag(f"{FOLDER}/field.html")
def field(bound: BoundField, *, help: Text = "") -> dict[str, Any]:
    """A form field: label, help, what is wrong, input, in this order."""
    single = isinstance(bound.field.widget, CheckboxInput)
    return {"field": bound, "help": help or bound.help_text, "group": bound.use_fieldset, "single": single}


@register.simple_block_tag
def alert(content: str, *, title: Text = "", tone: str = "info", live: bool = False) -> str:
    """A message that stays; `live` has screen readers speak it at once."""
    check_tone(tone, ALERT_TONES)
    data = {"content": content, "title": title, "tone": tone, "icon": TONE_ICONS[tone], "live": live}
    return render_to_string(f"{FOLDER}/alert.html", data)


@register.filter
def message_tone(level_tag: str) -> str:
    """The alert tone of a Django message level."""
    return {"success": "good", "warning": "attention", "error": "wrong"}.get(level_tag, "info")


@register.simple_block_tag
def card(
    content: str,
    *,
    title: Text,
    href: str = "",
    picture: str = "",
    picture_alt: Text = "",
    meta: Text = "",
    level: int = 3,
) -> str:
    """One thing in a list of things: picture, title that is the link, one line of when and where, and what is inside."""
    data = {key: value for key, value in locals().items() if key != "content"}
    return render_to_string(f"{FOLDER}/card.html", {**data, "content": content})


@register.simple_block_tag
def empty_state(content: str, *, title: Text, icon: str = "inbox") -> str:
    """What will be here, and how to begin."""
    return render_to_string(f"{FOLDER}/empty_state.html", {"content": content, "title": title, "icon": icon})


@register.inclusion_tag(f"{FOLDER}/status.html")
def status(word: Text, *, tone: str = "plain", icon: str = "") -> dict[str, Any]:
    """A state as icon and word."""
    check_tone(tone, STATUS_TONES)
    return {"word": word, "tone": tone, "icon": icon or TONE_ICONS[tone]}


@register.inclusion_tag(f"{FOLDER}/pagination.html", takes_context=True)
def pagination(context: template.Context, *, page: Page, parameter: str = "page") -> dict[str, Any]:
    """Links to the other pages that keep the filters of the address."""
    query = context["request"].GET.copy()

    def link(number: int) -> str:
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    gap = page.paginator.ELLIPSIS
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "entries": [(number, "" if number == gap else link(int(number))) for number in numbers],
        "previous": link(page.number - 1) if page.has_previous() else "",
        "next": link(page.number + 1) if page.has_next() else "",
    }


@register.inclusion_tag(f"{FOLDER}/breadcrumb.html")
def breadcrumb(*, trail: Sequence[Crumb]) -> dict[str, Any]:
    """Where this page is."""
    return {"trail": trail}


@register.inclusion_tag(f"{FOLDER}/stat.html")
def stat(
    *,
    label: Text,
    value: int | Decimal | float | None,
    unit: Text = "",
    as_of: dt.date | None = None,
    complete: Text = "",
    href: str = "",
    wan: bool = False,
) -> dict[str, Any]:
    """A figure with unit, date and completeness; `None` is said to be missing, never shown as 0."""
    return {**locals()}


@register.inclusion_tag(f"{FOLDER}/data_table.html")
def data_table(*, table: Table) -> dict[str, Any]:
    """A table that scrolls sideways on a phone."""
    return {"table": table}


@register.inclusion_tag(f"{FOLDER}/progress.html")
def progress(*, label: Text, done: int, total: int, remaining: Text = "") -> dict[str, Any]:
    """Long work or a collection that fills: how many of how many, and how long it will still take."""
    return {**locals()}


@register.simple_tag
def when(moment: dt.datetime | dt.date, *, at: dt.datetime | None = None) -> SafeString:
    """A moment or day as people say it, the whole date in the title. `at` is the moment of reading."""
    seen = at or clock.now()  # noqa: TID251 - a page is read at the moment it is drawn
    if isinstance(moment, dt.datetime):
        words, whole = wording.say_moment(moment, at=seen), wording.full_moment(moment)
        machine = clock.local(moment).isoformat(timespec="minutes")
    else:
        words, whole = wording.say_day(moment, today=clock.day_of(seen)), wording.full_day(moment)
        machine = moment.isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, whole, words)


@register.simple_tag
def number(value: int | Decimal | float, *, unit: Text = "", wan: bool = False) -> SafeString:
    """A number with separators; in 万 only when asked, the exact value in the title."""
    exact = wording.exact_number(value)
    if not wan:
        return format_html('<span class="number">{}{}</span>', exact, unit)
    words = wording.number_in_wan(value)
    return format_html('<span class="number" title="{}{}">{}{}</span>', exact, unit, words, unit)


@register.inclusion_tag(f"{FOLDER}/bar_chart.html")
def bar_chart(*, chart: BarChart) -> dict[str, Any]:
    """Bars with their table."""
    return {"chart": chart}


@register.inclusion_tag(f"{FOLDER}/line_chart.html")
def line_chart(*, chart: LineChart) -> dict[str, Any]:
    """Lines with their table."""
    return {"chart": chart}


@register.inclusion_tag(f"{FOLDER}/heat_calendar.html")
def heat_calendar(*, chart: HeatCalendar) -> dict[str, Any]:
    """A year of days with its table of months."""
    return {"chart": chart}


@register.inclusion_tag(f"{FOLDER}/division_map.html")
def division_map(*, chart: DivisionMap) -> dict[str, Any]:
    """Divisions coloured by class, as outlines or tiles, for wide pages and for phones."""
    return {"chart": chart}


@register.simple_tag
def papercut_url(code: str) -> str:
    """The address of the paper-cut of a place, for `card picture=`."""
    return reverse("ui:papercut", kwargs={"code": code})


@register.simple_tag
def papercut(code: str, *, label: Text = "") -> SafeString:
    """The paper-cut of a place as a picture; ornament unless `label` is given."""
    return format_html(
        '<img class="papercut-figure" src="{}" alt="{}" width="220" height="220" loading="lazy">',
        papercut_url(code),
        label,
    )

"""Nobody gets a byte of another county: every address, every role, every id in a query or a form."""

from __future__ import annotations

import os
from typing import Any

import pytest

from qunwen.base.journal.models import JournalEntry
from qunwen.base.measures import declare
from qunwen.base.measures.queries import figure_url
from qunwen.base.people.models import Grant, Staff
from qunwen.services.activities.models import Activity, Series, Session
from qunwen.services.bookings.models import Attendee, Booking

from . import addresses, crawler
from .counties import FOREIGN, OWN, SEATS
from .forms_of import forms_of

# Which rows a query may give is decided above the database: once is enough.
pytestmark = pytest.mark.once

ROLES = [*SEATS, "resident", "anonymous"]
# Every role meets every address, with another county's ids in the address and all at once in the query. Each
# query alone, every POST and every form, only for these, so that the run stays short; QUNWEN_CRAWL=all does it for everybody.
DEEP = ROLES if os.environ.get("QUNWEN_CRAWL") == "all" else ["county_officer", "resident"]
# Queries that narrow a list; each is tried alone on every page without parameters, then all together.
ALONE = ("place", "county", "unit", "series", "venue", "q", "staff", "resident", "subject_id")
# Pages of figures read a place and nothing else of these; each of their answers costs a whole reckoning.
READ_A_PLACE = ("dashboards:", "indicators:", "norms:", "plausibility:", "returns:", "scores:", "targets:")
# Pages that send the client out, or whose POST is the log-in itself.
NOT_SENT = ("account_", "mfa_", "wagtail")


@pytest.fixture(params=ROLES)
def reader(request, two):
    """Each kind of person in turn."""
    if request.param == "resident":
        return crawler.resident_reader(*two)
    if request.param == "anonymous":
        return crawler.anonymous_reader(*two)
    return crawler.staff_reader(*two, request.param)


def test_every_address_says_what_it_names(two):
    own, _foreign = two
    unnamed = []
    for address in addresses.every():
        try:
            if not address.name.endswith("None"):
                [address.url(values) for values in addresses.filled(address, own)]
        except LookupError as unknown:
            unnamed.append(str(unknown))
    assert unnamed == []


@pytest.mark.parametrize(
    ("reader", "method"), [*((role, "get") for role in ROLES), *((role, "post") for role in DEEP)], indirect=["reader"]
)
def test_rows_of_another_county_are_not_there(reader, method):
    data = crawler.PLAUSIBLE if method == "post" else None
    for address, values in crawler.objects(reader):
        asked = [values, {**values, "county": OWN}] if "county" in values else [values]
        for these in asked:
            url = address.url(these)
            answer = reader.ask(method, url, data)
            reader.judge(address, method, url, answer, data)
            if not crawler.refused_like_nothing(reader, address, method, these, answer):
                reader.findings.append(f"{reader.name}: {method} {address.name} {url} answers {answer.status_code}")
    reader.settle()


def test_own_pages_hold_nothing_of_another_county(reader):
    wanted = crawler.foreign_values(reader.foreign)
    together = {name: value for name, value in wanted.items() if name not in ("page", "sort", "need")}
    opened = set()
    for address in addresses.every():
        if address.name.endswith(tuple(crawler.NOT_FOLLOWED)):
            continue
        for values in addresses.known(address, reader.own):
            url = address.url(values)
            queries: list[dict[str, Any]] = []
            with crawler.names_read() as read:
                answer = reader.ask("get", url)
                reader.judge(address, "get", url, answer)
                if answer.status_code == 200:
                    opened.add(address.name)
                # A name that nobody looks up changes nothing; a page that looks up none answers the same again.
                looked = set(read) & {*together, crawler.EVERY_NAME}
                if looked and not address.name.startswith(NOT_SENT):
                    answer = reader.ask("get", url, together)
                    reader.judge(address, "get", url, answer, together)
                    alone = () if address.parameters or reader.name not in DEEP else ALONE
                    if address.name.startswith(READ_A_PLACE):
                        alone = alone[:1]
                    # Neither without it nor with it: one name may be looked up only where another one stands.
                    queries = [{n: wanted[n]} for n in alone if n in read or crawler.EVERY_NAME in read]
            for query in queries:
                answer = reader.ask("get", url, query)
                reader.judge(address, "get", url, answer, query)
    reader.settle()
    if reader.name in ("county_officer", "town_station"):
        assert {"activities:list", "activities:page", "activities:export", "reviews:todo", "desk_people:residents",
                "desk_people:resident", "activities:door", "evidence:file", "wagtailadmin_home"} <= opened  # fmt: skip


def _mixed(own: str) -> list[str]:
    """Rows of the own county that point into another, and entries in the other's journal."""
    rows = {
        "activity": Activity.unscoped.filter(county=own).exclude(
            unit__place__code__startswith=own[:2], place__code__startswith=own
        ),
        "activity's venue": Activity.unscoped.filter(county=own, venue__place__code__startswith=FOREIGN),
        "series": Series.unscoped.filter(county=own, unit__place__code__startswith=FOREIGN),
        "session": Session.unscoped.filter(county=own).exclude(place__code__startswith=own),
        "attendee": Attendee.unscoped.filter(county=own, resident__county=FOREIGN),
        "booking": Booking.unscoped.filter(county=own, resident__county=FOREIGN),
        "staff": Staff.unscoped.filter(place__code__startswith=own, unit__place__code__startswith=FOREIGN),
        "grant": Grant.unscoped.filter(staff__place__code__startswith=own, place__code__startswith=FOREIGN),
    }
    return [f"{name} ×{found.count()}" for name, found in rows.items() if found.exists()]


@pytest.mark.parametrize("reader", DEEP, indirect=True)
def test_forms_take_nothing_of_another_county(reader):
    wanted = crawler.foreign_values(reader.foreign)
    before = JournalEntry.unscoped.filter(county=FOREIGN).count()

    def look() -> list[str]:
        new = JournalEntry.unscoped.filter(county=FOREIGN).count() - before
        return _mixed(OWN) + ([f"{new} entries in the other county's journal"] if new else [])

    sent = 0
    for address in addresses.every():
        if address.name.startswith(NOT_SENT) or address.name.endswith("None"):
            continue
        for values in addresses.known(address, reader.own):
            url = address.url(values)
            page = reader.ask("get", url)
            if page.status_code != 200 or "html" not in page.headers.get("Content-Type", ""):
                continue
            for form in forms_of(page.whole):
                if form.method != "post" or "logout" in form.action:
                    continue
                typed = {name: value[:1] or [""] for name, value in form.fields.items()}
                typed |= {name: [crawler.PLAUSIBLE[name]] for name in form.fields if name in crawler.PLAUSIBLE}
                for name in [*[n for n in form.fields if n in wanted], ""]:
                    data = {
                        **typed,
                        **({name: [wanted[name]]} if name else {n: [wanted[n]] for n in form.fields if n in wanted}),
                    }
                    target = form.action or url
                    answer = reader.ask("post", target, data, inside=look)
                    reader.judge(address, "post", target, answer, data)
                    sent += 1
                    reader.findings += [f"{reader.name}: post {target} {name}: {what}" for what in answer.looked]
    reader.settle()
    assert sent > 0 or not reader.staff


def test_figures_of_another_county_are_not_there(reader):
    places = ("", FOREIGN[:2], FOREIGN[:4], FOREIGN, reader.foreign.town.pk, reader.foreign.village.pk)
    address = next(one for one in addresses.every() if one.name == "measures:figure")
    # One measure of each table that is counted: a hundred elements told by hand are one table and one page.
    for measure in {m.feeds[0]: m for m in declare.all()}.values():
        for place in places:
            url = figure_url(measure=measure.code, place=place, period="2026")
            answer = reader.ask("get", url)
            reader.judge(address, "get", url, answer)
            expected = (400, 404) if reader.staff else (302,)
            if answer.status_code not in expected:
                reader.findings.append(f"{reader.name}: {url} answers {answer.status_code}")
    reader.settle()


def test_interface_gives_and_takes_nothing_of_another_county(reader):
    own, foreign = reader.own, reader.foreign
    before = JournalEntry.unscoped.filter(county=FOREIGN).count()

    def look() -> list[str]:
        new = JournalEntry.unscoped.filter(county=FOREIGN).count() - before
        return _mixed(OWN) + ([f"{new} entries in the other county's journal"] if new else [])

    unit, at = str(foreign.units["room"].pk), "2026-05-01T19:00:00+08:00"
    planned = {
        "title": "清明诗会",
        "kind": "film",
        "place": foreign.village.pk,
        "unit": unit,
        "plan_year": 2026,
        "plan_month": 5,
    }
    noted = {"title": "清明诗会", "kind": "film", "place": foreign.village.pk, "unit": unit, "starts_at": at,
             "ends_at": "2026-05-01T21:00:00+08:00"}  # fmt: skip
    own_unit = {"place": own.village.pk, "unit": str(own.units["room"].pk)}
    bodies = [
        ("staff/counties/{}/activities", planned), ("staff/counties/{}/activities", {**planned, "place": own.village.pk}),
        ("staff/counties/{}/activities", {**planned, **own_unit, "venue": str(foreign.rows["retired_venue"].pk)}),
        ("staff/counties/{}/notes", noted), ("staff/counties/{}/notes", {**noted, "place": own.village.pk}),
        ("staff/counties/{}/check-ins", {"ticket": foreign.rows["booking"].code}),
    ]  # fmt: skip
    gets = [address for address in addresses.every() if address.parameters == ("county",) and "api" in address.name]
    assert len(gets) >= 5
    for address in gets:
        answer = reader.ask("get", address.url({"county": FOREIGN}))
        reader.judge(address, "get", address.url({"county": FOREIGN}), answer)
    some = next(address for address in addresses.every() if address.name == "api_staff:plan_activity")
    for path, body in bodies:
        for county in (OWN, FOREIGN):
            url = f"/api/v1/{path.format(county)}"
            answer = reader.ask("post", url, body, inside=look)
            reader.judge(some, "post", url, answer, body)
            if answer.status_code < 400:
                reader.findings.append(f"{reader.name}: post {url} {body} answers {answer.status_code}")
            reader.findings += [f"{reader.name}: post {url}: {what}" for what in answer.looked]
    for query in ({"place": FOREIGN}, {"place": foreign.village.pk}):
        answer = reader.ask(
            "get", "/api/v1/staff/figures", {**query, "measure": "activities.attendance", "period": "2026"}
        )
        reader.judge(some, "get", "/api/v1/staff/figures", answer, query)
        if answer.status_code < 400:
            reader.findings.append(f"{reader.name}: figures {query} answers {answer.status_code}")
    reader.settle()

"""The demonstration county's activities: two years of them, and what is planned for the next ninety days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.recording import action, bulk
from qunwen.base.measures.touching import touch
from qunwen.base.people.demo import People
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Unit
from qunwen.base.places.demo import BATCH, Chance, Making, short_name
from qunwen.base.reviews.demo_hours import last_office
from qunwen.base.scope.clock import SHANGHAI, day_of
from qunwen.services.venues.demo import Venues
from qunwen.services.venues.enums import VenueKind
from qunwen.services.venues.models import Venue

from . import demo_words as words
from .actions.planning import check, search_words
from .demo_life import DAY, Draft, Host, lead, live
from .demo_words import Idea
from .enums import BrandKind, Direction, Entry, HostLevel, SignUp
from .festivals import Festival, of_month
from .models import Activity, Headcount, MediaReport, Series, Session

AHEAD = dt.timedelta(days=90)
# Activities a month: a village, a town station, a unit of the county.
RATES = {HostLevel.VILLAGE: 1.36, HostLevel.TOWN: 4.1, HostLevel.COUNTY: 7.0}
# What those whose passwords are shown find on their desks: days from today, and what became of it (see `lead`).
DESKS = {
    "cunshe": ((12, "returned"), (-9, "sent_back"), (-3, "due"), (-6, "bare"), (2, "soon"), (5, "soon")),
    "wenhuazhan": ((15, "returned"), (-2, "due"), (-5, "bare"), (1, "soon"), (4, "soon")),
    "wenhuaguan": ((17, "returned"), (-7, "sent_back"), (-4, "due"), (3, "soon")),
}


def draft_activities(*, making: Making, people: People, venues: Venues) -> list[Draft]:
    """All activities with their dates, in memory, by time. About 6,000 in a whole making."""
    chance = making.draw("activities")
    drafts: list[Draft] = []
    end = making.today + AHEAD
    month = making.first_day
    everyone = list(_hosts(making, people, chance))
    while month <= end:
        festivals = [festival for _day, festival in of_month(month.year, month.month)]
        for host in everyone:
            number = _number(host, making, month, chance)
            drafts += [_draft(host, month, making, venues, chance, festivals=festivals) for _one in range(number)]
        month = (month + dt.timedelta(days=32)).replace(day=1)
    _fill_empty_villages(drafts, everyone, making, venues, chance)
    drafts += _coming(everyone, making, venues, chance)
    drafts += _on_desks(everyone, making, people, venues)
    _leave_closed_venues(drafts, venues)
    drafts = [one for one in drafts if not one.sessions or day_of(one.sessions[0].starts_at) <= end]
    drafts = [one for one in drafts if not one.noted or one.past]  # nobody has noted it yet
    drafts.sort(key=lambda one: (one.activity.plan_year, one.activity.plan_month, one.activity.pk))
    return drafts


def _number(host: Host, making: Making, month: dt.date, chance: Chance) -> int:
    if host.level == HostLevel.VILLAGE and chance.happens(host.careless * 0.6):
        return 0  # a month without any report
    wanted = host.rate * making.share * (1.25 if month.month in (1, 2, 6, 9, 10) else 0.95)
    if month > making.today:
        wanted *= 0.75
    whole = int(wanted)
    number = whole + chance.happens(wanted - whole)
    if whole and chance.happens(0.3):
        number += chance.choice((-1, 1))
    return number


def _hosts(making: Making, people: People, chance: Chance) -> Iterator[Host]:
    silent = {place.code for place in making.silent()}
    for kind in (UnitKind.LIBRARY, UnitKind.CULTURAL_CENTRE, UnitKind.MUSEUM, UnitKind.ART_SCHOOL):
        for unit in people.units[kind]:
            small = 0.45 if kind in (UnitKind.MUSEUM, UnitKind.ART_SCHOOL) else 1.0
            yield _host(unit, HostLevel.COUNTY, people, _ideas_of(kind), RATES[HostLevel.COUNTY] * small, 0.03)
    for unit in people.units[UnitKind.STATION]:
        rate = RATES[HostLevel.TOWN] * chance.uniform(0.6, 1.4)
        yield _host(unit, HostLevel.TOWN, people, words.TOWN, rate, chance.uniform(0.03, 0.15))
    for unit in people.units[UnitKind.VILLAGE_ROOM]:
        if unit.place_id not in silent:
            rate = RATES[HostLevel.VILLAGE] * chance.uniform(0.45, 1.6)
            ideas = chance.sample(words.VILLAGE, 9)
            yield _host(unit, HostLevel.VILLAGE, people, ideas, rate, chance.uniform(0.05, 0.45))


def _host(unit: Unit, level: str, people: People, ideas: Sequence[Idea], *habits: float) -> Host:
    rate, careless = habits
    return Host(unit, unit.place, level, people.staff[unit.pk], ideas, rate, careless)


def _ideas_of(kind: str) -> list[Idea]:
    rooms = {
        UnitKind.LIBRARY: ("lecture", "children", "e_reading", "exhibition"),
        UnitKind.CULTURAL_CENTRE: ("music", "art", "dance", "stage", "outdoor"),
        UnitKind.MUSEUM: ("exhibition", "lecture"),
        UnitKind.ART_SCHOOL: ("music", "art"),
    }[kind]  # type: ignore[index]
    return [idea for idea in words.COUNTY if idea.room in rooms]


def _fill_empty_villages(
    drafts: list[Draft], hosts: list[Host], making: Making, venues: Venues, chance: Chance
) -> None:
    """A village is empty on purpose or not at all."""
    busy = {one.activity.place_id for one in drafts if one.past}
    for host in hosts:
        if host.place.code not in busy:
            back = making.today.replace(day=1) - dt.timedelta(days=chance.randrange(40, 400))
            drafts.append(_draft(host, back.replace(day=1), making, venues, chance, sure=True))


def _coming(hosts: list[Host], making: Making, venues: Venues, chance: Chance) -> list[Draft]:
    """Something to sign up for in the coming weeks, however small the making."""
    found = []
    for host in [one for one in hosts if one.level == HostLevel.COUNTY][:2]:
        ideas = [idea._replace(book=1.0, weeks=0) for idea in host.ideas if idea.book >= 0.6]
        for number, idea in enumerate(chance.sample(ideas, min(3, len(ideas)))):
            day = making.today + dt.timedelta(days=3 + 4 * number + chance.randrange(3))
            alone = replace(host, ideas=[idea])
            found.append(_draft(alone, day.replace(day=1), making, venues, chance, sure=True, on=day))
    return found


def _on_desks(hosts: list[Host], making: Making, people: People, venues: Venues) -> list[Draft]:
    """Something to do for everybody the demonstration lets log in and who holds activities."""
    chance = making.draw("desks")
    found = []
    for username, fates in DESKS.items():
        person = people.shown[username]
        host = next(one for one in hosts if one.unit.pk == person.unit_id)
        ideas = chance.sample([one for one in host.ideas if not one.months], len(fates))
        for (days, fate), idea in zip(fates, ideas, strict=True):
            day = making.today + days * DAY
            alone = replace(host, ideas=[idea._replace(book=0.0, weeks=0)], staff=[person])
            found.append(_draft(alone, day.replace(day=1), making, venues, chance, sure=True, on=day, fate=fate))
    return found


def _leave_closed_venues(drafts: list[Draft], venues: Venues) -> None:
    """What falls into an announced closure is held somewhere else, as the closure says."""
    for draft in drafts:
        activity = draft.activity
        for closure in venues.closures:
            if activity.venue_id == closure.venue_id and any(
                one.starts_at < closure.ends_at and one.ends_at > closure.starts_at for one in draft.sessions
            ):
                activity.venue, activity.where = closure.substitute, f"{closure.reason}期间借用场地"
                activity.search_text = search_words(activity)


def _draft(
    host: Host, month: dt.date, making: Making, venues: Venues, chance: Chance, *, festivals: Sequence[Festival] = (), sure: bool = False,
    on: dt.date | None = None, fate: str = "",
) -> Draft:  # fmt: skip
    idea = chance.choice([one for one in host.ideas if not one.months or month.month in one.months])
    title, kind, festival = idea.title, idea.kind, ""
    short = short_name(host.place) if host.level == HostLevel.VILLAGE else host.place.name
    if festivals and chance.happens(0.2):
        chosen = chance.choice(festivals)
        said, kind = chance.choice(chosen.ideas)
        title, festival = ("{p}" + said if host.level != HostLevel.COUNTY else said), chosen.code
        idea = idea._replace(
            title=title, kind=kind, weeks=0, book=idea.book / 2, summary=f"{chosen.name}系列活动，欢迎参加。"
        )
    author = host.staff[chance.randrange(len(host.staff))]
    venue, where = _where(host, idea, venues, chance)
    noted = not sure and host.level == HostLevel.VILLAGE and chance.happens(0.22)
    planned = dt.datetime.combine(month, dt.time(1, chance.randrange(60)), dt.UTC) - chance.randrange(6, 40) * DAY
    planned = last_office(min(planned, making.now - dt.timedelta(hours=chance.randrange(120, 600))), chance)
    away = chance.happens(0.015) and not fate
    activity = Activity(
        id=chance.id(planned), county=making.county, title=title.format(p=short), kind=kind, host_level=host.level,
        audience=idea.audience, place=host.place, unit=host.unit, venue=None if away else venue,
        where=where if not away else "对方场地", open_air=idea.air, in_plan=not noted, plan_year=month.year,
        plan_month=month.month, festival=festival, summary=idea.summary,
        description=_description(idea, short), contact_phone=host.unit.phone,
        sign_up=SignUp.BOOK if not noted and chance.happens(idea.book) else SignUp.OPEN,
        owner=author, created_at=planned, changed_at=planned, series=host.series,
        direction=Direction.OUT if away else Direction.HOME, partner=chance.choice(words.PARTNERS_OUT) if away else "",
    )  # fmt: skip
    if not away and host.level != HostLevel.VILLAGE and chance.happens(0.02):
        activity.direction, activity.partner = Direction.IN, chance.choice(words.PARTNERS_IN)
    draft = Draft(activity, idea, author, noted=noted)
    _give_dates(draft, on or month, making, chance, sure=sure, fixed=on is not None)
    if fate:
        lead(draft, host, making, chance, fate=fate)
    else:
        live(draft, host, making, chance, sure=sure)
    check(activity)
    activity.search_text = search_words(activity)
    return draft


def _description(idea: Idea, short: str) -> str:
    who = (
        "免费参加，不收任何费用。"
        if not idea.book
        else "免费参加，因座位有限需要报名；临时来不了请取消，把名额留给邻居。"
    )
    rain = "如遇下雨另行通知。" if idea.air else "室内举办，风雨无阻。"
    return f"{idea.summary}{short}的居民和附近的朋友都可以来。{who}{rain}"


def _where(host: Host, idea: Idea, venues: Venues, chance: Chance) -> tuple[Venue | None, str]:
    kinds = {
        HostLevel.VILLAGE: (VenueKind.SQUARE, VenueKind.HALL) if idea.air else (VenueKind.VILLAGE_ROOM, VenueKind.HALL),
        HostLevel.TOWN: (VenueKind.SQUARE,) if idea.air else (VenueKind.STATION,),
        HostLevel.COUNTY: (VenueKind.SQUARE,) if idea.air else (str(host.unit.kind),),
    }[HostLevel(host.level)]
    found = [one for one in venues.at(host.place.code, *kinds) if one.unit_id == host.unit.pk or idea.air]
    if not found:
        return None, "村委会院坝" if short_name(host.place).endswith("村") else "小区中庭"
    venue = chance.choice(found)
    rooms = [room for room in venues.rooms.get(venue.pk, []) if room.kind == idea.room]
    return venue, chance.choice(rooms).name if rooms else ""


def _give_dates(draft: Draft, month: dt.date, making: Making, chance: Chance, *, sure: bool, fixed: bool) -> None:
    """One date in the month, or one a week; lines far ahead and a few forgotten ones have none yet."""
    activity, idea = draft.activity, draft.idea
    far = month > making.today + dt.timedelta(days=55)
    if not sure and ((far and chance.happens(0.5)) or (month < making.today and chance.happens(0.015))):
        return
    last = ((month + dt.timedelta(days=32)).replace(day=1) - month).days
    day = month + chance.randrange(last) * DAY
    if day.weekday() < 5 and chance.happens(0.35):
        day = min(day + (5 - day.weekday()) * DAY, month + (last - 1) * DAY)
    if draft.noted and day >= making.today:
        day = making.today - chance.randrange(1, 9) * DAY
        activity.plan_year, activity.plan_month = day.year, day.month
    if fixed:
        day = month
    hour = chance.choice(idea.hours)
    for week in range(1 if draft.noted else max(1, idea.weeks)):
        starts = dt.datetime.combine(day + week * 7 * DAY, dt.time(hour, chance.choice((0, 0, 0, 30))), SHANGHAI)
        draft.sessions.append(
            Session(
                id=chance.id(activity.created_at),
                county=activity.county,
                activity=activity,
                place_id=activity.place_id,
                starts_at=starts,
                ends_at=starts + dt.timedelta(minutes=idea.minutes),
                changed_at=activity.created_at,
            )
        )


@action
def make_series(*, making: Making, people: People, by: Actor, at: dt.datetime) -> dict[str, list[Series]]:
    """Brands of the county, one of each town, some of villages; by place."""
    chance = making.draw("series")
    county = making.places[making.county]
    centre = people.unit(UnitKind.CULTURAL_CENTRE, county.code)
    rows = [_series(name, kind, centre, chance, at) for name, kind in words.COUNTY_BRANDS]
    for town, name in zip(making.towns, words.TOWN_BRANDS, strict=False):
        unit = people.unit(UnitKind.STATION, town.code)
        rows.append(_series(name, BrandKind.STREET, unit, chance, at))
    for village in chance.sample(making.villages, len(making.villages) // 4):
        unit = people.unit(UnitKind.VILLAGE_ROOM, village.code)
        name = f"{short_name(village)}{chance.choice(('百姓书场', '邻里舞台', '家风课堂', '乡音座唱', '巧手坊'))}"
        rows.append(_series(name, BrandKind.COMMUNITY, unit, chance, at))
    Series.unscoped.bulk_create(rows, batch_size=BATCH)
    bulk(
        code=Entry.SERIES_CREATED, by=by, at=at, model=Series, place=making.county, counts={"series": len(rows)}
    )  # fmt: skip
    found: dict[str, list[Series]] = {}
    for row in rows:
        found.setdefault(row.place_id, []).append(row)
    return found


def _series(name: str, kind: str, unit: Unit, chance: Chance, at: dt.datetime) -> Series:
    return Series(
        id=chance.id(at), county=unit.place_id[:6], name=name, kind=kind, place=unit.place, unit=unit,
        intro=f"{name}由{unit.name}牵头，常年举办。", since_year=chance.randrange(2014, 2024),
    )  # fmt: skip


@action
def load_activities(
    *, making: Making, drafts: Sequence[Draft], series: dict[str, list[Series]], by: Actor, at: dt.datetime
) -> dict[str, int]:
    """Write the drafts. Returns how many rows of each kind."""
    chance = making.draw("brands")
    for draft in drafts:
        own = series.get(draft.activity.place_id, [])
        named = [one for one in own if one.name[:4] in draft.activity.title]
        if named or (own and draft.activity.host_level != HostLevel.COUNTY and chance.happens(0.15)):
            draft.activity.series = (named or own)[0]
    Activity.unscoped.bulk_create([one.activity for one in drafts], batch_size=BATCH)
    sessions = [row for one in drafts for row in one.sessions]
    counted = [row for one in drafts for row in one.headcounts]
    reports = [row for one in drafts for row in one.reports]
    Session.unscoped.bulk_create(sessions, batch_size=BATCH)
    Headcount.unscoped.bulk_create(counted, batch_size=BATCH)
    MediaReport.unscoped.bulk_create(reports, batch_size=BATCH)
    for day in {dt.date(one.activity.plan_year, one.activity.plan_month, 1) for one in drafts} | {
        day_of(row.starts_at).replace(day=1) for row in sessions
    }:
        touch(county=making.county, day=day)
    counts = {
        "activities": len(drafts), "sessions": len(sessions), "headcounts": len(counted), "media_reports": len(reports),
    }  # fmt: skip
    bulk(code=Entry.LOADED, by=by, at=at, model=Activity, place=making.county, counts=counts)
    return counts

"""Score entries of the demonstration county: villages' absences, towns' spot checks, the zone's duties and adoptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from qunwen.base.journal.demo import as_it_happened
from qunwen.base.people.demo import People, staff_actor
from qunwen.base.people.models import Staff
from qunwen.base.places.demo import Chance, Making
from qunwen.base.places.models import Place
from qunwen.base.scope.clock import day_of, start_of

from . import actions
from .enums import EntryState
from .models import ScoreEntry
from .spans import Span

MARK = "示范数据"
MISSED = ("社区广场舞展演", "村歌合唱比赛", "全民阅读周活动", "重阳敬老演出", "非遗进社区", "文化志愿者培训")
NEWS = (
    ("websites", "government_website", "龙泉驿区村级文化服务中心延时开放"),
    ("websites", "ministry_website", "桃花节群众文艺展演侧记"),
    ("information_or_city", "same_level_media", "社区书屋开到晚上九点"),
    ("brief_or_province", "provincial_media", "一村一品群众文化品牌调查"),
    ("information_or_city", "ministry_information", "文化点单配送的做法"),
    ("central_media", "central_mainstream", "桃乡戏台唱新歌"),
    ("websites", "government_website", "文化志愿者进山区"),
    ("brief_or_province", "ministry_brief", "县域图书馆总分馆建设经验"),
)
VILLAGES = 60


def make_scores(*, making: Making, people: People) -> int:
    """Enter them day by day as the county's people would have. Returns how many."""
    officers = [one for staff in people.staff.values() for one in staff if one.place_id == making.county]
    author, other = officers[0], officers[1]
    made = 0
    with as_it_happened():
        for day, about in sorted(_wanted(making), key=lambda each: (each[0], str(each[1]))):
            at = min(start_of(day) + dt.timedelta(days=1, hours=10), making.now)
            made += 1
            _enter(making, author, other, about, day=day, at=at)
        _publish(making, other)
    return made


def _enter(
    making: Making, author: Staff, other: Staff, about: dict[str, Any], *, day: dt.date, at: dt.datetime
) -> None:
    kept = about.pop("waits", False)
    place: Place = about.pop("place")
    done, note = about.get("done"), MARK
    if done is not None and done > day_of(at):
        about["done"] = None
    row = actions.add_entry(place=place, unit=author.unit, day=day, note=note, by=staff_actor(author), at=at, **about)
    if done is not None and row.done is None and done <= making.today:
        actions.finish_entry(entry=row, done=done, by=staff_actor(author), at=start_of(done) + dt.timedelta(hours=15))
    if row.state == EntryState.WAITING and not kept:
        later = min(at + dt.timedelta(days=2), making.now)
        actions.decide_entry(entry=row, adopted=True, by=staff_actor(other), at=later)


def _wanted(making: Making) -> Iterator[tuple[dt.date, dict[str, Any]]]:
    chance = making.draw("scores")
    year = making.today.year
    villages = chance.sample(making.villages, min(making.some(VILLAGES, 12), len(making.villages)))
    yield from _villages(making, chance, villages, year - 1)
    yield from _villages(making, chance, villages, year)
    yield from _towns(making, chance, year)
    yield from _zone(making, chance)


def _past(making: Making, chance: Chance, year: int) -> dt.date:
    last = min(dt.date(year, 12, 20), making.today - dt.timedelta(days=2))
    first = dt.date(year, 1, 5)
    return first + dt.timedelta(days=chance.randrange(max((last - first).days, 1)))


def _villages(
    making: Making, chance: Chance, villages: list[Place], year: int
) -> Iterator[tuple[dt.date, dict[str, Any]]]:
    sheet = {"sheet": "village.yearly"}
    for n, place in enumerate(villages):
        for _n in range(chance.pick({0: 5, 1: 3, 2: 1, 6: 0.2})):
            title = f"缺席{chance.choice(MISSED)}"
            yield _past(making, chance, year), {**sheet, "item": "activities", "place": place, "title": title}
        said = "not_done" if chance.happens(0.12) else "done"
        title = {"done": "经费到账", "not_done": "经费没有到账"}[said]
        yield _past(making, chance, year), {**sheet, "item": "funds", "place": place, "title": title, "category": said}
        if chance.happens(0.6):
            yield (
                _past(making, chance, year),
                {**sheet, "item": "star_troupe", "place": place, "title": "星级团队复核合格"},
            )
        if chance.happens(0.2):
            kind = chance.choice(("brand", "prize", "spread"))
            about = {"item": "innovation", "place": place, "title": "创新做法申报", "category": kind, "number": 1}
            yield _past(making, chance, year), {**sheet, **about, "waits": year == making.today.year and n % 2 == 0}
        if n == 1 and year == making.today.year - 1:
            about = {"item": "falsified", "place": place, "title": "两场活动照片系上年照片，查实为重复填报"}
            yield _past(making, chance, year), {**sheet, **about}


def _towns(making: Making, chance: Chance, year: int) -> Iterator[tuple[dt.date, dict[str, Any]]]:
    sheet = {"sheet": "town.yearly"}
    for n, place in enumerate(making.towns):
        for _n in range(chance.pick({0: 4, 1: 3, 2: 1})):
            yield (
                _past(making, chance, year),
                {**sheet, "item": "checks", "place": place, "title": "抽查：开放时间与公示不符"},
            )
        if n < 3:
            day = _past(making, chance, year)
            due = day + dt.timedelta(days=15)
            done = due - dt.timedelta(days=3) if n == 0 else due + dt.timedelta(days=5) if n == 1 else None
            about = {
                "item": "check_overdue",
                "place": place,
                "title": "抽查：消防通道堆放杂物，限期整改",
                "due": due,
                "done": done,
            }
            yield day, {**sheet, **about}


def _zone(making: Making, chance: Chance) -> Iterator[tuple[dt.date, dict[str, Any]]]:
    county = making.places[making.county]
    half = Span.holding(making.today, every="half")
    for span in (half.previous.previous, half.previous, half):
        sheet = {"sheet": "information.zone", "place": county}
        for month in range(6):
            due = dt.date((span.first + month) // 12, (span.first + month) % 12 + 1, 25)
            if due >= making.today:
                break
            late = span == half.previous.previous and month == 3
            done = due + dt.timedelta(days=4) if late else due - dt.timedelta(days=2)
            about = {"item": "duties", "title": f"{due.month} 月信息报送任务", "due": due, "done": done}
            yield due.replace(day=1), {**sheet, **about}
        for n, (item, kind, title) in enumerate(NEWS):
            day = span.start + dt.timedelta(days=chance.randrange(175))
            if day < making.today and chance.happens(0.75):
                about = {"item": item, "category": kind, "title": title, "waits": span == half and n % 3 == 0}
                yield day, {**sheet, **about}


def _publish(making: Making, by: Staff) -> None:
    """Last year's ranking of villages, as it was published in January."""
    at = min(dt.datetime.combine(dt.date(making.today.year, 1, 20), dt.time(2), tzinfo=dt.UTC), making.now)
    waiting = ScoreEntry.unscoped.filter(county=making.county, sheet="village.yearly", state=EntryState.WAITING)
    span = Span.of(str(making.today.year - 1))
    if not waiting.filter(day__lt=span.end).exists():
        actions.publish_ranking(
            sheet="village.yearly", place=making.places[making.county], span=span, by=staff_actor(by), at=at
        )

"""The demonstration county's facilities: where they are, what is in them, when they are open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from qunwen.base.journal.actors import Actor
from qunwen.base.journal.demo import as_it_happened
from qunwen.base.journal.recording import action, bulk
from qunwen.base.people.demo import People
from qunwen.base.people.enums import UnitKind
from qunwen.base.people.models import Unit
from qunwen.base.places.demo import BATCH, Chance, Making, short_name
from qunwen.base.places.models import Place
from qunwen.base.reviews.demo_hours import last_office
from qunwen.base.scope.clock import start_of

from .actions import announce_closure, set_special_day
from .enums import Accessibility, Entry, RoomKind, VenueKind
from .models import Closure, DaysCounted, Room, Venue, WeeklyHours

# Roughly where the towns of 510112 lie (degrees, WGS-84) and the box around the county.
CENTRES = {
    "510112001": (30.560, 104.272), "510112002": (30.582, 104.175), "510112003": (30.645, 104.182),
    "510112004": (30.602, 104.315), "510112005": (30.662, 104.226), "510112006": (30.508, 104.246),
    "510112007": (30.535, 104.290), "510112102": (30.643, 104.322), "510112108": (30.696, 104.372),
    "510112115": (30.556, 104.352),
}  # fmt: skip
BOX = (30.46, 30.72, 104.14, 104.44)
T = dt.time

# kind of venue -> (room, use, area, seats)
ROOMS: dict[str, tuple[tuple[str, str, int, int], ...]] = {
    VenueKind.LIBRARY: (
        ("成人阅览室", RoomKind.READING, 420, 160), ("少儿阅览室", RoomKind.CHILDREN, 260, 90),
        ("电子阅览室", RoomKind.E_READING, 150, 48), ("报告厅", RoomKind.LECTURE, 220, 180),
        ("展厅", RoomKind.EXHIBITION, 180, 100),
    ),
    VenueKind.CULTURAL_CENTRE: (
        ("小剧场", RoomKind.STAGE, 380, 260), ("舞蹈教室一", RoomKind.DANCE, 120, 40), ("舞蹈教室二", RoomKind.DANCE, 110, 36),
        ("音乐教室", RoomKind.MUSIC, 90, 30), ("书画教室", RoomKind.ART, 100, 36), ("多功能厅", RoomKind.LECTURE, 200, 150),
    ),
    VenueKind.MUSEUM: (("常设展厅", RoomKind.EXHIBITION, 900, 300), ("社会教育室", RoomKind.LECTURE, 120, 60)),
    VenueKind.ART_SCHOOL: (("教室一", RoomKind.ART, 80, 30), ("教室二", RoomKind.MUSIC, 80, 30)),
    VenueKind.THEATRE: (("大剧场", RoomKind.STAGE, 1200, 800),),
    VenueKind.STATION: (
        ("多功能厅", RoomKind.LECTURE, 160, 120), ("排练厅", RoomKind.DANCE, 90, 30),
        ("书画室", RoomKind.ART, 60, 24), ("阅览室", RoomKind.READING, 80, 36),
    ),
    VenueKind.VILLAGE_ROOM: (("活动室", RoomKind.OTHER, 80, 50), ("阅览室", RoomKind.READING, 40, 18)),
    VenueKind.HALL: (("礼堂", RoomKind.STAGE, 240, 180),),
    VenueKind.SQUARE: (("露天舞台", RoomKind.OUTDOOR, 600, 500),),
}  # fmt: skip
# kind of venue -> (days of the week, opens, closes)
HOURS: dict[str, tuple[tuple[range | tuple[int, ...], dt.time, dt.time], ...]] = {
    VenueKind.LIBRARY: (((1, 2, 3, 4, 5, 6), T(9), T(20, 30)),),
    VenueKind.CULTURAL_CENTRE: (((1, 2, 3, 4, 5, 6), T(9), T(21)),),
    VenueKind.MUSEUM: (((1, 2, 3, 4, 5, 6), T(9), T(17)),),
    VenueKind.ART_SCHOOL: (((2, 3, 4), T(14), T(21)), ((5, 6), T(9), T(18))),
    VenueKind.THEATRE: (((4, 5, 6), T(14), T(22)),),
    VenueKind.STATION: ((range(5), T(9), T(12)), (range(5), T(14), T(20, 30)), ((5, 6), T(9), T(17, 30))),
    VenueKind.VILLAGE_ROOM: ((range(7), T(9), T(12)), (range(7), T(14), T(20))),
    VenueKind.HALL: (((5, 6), T(9), T(20)),),
    VenueKind.SQUARE: ((range(7), T(6), T(21, 30)),),
    VenueKind.FARM_BOOKROOM: (((1, 3, 5, 6), T(14), T(18)),),
    VenueKind.SELF_SERVICE: ((range(7), T(0), T(23, 59)),),
}
AREAS = {
    VenueKind.LIBRARY: 5200, VenueKind.CULTURAL_CENTRE: 6100, VenueKind.MUSEUM: 4300, VenueKind.ART_SCHOOL: 900,
    VenueKind.THEATRE: 3800, VenueKind.STATION: 760, VenueKind.VILLAGE_ROOM: 210, VenueKind.HALL: 420,
    VenueKind.SQUARE: 1500, VenueKind.FARM_BOOKROOM: 45, VenueKind.SELF_SERVICE: 24,
}  # fmt: skip
INTROS = {
    VenueKind.LIBRARY: "全区总分馆的总馆，通借通还，常年举办读书会、讲座和亲子阅读。",
    VenueKind.CULTURAL_CENTRE: "全区文化馆总分馆的总馆，免费开放舞蹈、声乐、书画教室，周末有公益演出。",
    VenueKind.MUSEUM: "陈列龙泉山、客家移民和汽车城的历史。",
    VenueKind.STATION: "面向全镇（街道）居民免费开放，设多功能厅、排练厅、书画室和阅览室。",
    VenueKind.VILLAGE_ROOM: "居民家门口的文化活动室，可借书、下棋、排练。",
    VenueKind.SQUARE: "清晨和傍晚健身、坝坝舞，节庆演出在这里举行。",
}


@dataclass(slots=True)
class Venues:
    """What has been made of venues: by place and kind, with the rooms of each."""

    of_place: dict[str, dict[str, list[Venue]]] = field(default_factory=dict)
    rooms: dict[object, list[Room]] = field(default_factory=dict)
    closures: list[Closure] = field(default_factory=list)

    def at(self, place: str, *kinds: str) -> list[Venue]:
        """The venues of a place of these kinds."""
        return [venue for kind in kinds for venue in self.of_place.get(place, {}).get(kind, [])]

    @property
    def every(self) -> list[Venue]:
        """All of them."""
        return [venue for kinds in self.of_place.values() for venues in kinds.values() for venue in venues]


@action
def make_venues(*, making: Making, people: People, by: Actor, at: dt.datetime) -> Venues:
    """Put every facility on the register, with rooms and hours. A few lack a position or an area, as registers do."""
    chance = making.draw("venues")
    made = Venues()
    since = last_office(start_of(making.first_day), chance)
    hours: list[WeeklyHours] = []
    for name, kind, place, unit in _wanted(making, people, chance):
        venue = _venue((name, kind), place, unit, people, chance=chance, at=since)
        made.of_place.setdefault(place.code, {}).setdefault(kind, []).append(venue)
        made.rooms[venue.pk] = [
            Room(
                id=chance.id(at), venue=venue, name=room, kind=use, area=chance.about(area, 0.15),
                capacity=max(8, round(seats * chance.uniform(0.7, 1.2))),
            )
            for room, use, area, seats in ROOMS.get(kind, ())
        ]  # fmt: skip
        hours += [
            WeeklyHours(id=chance.id(at), venue=venue, weekday=day, opens=opens, closes=closes)
            for days, opens, closes in HOURS.get(kind, ())
            for day in days
        ]
    rooms = [room for rows in made.rooms.values() for room in rows]
    stations = [venue for town in making.towns for venue in made.at(town.code, VenueKind.STATION)]
    # Not among the rooms that activities choose from.
    rooms += _reading_rooms(making, stations, since)
    Venue.unscoped.bulk_create(made.every, batch_size=BATCH)
    Room.unscoped.bulk_create(rooms, batch_size=BATCH)
    WeeklyHours.unscoped.bulk_create(hours, batch_size=BATCH)
    # Nothing has been counted yet, so there is no month to be counted again.
    DaysCounted.unscoped.bulk_create([DaysCounted(id=chance.id(at), county=making.county, until=making.today)])
    bulk(
        code=Entry.VENUE_REGISTERED, by=by, at=at, model=Venue, place=making.county,
        counts={"venues": len(made.every), "rooms": len(rooms), "weekly_hours": len(hours)},
    )  # fmt: skip
    with as_it_happened():
        _announce(making, made, by, chance)
        _announce_past(making, made, by)
    return made


def _wanted(making: Making, people: People, chance: Chance) -> list[tuple[str, str, Place, Unit]]:
    county = making.places[making.county]
    centre = people.unit(UnitKind.CULTURAL_CENTRE, county.code)
    library = people.unit(UnitKind.LIBRARY, county.code)
    rows = [
        (f"{county.name}图书馆", VenueKind.LIBRARY, county, library),
        (f"{county.name}文化馆", VenueKind.CULTURAL_CENTRE, county, centre),
        (f"{county.name}博物馆", VenueKind.MUSEUM, county, people.unit(UnitKind.MUSEUM, county.code)),
        ("市民文化艺术学校总校", VenueKind.ART_SCHOOL, county, people.unit(UnitKind.ART_SCHOOL, county.code)),
        ("东安湖大剧院", VenueKind.THEATRE, county, centre),
        ("驿都文化广场", VenueKind.SQUARE, county, centre),
        ("流动文化服务车", VenueKind.VEHICLE, county, centre),
    ]
    rows += [(f"{town.name}24小时自助图书馆", VenueKind.SELF_SERVICE, town, library) for town in making.towns[:4]]
    for town in making.towns:
        station = people.unit(UnitKind.STATION, town.code)
        rows.append((f"{town.name}综合文化站", VenueKind.STATION, town, station))
        rows.append((f"{town.name}文化广场", VenueKind.SQUARE, town, station))
    for village in making.villages:
        unit, short = people.unit(UnitKind.VILLAGE_ROOM, village.code), short_name(village)
        rows.append((f"{short}综合性文化服务中心", VenueKind.VILLAGE_ROOM, village, unit))
        if chance.happens(0.3):
            rows.append((f"{short}文化广场", VenueKind.SQUARE, village, unit))
        if short.endswith("村"):
            rows.append((f"{short}农家书屋", VenueKind.FARM_BOOKROOM, village, unit))
            if chance.happens(0.35):
                rows.append((f"{short}文化礼堂", VenueKind.HALL, village, unit))
    return rows


def _venue(
    named: tuple[str, str], place: Place, unit: Unit, people: People, *, chance: Chance, at: dt.datetime
) -> Venue:
    name, kind = named
    latitude, longitude = _position(place, chance)
    big = kind in (VenueKind.LIBRARY, VenueKind.CULTURAL_CENTRE, VenueKind.MUSEUM, VenueKind.THEATRE)
    offers = list(Accessibility.values) if big else [Accessibility.RAMP.value, Accessibility.READING_GLASSES.value]
    unknown_position = kind == VenueKind.VEHICLE or (not big and chance.happens(0.04))
    area = AREAS.get(VenueKind(kind))
    return Venue(
        id=chance.id(at),
        name=name,
        kind=kind,
        place=place,
        unit=unit,
        address=_address(place, chance),
        phone=unit.phone,
        contact=people.staff[unit.pk][-1].name if people.staff[unit.pk] else "",
        area=None if area is None or (not big and chance.happens(0.03)) else Decimal(chance.about(area, 0.3)),
        latitude=None if unknown_position else latitude,
        longitude=None if unknown_position else longitude,
        accessibility=[one for one in offers if big or chance.happens(0.6)],
        intro=INTROS.get(VenueKind(kind), ""),
        free_open=True,
        opened_on=dt.date(chance.randrange(2004, 2023), chance.randrange(1, 13), 1),
        changed_at=at,
    )


def _position(place: Place, chance: Chance) -> tuple[Decimal, Decimal]:
    south, north, west, east = BOX
    middle = CENTRES.get(place.code[:9] or "", CENTRES["510112001"])
    spread = 0.006 if len(place.code) <= 9 else 0.018
    latitude = min(max(chance.gauss(middle[0], spread), south), north)
    longitude = min(max(chance.gauss(middle[1], spread), west), east)
    return Decimal(f"{latitude:.6f}"), Decimal(f"{longitude:.6f}")


def _address(place: Place, chance: Chance) -> str:
    number = chance.randrange(1, 380)
    if len(place.code) == 12:
        return f"{short_name(place)}{chance.randrange(1, 13)}组{number}号"
    road = chance.choice(("驿都中路", "北泉路", "建设路", "桃都大道", "锦绣街", "公园路", "老街"))
    return f"{place.name if len(place.code) == 9 else ''}{road}{number}号"


def _reading_rooms(making: Making, stations: list[Venue], at: dt.datetime) -> list[Room]:
    """E-reading rooms of two in three stations: some exactly as large as the norm asks, some with too few seats."""
    chance = making.draw("e_reading")
    return [
        Room(
            id=chance.id(at), venue=venue, name="电子阅览室", kind=RoomKind.E_READING,
            area=chance.pick({60: 3, 72: 2, 85: 1, 48: 2}), capacity=chance.pick({12: 3, 16: 2, 20: 1, 10: 1}),
        )
        for venue in stations
        if chance.happens(0.67)
    ]  # fmt: skip


def _announce_past(making: Making, made: Venues, by: Actor) -> None:
    """Closures of the two years: most announced a week ahead, some only the day before."""
    chance = making.draw("closures")
    places = [*made.at(making.county, VenueKind.LIBRARY, VenueKind.CULTURAL_CENTRE)]
    places += [venue for town in making.towns[:-1] for venue in made.at(town.code, VenueKind.STATION)]
    length = (making.today - making.first_day).days
    for venue in places:
        for reason, days in (("设备检修", 1), ("消防演练", 1), ("展厅布展", 3)):
            if not chance.happens(0.45):
                continue
            first = making.first_day + dt.timedelta(days=chance.randrange(20, length - 10))
            ahead = chance.pick({8: 4, 6: 3, 5: 2, 2: 1, 1: 1})
            told = last_office(start_of(first) - dt.timedelta(days=ahead), chance)
            announce_closure(
                venue=venue, starts_at=start_of(first), ends_at=start_of(first + dt.timedelta(days=days)),
                reason=reason, by=by, at=told,
            )  # fmt: skip


def _announce(making: Making, made: Venues, by: Actor, chance: Chance) -> None:
    """A closure to come, one that is under way, and the hours of the next long holiday."""
    today = making.today
    library = made.at(making.county, VenueKind.LIBRARY)[0]
    centre = made.at(making.county, VenueKind.CULTURAL_CENTRE)[0]
    station = made.at(making.towns[-1].code, VenueKind.STATION)[0]
    elsewhere = made.at(making.towns[-2].code, VenueKind.STATION)[0]
    for venue, first, days, reason, instead in (
        (library, today + dt.timedelta(days=12), 2, "年度图书清点", None),
        (station, today - dt.timedelta(days=9), 20, "屋面漏水维修", elsewhere),
    ):
        told = last_office(min(making.now, start_of(first)) - dt.timedelta(days=2), chance)
        closure = announce_closure(
            venue=venue, starts_at=start_of(first), ends_at=start_of(first + dt.timedelta(days=days)), reason=reason,
            substitute=instead, by=by, at=told,
        )  # fmt: skip
        made.closures.append(closure)
    new_year = dt.date(today.year + 1, 1, 1)
    told = last_office(making.now - dt.timedelta(days=3), chance)
    for venue in (library, centre):
        set_special_day(venue=venue, day=new_year, stretch=(T(10), T(16)), note="元旦开放时间调整", by=by, at=told)

"""The demonstration county's units, staff, accounts and residents."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.journal.recording import action, bulk
from qunwen.base.places.demo import BATCH, Chance, Making, short_name
from qunwen.base.scope.clock import SHANGHAI
from qunwen.base.scope.context import DataScope

from . import demo_users
from .actions import grant_role, invite_staff
from .demo_users import DemoUser
from .demo_words import COUNTY_POSTS, FEMALE, GIVEN, PASSWORD_WORDS, SURNAMES
from .enums import Entry, UnitKind
from .models import Grant, Guardianship, Household, Resident, Role, Staff, Unit

PHONE_BLOCK = 19_900_000_000  # numbers of the demonstration: 199 0000 0000 and on
DEMO_RESIDENT_PHONE = "19900000001"


@dataclass(slots=True)
class People:
    """What has been made of people: units by kind and place, staff by unit, households with their members."""

    units: dict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))
    staff: dict[object, list[Staff]] = field(default_factory=lambda: defaultdict(list))
    households: list[tuple[Household, list[Resident]]] = field(default_factory=list)
    of_town: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, Staff] = field(default_factory=dict)  # by user name: whose passwords the log-in page shows

    def unit(self, kind: str, place: str) -> Unit:
        """The unit of that kind at a place."""
        return next(unit for unit in self.units[kind] if unit.place_id == place)

    def actor(self, staff: Staff) -> Actor:
        """A member of staff as the one who acts."""
        return staff_actor(staff)


def staff_actor(staff: Staff) -> Actor:
    """A member of staff as the one who acts."""
    return Actor(kind=ActorKind.STAFF, id=staff.pk, name=staff.name, unit=staff.unit_id)


def person_name(chance: Chance) -> tuple[str, bool]:
    """A name as they are in the county, and whether it is a woman's."""
    woman = chance.happens(0.52)
    pool = FEMALE if woman else GIVEN
    given = chance.choice(pool) + (chance.choice(pool) if chance.happens(0.72) else "")
    return chance.choice(SURNAMES) + given, woman


@action
def make_units_and_staff(*, making: Making, by: Actor, at: dt.datetime) -> People:
    """Bureau, library, centre, museum and art school; a station a town; a room a village; who works there."""
    chance = making.draw("units")
    made = People()
    _make_units(making, made, chance, at)
    staff = _make_staff(making, made, chance, at)
    for rows in made.staff.values():
        rows.sort(key=lambda one: one.pk)
    every = [unit for units in made.units.values() for unit in units]
    bulk(
        code=Entry.UNIT_CREATED, by=by, at=at, model=Unit, place=making.county,
        counts={"units": len(every), "staff": staff},
    )  # fmt: skip
    return made


def _make_units(making: Making, made: People, chance: Chance, at: dt.datetime) -> None:
    county = making.places[making.county]
    name = county.name
    bureau = Unit(id=chance.id(at), name=f"{name}文化体育和旅游局", kind=UnitKind.BUREAU, place=county, phone=_phone(0))
    rows = [bureau]
    for number, (kind, title) in enumerate(
        (
            (UnitKind.LIBRARY, f"{name}图书馆"),
            (UnitKind.CULTURAL_CENTRE, f"{name}文化馆"),
            (UnitKind.MUSEUM, f"{name}博物馆"),
            (UnitKind.ART_SCHOOL, f"{name}市民文化艺术学校"),
        ),
        1,
    ):
        rows.append(Unit(id=chance.id(at), name=title, kind=kind, place=county, parent=bureau, phone=_phone(number)))
    stations: dict[str, Unit] = {}
    for number, town in enumerate(making.towns, 10):
        stations[town.code] = Unit(
            id=chance.id(at), name=f"{town.name}综合文化站", kind=UnitKind.STATION, place=town, parent=bureau,
            phone=_phone(number),
        )  # fmt: skip
    rooms = [
        Unit(
            id=chance.id(at), name=f"{short_name(village)}综合性文化服务中心", kind=UnitKind.VILLAGE_ROOM, place=village,
            parent=stations[village.code[:9]], phone=_phone(number),
        )
        for number, village in enumerate(making.villages, 30)
    ]  # fmt: skip
    every = [*rows, *stations.values(), *rooms]
    Unit.unscoped.bulk_create(every, batch_size=BATCH)
    for unit in every:
        made.units[unit.kind].append(unit)


def _phone(number: int) -> str:
    return f"028-8480{number:04}"


def _make_staff(making: Making, made: People, chance: Chance, at: dt.datetime) -> int:
    rows: list[Staff] = []
    grants: list[Grant] = []
    roles = {role.code: role for role in Role.unscoped.all()}
    began = dt.datetime.combine(making.first_day, dt.time(1), dt.UTC)
    for kind, posts in COUNTY_POSTS.items():
        for unit in made.units[kind]:
            for post, role in posts:
                person = _person(unit, post, chance, at)
                rows.append(person)
                made.staff[unit.pk].append(person)
                narrowed = DataScope.UNIT_TREE if role == "venue_staff" else DataScope.ALL
                grants.append(_grant(person, roles[role], narrowed, chance, began))
    Staff.unscoped.bulk_create(rows, batch_size=BATCH)
    Grant.unscoped.bulk_create(grants, batch_size=BATCH)
    return len(rows)


def _person(unit: Unit, post: str, chance: Chance, at: dt.datetime) -> Staff:
    return Staff(id=chance.id(at), name=person_name(chance)[0], unit=unit, place=unit.place, post=post)


def _grant(person: Staff, role: Role, data_scope: str, chance: Chance, at: dt.datetime) -> Grant:
    return Grant(id=chance.id(at), staff=person, role=role, place=person.place, data_scope=data_scope, granted_at=at)


# role, account, post, kind of unit, where: county, town or village
ACCOUNTS = (
    ("system_admin", "xitong", "系统管理员", UnitKind.BUREAU, "county"),
    ("security_admin", "anquan", "安全管理员", UnitKind.BUREAU, "county"),
    ("audit_admin", "shenji", "安全审计员", UnitKind.BUREAU, "county"),
    ("county_officer", "xianji", "公共服务科科长", UnitKind.BUREAU, "county"),
    ("reviewer", "shenhe", "审核员", UnitKind.BUREAU, "county"),
    ("town_station", "wenhuazhan", "文化站站长", UnitKind.STATION, "town"),
    ("town_admin", "xiangzhen", "文化站副站长", UnitKind.STATION, "town"),
    ("venue_staff", "wenhuaguan", "活动策划部干事", UnitKind.CULTURAL_CENTRE, "county"),
    ("village_worker", "cunshe", "文化管理员", UnitKind.VILLAGE_ROOM, "village"),
    ("auditor_readonly", "jiancha", "检查组成员", UnitKind.BUREAU, "county"),
    ("city_officer", "shiji", "市级联络员", UnitKind.BUREAU, "city"),
    ("province_officer", "shengji", "省级联络员", UnitKind.BUREAU, "province"),
)


def make_accounts(*, making: Making, made: People, by: Actor, at: dt.datetime) -> list[DemoUser]:
    """One account a role, with a password of its own that the validators accept; the log-in page lists them."""
    chance = making.draw("accounts")
    town = max(
        making.towns, key=lambda place: (sum(v.code.startswith(place.code) for v in making.villages), place.code)
    )
    village = next(v for v in making.villages if v.code.startswith(town.code) and v not in making.silent())
    where = {
        "county": making.places[making.county],
        "town": town,
        "village": village,
        "city": making.places[making.county[:4]],
        "province": making.places[making.county[:2]],
    }
    shown: list[DemoUser] = []
    for role, username, post, kind, level in ACCOUNTS:
        place = where[level]
        unit = made.unit(kind, place.code if level in ("town", "village") else making.county)
        name = person_name(chance)[0]
        password = f"{chance.choice(PASSWORD_WORDS)}-{chance.choice(PASSWORD_WORDS)}-{chance.randrange(1000, 10000)}"
        invited = invite_staff(
            name=name, username=username, unit=unit, place=unit.place, post=post, password=password, by=by, at=at
        )
        grant_role(
            staff=invited.staff, role=role, place=place, by=by, at=at,
            data_scope=DataScope.UNIT_TREE if role == "venue_staff" else DataScope.ALL,
        )  # fmt: skip
        made.staff[unit.pk].insert(0, invited.staff)
        made.shown[username] = invited.staff
        title = Role.unscoped.get(code=role).name
        shown.append(DemoUser(username=username, password=password, role=title, name=name, place=place.name))
    demo_users.keep(shown)
    return shown


@action
def make_residents(*, making: Making, made: People, number: int, by: Actor, at: dt.datetime) -> int:
    """Households with their members and guardians, more where more people live. Returns how many residents."""
    chance = making.draw("residents")
    households: list[Household] = []
    residents: list[Resident] = []
    guardians: list[Guardianship] = []
    villages = making.villages
    total = 0
    while total < number:
        village = chance.choice(villages)
        since = _registered(making, chance)
        home = Household(id=chance.id(since), county=making.county, place=village, created_at=since)
        members = _family(home, chance, since, len(households))
        total += len(members)
        adults = [one for one in members if one.phone]
        wards = [one for one in members if not one.phone] if adults else []
        guardians += [_guardian(adults[0], ward, making.today, chance) for ward in wards]
        made.of_town[village.code[:9]].append(len(households))
        made.households.append((home, members))
        households.append(home)
        residents += members
    Household.unscoped.bulk_create(households, batch_size=BATCH)
    Resident.unscoped.bulk_create(residents, batch_size=BATCH)
    Guardianship.unscoped.bulk_create(guardians, batch_size=BATCH)
    bulk(
        code=Entry.RESIDENT_REGISTERED, by=by, at=at, model=Resident, place=making.county,
        counts={"households": len(households), "residents": len(residents), "guardianships": len(guardians)},
    )  # fmt: skip
    return total


def _registered(making: Making, chance: Chance) -> dt.datetime:
    day = making.first_day - dt.timedelta(days=chance.randrange(1, 300))
    return dt.datetime.combine(day, dt.time(8), SHANGHAI) + dt.timedelta(minutes=chance.randrange(720))


def _family(home: Household, chance: Chance, at: dt.datetime, number: int) -> list[Resident]:
    kind = chance.pick({"couple_child": 5, "couple": 2, "elders": 2, "single": 2, "three_generations": 3})
    if number == 0:
        kind = "three_generations"  # whom the demonstration shows: with a child and an elder to book for
    year = at.year
    ages = {
        "couple_child": [chance.randrange(28, 46), chance.randrange(27, 44), chance.randrange(4, 16)],
        "couple": [chance.randrange(24, 60), chance.randrange(24, 58)],
        "elders": [chance.randrange(61, 82), chance.randrange(60, 80)],
        "single": [chance.randrange(20, 75)],
        "three_generations": [
            chance.randrange(30, 45), chance.randrange(29, 43), chance.randrange(3, 14), chance.randrange(60, 83),
        ],
    }[kind]  # fmt: skip
    surname = chance.choice(SURNAMES)
    members = []
    for position, age in enumerate(ages):
        name = person_name(chance)[0]
        if age < 18 or position == 0:
            name = surname + name[1:]
        phone = ""
        if age >= 18 and (age < 72 or position == 0) and position < 2:
            phone = str(PHONE_BLOCK + number * 2 + position + 1)
        members.append(
            Resident(
                id=chance.id(at),
                county=home.county,
                household=home,
                place=home.place,
                name=name,
                phone=phone,
                birth_year=year - age,
                registered_at=at,
            )
        )
    return members


def _guardian(guardian: Resident, ward: Resident, today: dt.date, chance: Chance) -> Guardianship:
    old = (ward.birth_year or today.year) < today.year - 50
    return Guardianship(
        id=chance.id(ward.registered_at), county=ward.county, guardian=guardian, ward=ward,
        relation="子女" if old else "父母", since=ward.registered_at,
    )  # fmt: skip

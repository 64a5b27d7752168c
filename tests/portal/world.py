"""A small county for the portal's tests, screenshots and bench: venues, activities in every state, residents."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people.models import Guardianship, Household, Resident, Staff, Unit
from qunwen.base.places.models import Place
from qunwen.base.scope import clock, context, writing
from qunwen.base.scope.codes import level_of, parent_of
from qunwen.base.scope.ids import uuid7
from qunwen.services.activities import actions as activities
from qunwen.services.activities.models import Activity, Session
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings import queries as ledger
from qunwen.services.venues.models import Closure, Room, Venue, WeeklyHours

PLACES = [
    ("51", "四川省"), ("5101", "成都市"), ("510112", "龙泉驿区"),
    ("510112001", "龙泉街道"), ("510112001001", "东街社区"), ("510112001002", "北干道社区"),
    ("510112002", "大面街道"), ("510112002001", "五星社区"), ("510112002002", "洪河社区"),
]  # fmt: skip
LONG = "“我们的中国梦·文化进万家”龙泉驿区第十七届社区邻里文化艺术节暨新时代文明实践主题惠民演出（第三场）"


def ensure_places() -> None:
    """龙泉驿区 with two towns and four communities."""
    with writing.allowed("test"):
        for code, name in PLACES:
            Place.unscoped.get_or_create(
                code=code, defaults={"name": name, "level": level_of(code), "parent_id": parent_of(code)}
            )


def hours_from(at: dt.datetime, days: int, hour: int) -> dt.datetime:
    """A full hour so many days after the day of `at`."""
    return clock.start_of(clock.day_of(at)) + dt.timedelta(days=days, hours=hour)


class World:
    """Everything of one county, built through the areas' own actions."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self.before = at - dt.timedelta(days=20)
        ensure_places()
        with writing.allowed("test"):
            place = Place.unscoped.get(pk="510112001")
            self.village = Place.unscoped.get(pk="510112001001")
            self.far = Place.unscoped.get(pk="510112002001")
            self.unit = Unit.unscoped.create(name="龙泉街道综合文化站", kind="station", place=place)
            self.staff = Staff.unscoped.create(name="王敏", unit=self.unit, place=place)
            self.clerk = Actor(kind=ActorKind.STAFF, id=self.staff.pk, name="王敏", unit=self.unit.pk)
            self.venue = self.new_venue("东街社区文化室", "village_room", self.village, phone="028-84850001")
            self.station = self.new_venue("龙泉街道综合文化站", "station", place, phone="028-84850000")
            Room.unscoped.create(venue=self.station, name="多功能厅", kind="lecture", area=120, capacity=150)
            Room.unscoped.create(venue=self.station, name="舞蹈室", kind="dance", area=80, equipment="把杆、镜墙")
            Closure.unscoped.create(
                venue=self.station, starts_at=hours_from(at, 3, 0), ends_at=hours_from(at, 5, 0), reason="消防检修",
                substitute=self.venue, announced_at=at,
            )  # fmt: skip

    def new_venue(self, name: str, kind: str, place: Place, **details: object) -> Venue:
        """A venue open on every day but Monday."""
        with writing.allowed("test"):
            venue = Venue.unscoped.create(
                name=name, kind=kind, place=place, unit=self.unit, changed_at=self.before, address=f"{place.name} 12 号",
                accessibility=["ramp", "toilet"], latitude="30.5570", longitude="104.2700", intro="街坊的书房和舞台。",
                **details,
            )  # fmt: skip
            for weekday in range(1, 7):
                WeeklyHours.unscoped.create(venue=venue, weekday=weekday, opens=dt.time(9), closes=dt.time(12))
                WeeklyHours.unscoped.create(venue=venue, weekday=weekday, opens=dt.time(14), closes=dt.time(20, 30))
        return venue

    def activity(self, title: str, *, kind: str = "performance", sign_up: str = "open", published: bool = True,
                 place: Place | None = None, **details: object) -> Activity:  # fmt: skip
        """A published activity (unless told) without dates."""
        day = clock.day_of(self.at)
        details.setdefault("venue", self.venue)
        details.setdefault("summary", "街坊邻居一起来，自带小板凳")
        details.setdefault("contact_phone", "028-84850001")
        with context.everything(reason="test"):
            made = activities.plan_activity(
                title=title, kind=kind, place=place or self.village, unit=self.unit, plan_year=day.year,
                plan_month=day.month, sign_up=sign_up, by=self.clerk, at=self.before, **details,
            )  # fmt: skip
        if published:
            with writing.allowed("test"):
                made.state, made.published_at = "published", self.before
                made.save()
        return made

    def date(self, activity: Activity, days: int, hour: int = 19, hours: float = 2) -> Session:
        """A date so many days from now."""
        starts = hours_from(self.at, days, hour)
        with context.everything(reason="test"):
            return activities.schedule_session(
                activity=activity, starts_at=starts, ends_at=starts + dt.timedelta(hours=hours), by=self.clerk,
                at=self.before,
            )  # fmt: skip

    def bookable(self, title: str, size: int, *, days: int = 2, hour: int = 19, **settings: object) -> Session:
        """A published activity one signs up for, with one date and its places."""
        activity = self.activity(title, kind="training", sign_up="book", where=f"教室 {title[:6]}")
        session = self.date(activity, days, hour)
        with context.everything(reason="test"):
            activities.open_sign_up(session=session, sizes={"online": size}, by=self.clerk, at=self.before, **settings)
        return session

    def resident(self, name: str, phone: str, *, born: int = 1985, home: Household | None = None) -> Resident:
        """Somebody of the community."""
        with writing.allowed("test"):
            if home is None:
                home = Household.unscoped.create(county="510112", place=self.village, created_at=self.before)
            return Resident.unscoped.create(
                county="510112", household=home, place=self.village, name=name, phone=phone, birth_year=born,
                registered_at=self.before,
            )  # fmt: skip

    def ward(self, guardian: Resident, name: str, *, born: int, relation: str = "子女") -> Resident:
        """A child or elder whom somebody acts for."""
        person = self.resident(name, "", born=born, home=guardian.household)
        with writing.allowed("test"):
            Guardianship.unscoped.create(
                county="510112", guardian=guardian, ward=person, relation=relation, since=self.before
            )
        return person

    def book(self, session: Session, *members: Resident, holder: Resident | None = None):
        """Places for people, as the portal would give them."""
        bucket = ledger.bucket_of(county="510112", subject_type="activities.session", subject_id=session.pk)
        with context.everything(reason="test"):
            return bookings.book(
                bucket=bucket, resident=holder or members[0], members=list(members), key=str(uuid7()), by=self.clerk,
                at=self.at,
            )  # fmt: skip


def full(at: dt.datetime) -> SimpleNamespace:
    """A world in which every page has something in every state."""
    world = World(at)
    today = world.activity(LONG, where="院坝", summary="川剧折子戏、清音、舞蹈，演完还能上台学一段")
    world.date(today, 0, 22, 1)
    film = world.activity(
        "坝坝电影：我和我的家乡", kind="film", place=world.far, venue=None, where="五星广场", open_air=True
    )
    for days in (1, 8, 15):
        world.date(film, days, 20)
    show = world.activity("龙泉山水墨画展", kind="exhibition", where="展厅")
    world.date(show, -2, 9, 24 * 20)
    course = world.bookable("成人书法课", 12)
    packed = world.bookable("少儿剪纸课", 1, days=3, hour=15)
    closed = world.bookable("古琴体验", 5, days=5, closes_at=at - dt.timedelta(hours=1))
    lost = world.activity("露天合唱", open_air=True, venue=None, where="河边")
    off = world.date(lost, 4)
    late = world.activity("桃花诗会", kind="reading", venue=None, where="桃花故里")
    put_off = world.date(late, 6)
    hidden = world.activity("还没有审核的活动", published=False)
    world.date(hidden, 2, 10)
    with context.everything(reason="test"):
        activities.cancel_session(session=off, reason="有大雨", by=world.clerk, at=at)
        activities.postpone_session(session=put_off, reason="花期推迟", by=world.clerk, at=at)
    lin = world.resident("林秀英", "13800000001", born=1986)
    child = world.ward(lin, "小满", born=clock.day_of(at).year - 9)
    other = world.resident("周全", "13800000002")
    third = world.resident("何必", "13800000003")
    taken = world.book(packed, other)
    waiting = world.book(packed, child, holder=lin)
    ticket = world.book(course, lin, child)
    return SimpleNamespace(
        world=world, today=today, film=film, show=show, course=course, packed=packed, closed=closed, off=off,
        put_off=put_off, hidden=hidden, lin=lin, child=child, other=other, third=third, taken=taken, waiting=waiting,
        ticket=ticket, lost=lost,
    )  # fmt: skip

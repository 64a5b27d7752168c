"""Two counties with something of everything, one of them written full of a word that must never get out."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from qunwen.base.evidence.actions import keep_file
from qunwen.base.journal.actors import Actor
from qunwen.base.measures.periods import Period
from qunwen.base.notices.actions import queue
from qunwen.base.notices.enums import Kind as NoticeKind
from qunwen.base.notices.models import OutboxMessage
from qunwen.base.people import actions as people
from qunwen.base.people import queries
from qunwen.base.people.models import Resident, Staff, Unit
from qunwen.base.people.roles import OWN_UNITS
from qunwen.base.people.web.who import actor_of, resident_actor
from qunwen.base.places import actions as divisions
from qunwen.base.places.models import Place
from qunwen.base.reviews import actions as reviews
from qunwen.base.reviews import queries as review_queries
from qunwen.base.scope import asking, clock, context, writing
from qunwen.base.scope.ids import uuid7
from qunwen.faces.api import actions as tokens
from qunwen.faces.api.tokens import grantable
from qunwen.faces.portal.models import Announcement, CountyHome
from qunwen.governance.reports import queries as reports
from qunwen.governance.reports.models import Report
from qunwen.governance.returns import actions as returns
from qunwen.governance.returns.actions import Said
from qunwen.services.activities import actions
from qunwen.services.activities.models import Activity
from qunwen.services.bookings import actions as bookings
from qunwen.services.bookings.party import Guest
from qunwen.services.venues import actions as venues

from .county_figures import figures
from .county_places import given_out

COMMAND = Actor(kind="command", id=None, name="命令行")
PASSWORD = "longquan-2026-xiang"

OWN, FOREIGN = "510112", "610327"
SECRET = "外县机密甲乙丙"
SHOWN = "外县公开丁戊己"
CROWD = 91_873  # people counted at one date of the foreign county: a number that nothing else has

# Where the staff of each role sits: (place, unit) by the length of the place's code.
SEATS = {
    "county_officer": 6, "reviewer": 6, "town_station": 9, "town_admin": 9, "venue_staff": 12, "village_worker": 12,
    "school_office": 12, "class_teacher": 12, "auditor_readonly": 6, "city_officer": 4, "province_officer": 2,
    "system_admin": 6, "security_admin": 6, "audit_admin": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """What the texts of a county are made of: `kept` for its own people only, `shown` for everybody."""

    kept: str
    shown: str
    crowd: int
    seed: int


WORDS = {
    OWN: Words("本县内部", "本县公开", 37, 1),
    FOREIGN: Words(SECRET, SHOWN, CROWD, 900),
}


def photo(seed: int) -> bytes:
    """A small JPEG unlike every other."""
    chance = random.Random(seed)
    image = Image.new("RGB", (320, 200), "white")
    draw = ImageDraw.Draw(image)
    for _n in range(12):
        x, y = chance.randrange(320), chance.randrange(200)
        shade = tuple(chance.randrange(256) for _c in range(3))
        draw.rectangle([x, y, x + chance.randrange(20, 160), y + chance.randrange(20, 90)], fill=shade)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


@dataclass
class County:
    """The rows of one county by the name that addresses and tests use for them."""

    code: str
    at: dt.datetime
    words: Words
    places: dict[str, Place]
    units: dict[str, Unit] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def town(self) -> Place:
        """Its first town."""
        return self.places[min(code for code in self.places if len(code) == 9 and code.startswith(self.code))]

    @property
    def village(self) -> Place:
        """The first village of that town."""
        return self.places[min(code for code in self.places if len(code) == 12 and code.startswith(self.town.pk))]

    def seat(self, length: int) -> Place:
        """The place of a role whose code has so many digits."""
        return {12: self.village, 9: self.town}.get(length) or self.places[self.code[:length]]

    def act(self, role: str) -> Actor:
        """The actor that the holder of a role is."""
        return actor_of(self.staff[role])


def build(code: str, places: dict[str, Place], at: dt.datetime) -> County:
    """A whole county through the areas' own actions."""
    county = County(code=code, at=at, words=WORDS[code], places=places)
    with context.everything(reason="test"):
        _people(county)
        _places(county)
        _residents(county)
        _venues(county)
        _activities(county)
        _reviews(county)
        _evidence(county)
        _notices(county)
        _pages(county)
        _report(county)
        _returns(county)
        figures(county)
        given_out(county)
        _token(county)
    return county


def _people(county: County) -> None:
    kept, shown, at = county.words.kept, county.words.shown, county.at
    bureau = people.create_unit(
        name=f"{shown}文旅局", kind="bureau", place=county.places[county.code], by=COMMAND, at=at
    )
    station = people.create_unit(
        name=f"{shown}文化站", kind="station", place=county.town, parent=bureau, by=COMMAND, at=at
    )
    room = people.create_unit(
        name=f"{shown}文化室", kind="village_room", place=county.village, parent=station, by=COMMAND, at=at
    )
    county.units = {"bureau": bureau, "station": station, "room": room}
    by_length = {12: room, 9: station}
    for number, (role, length) in enumerate(SEATS.items()):
        person = people.invite_staff(
            name=f"{kept}{number:02}", username=f"{role}-{county.code}", unit=by_length.get(length, bureau),
            place=county.seat(min(length, 6) if length < 6 else length), post=f"{kept}岗位",
            phone=f"139{county.words.seed:04}{number:04}", password=PASSWORD, by=COMMAND, at=at,
        ).staff  # fmt: skip
        narrow = {"data_scope": "unit"} if role in OWN_UNITS else {}
        people.grant_role(staff=person, role=role, place=county.seat(length), by=COMMAND, at=at, **narrow)
        person.refresh_from_db()
        county.staff[role] = person


def _places(county: County) -> None:
    kept, at, by = county.words.kept, county.at, county.act("county_officer")
    year = clock.day_of(at).year - 1
    figure = divisions.Figure(county.village, year, county.words.crowd, f"{kept}摸底")
    edge = divisions.set_edge(
        hierarchy="library", child=county.village, parent=county.places[county.code],
        since=clock.day_of(at) - dt.timedelta(days=60), by=by, at=at,
    )  # fmt: skip
    county.rows |= {
        "population": divisions.record_population(figure=figure, by=by, at=at), "edge": edge,
        "grid": divisions.create_grid(village=county.village, name=f"{county.words.shown}网格", by=by, at=at),
        "home_village": county.village, "home_town": county.town,
    }  # fmt: skip


def _residents(county: County) -> None:
    kept, at = county.words.kept, county.at

    def register(name: str, phone: str = "", **more: Any) -> Resident:
        return people.register_resident(name=name, place=county.village, phone=phone, by=COMMAND, at=at, **more)

    parent = register(f"{kept}居民", f"138{county.words.seed:04}0001", birth_year=1986)
    child = register(f"{kept}孩子", birth_year=2016, household=parent.household)
    tie = people.record_guardian(guardian=parent, ward=child, relation="子女", by=COMMAND, at=at)
    county.rows |= {"resident": parent, "child": child, "guardianship": tie}


def _venues(county: County) -> None:
    shown, at, by = county.words.shown, county.at, county.act("county_officer")
    hall = venues.register_venue(
        name=f"{shown}文化馆", kind="station", place=county.town, unit=county.units["station"], address=f"{shown}路1号",
        phone="028-84850000", intro=f"{shown}简介", by=by, at=at,
    )  # fmt: skip
    old = venues.register_venue(
        name=f"{county.words.kept}旧馆", kind="station", place=county.town, unit=county.units["station"],
        address=county.words.kept, intro=county.words.kept, contact=county.words.kept, by=by, at=at,
    )  # fmt: skip
    room = venues.add_room(venue=hall, name=f"{shown}舞蹈室", kind="dance", by=by, at=at)
    closure = venues.announce_closure(
        venue=hall, starts_at=at + dt.timedelta(days=40), ends_at=at + dt.timedelta(days=41), reason=f"{shown}检修",
        by=by, at=at,
    )  # fmt: skip
    old = venues.retire_venue(venue=old, on=clock.day_of(at) - dt.timedelta(days=3), by=by, at=at)
    county.rows |= {"venue": hall, "retired_venue": old, "room": room, "closure": closure}


def _plan(county: County, word: str, number: str, **details: Any) -> Activity:
    day = clock.day_of(county.at)
    texts = {
        "summary": f"{word}一句话{number}", "description": f"{word}详细{number}", "co_hosts": f"{word}协办{number}",
        "where": f"{word}教室{number}", "contact_phone": "028-84850001", "venue": county.rows["venue"],
    }  # fmt: skip
    return actions.plan_activity(
        title=f"{word}活动{number}", kind="training", place=county.village, unit=county.units["room"],
        plan_year=day.year, plan_month=day.month, by=county.act("village_worker"), at=county.at, **{**texts, **details},
    )  # fmt: skip


def _activities(county: County) -> None:
    kept, shown, at, by = county.words.kept, county.words.shown, county.at, county.act("village_worker")
    series = actions.create_series(
        name=f"{shown}系列", kind="series", place=county.village, unit=county.units["room"], intro=f"{shown}系列简介",
        by=by, at=at,
    )  # fmt: skip
    planned = _plan(county, kept, "甲")
    session = _date(county, planned, 5)
    public = _plan(county, shown, "乙", sign_up="book", series=series)
    coming = _date(county, public, 6)
    with writing.allowed("test"):
        Activity.unscoped.filter(county=county.code, pk=public.pk).update(state="published", published_at=at)
    public.refresh_from_db()
    bucket = actions.open_sign_up(session=coming, sizes={"online": 2}, by=by, at=at)[0]
    parent, child = county.rows["resident"], county.rows["child"]
    booking = bookings.book(
        bucket=bucket, resident=parent, members=[parent], key=str(uuid7()), by=resident_actor(parent), at=at
    )
    bookings.book(
        bucket=bucket, resident=None, members=[Guest(name=f"{kept}来客")], contact=f"{kept}来客", key=str(uuid7()),
        by=county.act("town_station"), at=at,
    )  # fmt: skip
    waiting = bookings.book(
        bucket=bucket, resident=parent, members=[child], key=str(uuid7()), by=resident_actor(parent), at=at
    )
    begun = at - dt.timedelta(days=2)
    noted = actions.note_activity(
        title=f"{kept}补记", kind="film", place=county.village, unit=county.units["room"], starts_at=begun,
        ends_at=begun + dt.timedelta(hours=2), headcounts={"elder": county.words.crowd}, note=f"{kept}说明", by=by, at=at,
    )  # fmt: skip
    media = actions.add_media_report(
        activity=noted, outlet=f"{kept}日报", level="county", title=f"{kept}报道", published_on=clock.day_of(at), by=by,
        at=at,
    )  # fmt: skip
    county.rows |= {
        "series": series, "planned": planned, "session": session, "public": public, "coming": coming,
        "bucket": bucket, "booking": booking, "waiting": waiting, "noted": noted, "media": media,
    }  # fmt: skip


def _date(county: County, activity: Activity, days: int) -> Any:
    starts = clock.start_of(clock.day_of(county.at)) + dt.timedelta(days=days, hours=19)
    return actions.schedule_session(
        activity=activity, starts_at=starts, ends_at=starts + dt.timedelta(hours=2), by=county.act("village_worker"),
        at=county.at,
    )  # fmt: skip


def _reviews(county: County) -> None:
    kept, at, by = county.words.kept, county.at, county.act("village_worker")
    waiting = _plan(county, kept, "待审")
    _date(county, waiting, 8)
    actions.submit_activity(activity=waiting, by=by, at=at)
    returned = _plan(county, kept, "退回")
    _date(county, returned, 9)
    actions.submit_activity(activity=returned, by=by, at=at)
    item = review_queries.latest(returned, county.code)
    reviews.return_back(item=item, reasons={}, note=f"{kept}理由", by=county.act("town_station"), at=at)
    county.rows |= {
        "waiting_activity": waiting, "returned_activity": returned, "returned_item": item,
        "item": review_queries.latest(waiting, county.code),
    }  # fmt: skip


def _evidence(county: County) -> None:
    by, at = county.act("village_worker"), county.at
    for name, subject, word in (
        ("link", county.rows["planned"], county.words.kept),
        ("public_link", county.rows["public"], county.words.shown),
    ):
        county.rows[name], _alike = keep_file(
            stream=io.BytesIO(photo(county.words.seed + len(name))), name=f"{word}照片.jpg", subject=subject,
            place=county.village, caption=f"{word}说明文字", by=by, at=at,
        )  # fmt: skip


def _notices(county: County) -> None:
    kept = county.words.kept
    with writing.allowed("test"):
        for role, person in county.staff.items():
            queue(county=county.code, kind=NoticeKind.values[0], key=f"{kept}:{role}", at=county.at,
                  text=f"{kept}通知{role}", staff=person)  # fmt: skip
        queue(county=county.code, kind=NoticeKind.values[0], key=f"{kept}:resident", at=county.at,
              text=f"{kept}通知居民", resident=county.rows["resident"], phone=county.rows["resident"].phone)  # fmt: skip
        county.rows["message"] = OutboxMessage.unscoped.get(county=county.code, key__startswith=f"{kept}:resident")


def _pages(county: County) -> None:
    kept, shown = county.words.kept, county.words.shown
    front = Page.get_first_root_node().add_child(
        instance=CountyHome(title=f"{shown}首页", slug=f"county-{county.code}", place_id=county.code)
    )
    for name, word, live in (("draft", kept, False), ("news", shown, True)):
        page = front.add_child(
            instance=Announcement(
                title=f"{word}公告",
                slug=name,
                place_id=county.code,
                unit_name=f"{word}馆",
                intro=f"{word}摘要",
                body=f"<p>{word}正文</p>",
                live=live,
            )
        )
        page.save_revision()
        page.refresh_from_db()
        county.rows[name] = page
    county.rows["front"] = front
    county.rows["document"] = get_document_model().objects.create(
        title=f"{kept}文件", file=ContentFile(kept.encode(), name=f"{county.code}.txt")
    )
    county.rows["image"] = get_image_model().objects.create(
        title=f"{kept}图片", file=ContentFile(photo(county.words.seed + 77), name=f"{county.code}.jpg")
    )


def _report(county: County) -> None:
    """A sealed report with its files; what is inside was written by nobody but this."""
    kept = county.words.kept
    with writing.allowed("test"):
        report = Report.unscoped.create(
            county=county.code, kind="half_year", period="2026H1", manifest_sha256="0" * 64, definitions_sha256="0" * 64,
            figures=1, reported=1, expected=1, made_at=county.at, made_by=f"{kept}生成人",
        )  # fmt: skip
    folder = reports.folder_of(county.code, report.pk)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "半年工作总结.docx", "w") as packed:
        packed.writestr("word/document.xml", f"<w:t>{kept}总结</w:t>")
    (folder / "figures.json").write_text(f'{{"title": "{kept}数字"}}', "utf-8")
    county.rows["report"] = report


def _returns(county: County) -> None:
    """A number the village reported, with a photograph of its register."""
    by, at = county.act("village_worker"), county.at
    said = Said("village.holdings", value=1800, note=f"{county.words.kept}台账")
    row = returns.report_value(place=county.village, period=Period.of("2025H1"), said=said, by=by, at=at)
    county.rows["returned"] = row
    county.rows["proof"], _alike = keep_file(
        stream=io.BytesIO(photo(county.words.seed + 77)), name=f"{county.words.kept}台账.jpg", subject=row,
        place=county.village, caption="", by=by, at=at,
    )  # fmt: skip


def _token(county: County) -> None:
    county.rows["token"], county.secrets["county_officer"] = secret_of(county, "county_officer")


def secret_of(county: County, role: str) -> tuple[Any, str]:
    """A token of somebody for everything a token can do, and its secret."""
    at = county.at
    with context.opened(queries.scope_of(county.staff[role], at)):
        held = [code for code in grantable() if asking.may(code)]
        return tokens.create_token(
            name=f"{county.words.kept}令牌", place=county.seat(SEATS[role]), permissions=held,
            expires_at=at + dt.timedelta(days=30), by=county.act(role), at=at,
        )  # fmt: skip

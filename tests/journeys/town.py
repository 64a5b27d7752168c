"""A small town for the journeys: a village worker, a town station, an officer, an administrator, a mother and her child."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from qunwen.base.evidence.actions import keep_file
from qunwen.base.people import actions as people
from qunwen.base.people.models import Staff
from qunwen.base.people.web.who import actor_of
from qunwen.base.places.models import Place
from qunwen.base.reviews import actions as reviews
from qunwen.base.reviews import queries as review_queries
from qunwen.base.scope import clock, context, writing
from qunwen.services.activities import actions
from qunwen.services.activities.models import Activity, Session
from qunwen.services.venues import actions as venues

from .counties import COMMAND, PASSWORD, photo

COUNTY = "510112"
PEOPLE = {
    "worker": ("王敏", "village_worker", "510112001001", "room"),
    "town": ("李强", "town_station", "510112001", "station"),
    "officer": ("赵静", "county_officer", COUNTY, "bureau"),
    "admin": ("周宁", "security_admin", COUNTY, "bureau"),
    "keeper": ("吴涛", "system_admin", COUNTY, "bureau"),
    "town_admin": ("郑洁", "town_admin", "510112001", "station"),
}
MOTHER, PHONE = "林秀英", "13800000001"


class Town:
    """Everything is made through actions, as of now."""

    def __init__(self, places: dict[str, Place]) -> None:
        self.at = clock.now()
        self.places = places
        self.staff: dict[str, Staff] = {}
        with context.everything(reason="test"):
            people.sync_roles(by=COMMAND, at=self.at)
            self._units()
            self._people()
            self.village = places["510112001001"]
            self.venue = venues.register_venue(
                name="东街社区文化室", kind="village_room", place=self.village, unit=self.units["room"], by=self.by("officer"),
                at=self.at,
            )  # fmt: skip

    def _units(self) -> None:
        make, at = people.create_unit, self.at
        bureau = make(name="文旅局", kind="bureau", place=self.places[COUNTY], by=COMMAND, at=at)
        station = make(
            name="龙泉街道文化站", kind="station", place=self.places["510112001"], parent=bureau, by=COMMAND, at=at
        )
        room = make(
            name="东街社区文化室",
            kind="village_room",
            place=self.places["510112001001"],
            parent=station,
            by=COMMAND,
            at=at,
        )
        self.units = {"bureau": bureau, "station": station, "room": room}

    def _people(self) -> None:
        for name, (called, role, code, unit) in PEOPLE.items():
            person = people.invite_staff(
                name=called, username=name, unit=self.units[unit], place=self.places[code], password=PASSWORD, by=COMMAND,
                at=self.at,
            ).staff  # fmt: skip
            people.grant_role(staff=person, role=role, place=self.places[code], by=COMMAND, at=self.at)
            self.staff[name] = person

    def by(self, name: str) -> Any:
        """The actor somebody is."""
        return actor_of(self.staff[name])

    def family(self) -> None:
        """林秀英 and her child, registered."""
        with context.everything(reason="test"):
            mother = people.register_resident(
                name=MOTHER, place=self.village, phone=PHONE, birth_year=1986, by=COMMAND, at=self.at
            )
            child = people.register_resident(
                name="小满", place=self.village, birth_year=2016, household=mother.household, by=COMMAND, at=self.at
            )
            people.record_guardian(guardian=mother, ward=child, relation="子女", by=COMMAND, at=self.at)

    def bookable(self, title: str, size: int) -> Session:
        """A published course with places for a date in three days."""
        day = clock.day_of(self.at)
        starts = clock.start_of(day) + dt.timedelta(days=3, hours=19)
        by, at = self.by("worker"), self.at
        with context.everything(reason="test"):
            course = actions.plan_activity(
                title=title, kind="training", place=self.village, unit=self.units["room"], plan_year=day.year,
                plan_month=day.month, venue=self.venue, summary="街坊一起来", sign_up="book", by=by, at=at,
            )  # fmt: skip
            session = actions.schedule_session(
                activity=course, starts_at=starts, ends_at=starts + dt.timedelta(hours=2), by=by, at=at
            )
            with writing.allowed("test"):
                Activity.unscoped.filter(county=COUNTY, pk=course.pk).update(state="published", published_at=at)
            session.activity.refresh_from_db()
            actions.open_sign_up(session=session, sizes={"online": size}, by=by, at=at)
        return session

    def noted(self, title: str = "坝坝舞会", crowd: int = 46, photos: int = 2) -> Activity:
        """An activity the worker has noted, with photographs."""
        begun = self.at - dt.timedelta(days=1)
        by, at = self.by("worker"), self.at
        with context.everything(reason="test"):
            made = actions.note_activity(
                title=title, kind="fitness", place=self.village, unit=self.units["room"], starts_at=begun,
                ends_at=begun + dt.timedelta(hours=2), headcounts={"elder": crowd}, by=by, at=at,
            )  # fmt: skip
            for number in range(photos):
                keep_file(
                    stream=io.BytesIO(photo(40 + number)), name=f"照片{number}.jpg", subject=made, place=self.village,
                    by=by, at=at,
                )  # fmt: skip
        return made

    def reported(self, activity: Activity) -> Any:
        """The activity sent to the town for verification; gives the review item."""
        with context.everything(reason="test"):
            actions.report_held(activity=activity, by=self.by("worker"), at=self.at)
            return review_queries.latest(activity, COUNTY)

    def returned(self, activity: Activity, note: str) -> Any:
        """The same, sent back by the town with a reason."""
        item = self.reported(activity)
        with context.everything(reason="test"):
            reviews.return_back(item=item, reasons={}, note=note, by=self.by("town"), at=self.at)
        return item

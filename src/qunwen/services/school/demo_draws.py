"""The demonstration county's public draws: one that is over, with its seed and its line, and one that takes applications."""

from __future__ import annotations

import datetime as dt

from qunwen.base.journal.actors import Actor, ActorKind
from qunwen.base.people.demo import People
from qunwen.base.people.models import Resident
from qunwen.base.places.demo import Chance, Making
from qunwen.base.scope.clock import SHANGHAI, local
from qunwen.services.bookings.enums import Group
from qunwen.services.draws import actions
from qunwen.services.draws.drafts import OptionDraft, Rules
from qunwen.services.draws.enums import Channel
from qunwen.services.draws.models import Draw, Option

from .actions.classes import SUBJECT
from .models import CourseClass

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
CHANNELS = {Channel.APP: 6, Channel.WORKER: 3, Channel.PHONE: 1}
NOTICE = "%(what)s开奖号码（演示数据，不是真实的号码）"


def make_draws(
    *, making: Making, people: People, chance: Chance, by: Actor, over: CourseClass, running: CourseClass
) -> dict[str, int]:
    """Both draws by the actions themselves. Returns how many draws and applications."""
    published = min(_morning(making.now - 6 * DAY), over.opens_at - 2 * DAY)
    done = _notice(making, over, by, opens_at=published, closes_at=published + 2 * DAY, what="双色球")
    asked = _apply(making, people, chance, done, number=making.some(140, 36), until=done.closes_at)
    actions.freeze(draw=done, by=by, at=done.closes_at + HOUR)
    at = done.seed_at + HOUR
    digits = "".join(f"{number:02}" for number in [*sorted(chance.sample(range(1, 34), 6)), chance.randrange(1, 17)])
    actions.enter_seed(draw=done, seed=digits, witness="居民代表、公证处工作人员（演示）", by=by, at=at)
    actions.carry_out(draw=done, by=by, at=at + HOUR / 6)
    actions.publish(draw=done, by=by, at=at + HOUR / 3)
    opens = _morning(making.now - 2 * DAY)
    live = _notice(making, running, by, opens_at=opens, closes_at=making.now + 4 * DAY, what="超级大乐透")
    asked += _apply(making, people, chance, live, number=making.some(70, 20), until=making.now)
    return {"draws": 2, "draw_applications": asked}


def _notice(
    making: Making, row: CourseClass, by: Actor, *, opens_at: dt.datetime, closes_at: dt.datetime, what: str
) -> Draw:
    kept = {Group.ELDERS: row.elders} if row.elders else {}
    return actions.open_draw(
        title=f"{row.title}公开摇号", place=making.places[making.county], unit=row.unit, rules=Rules(),
        options=[OptionDraft(SUBJECT, row.pk, row.title, row.size, kept)], opens_at=opens_at, closes_at=closes_at,
        seed_notice=NOTICE % {"what": what}, seed_at=closes_at + DAY, by=by, at=opens_at,
    )  # fmt: skip


def _apply(making: Making, people: People, chance: Chance, draw: Draw, *, number: int, until: dt.datetime) -> int:
    """Grown-ups of so many families apply, each once, at any moment of the window. Returns how many did."""
    option = Option.unscoped.get(county=making.county, draw=draw)
    homes = people.households
    asked = 0
    for home in chance.sample(range(1, len(homes)), min(len(homes) - 1, number)):
        _household, members = homes[home]
        at = _awake(draw.opens_at + (until - draw.opens_at) * (chance.randrange(1, 99) / 100))
        if not draw.opens_at <= at < until:
            continue
        person = next((one for one in members if _may(one, at)), None)
        if person is None:
            continue
        channel = chance.pick(CHANNELS)
        by = Actor(kind=ActorKind.RESIDENT, id=person.pk, name=person.name) if channel == Channel.APP else making.by
        actions.apply(
            draw=draw, people=[person], wishes=[option], channel=channel, groups=frozenset(),
            key=f"{chance.getrandbits(96):024x}", by=by, at=at,
        )  # fmt: skip
        asked += 1
    return asked


def _morning(at: dt.datetime) -> dt.datetime:
    """When an office publishes on that day: everything after it (closing, seed, drawing) falls into office hours, too."""
    return dt.datetime.combine(local(at).date(), dt.time(10), SHANGHAI)


def _awake(at: dt.datetime) -> dt.datetime:
    """The same moment, or twelve hours before it when people sleep."""
    return at if 8 <= local(at).hour < 22 else at - 12 * HOUR


def _may(person: Resident, at: dt.datetime) -> bool:
    return bool(person.phone) and person.registered_at < at and (person.birth_year or 1980) <= at.year - 18

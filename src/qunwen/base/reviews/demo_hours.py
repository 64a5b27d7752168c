"""When the people of the demonstration act: offices in office hours of working days, residents while they are awake."""

from __future__ import annotations

import datetime as dt
import functools

from qunwen.base.places.demo import Chance
from qunwen.base.scope.clock import SHANGHAI, local

from . import workdays

# Minutes of the county's day: 9:00 to 12:00 and 13:30 to 17:30; awake from 7:30 to 22:00.
OFFICE = ((540, 720), (810, 1050))
AWAKE = (450, 1320)
DAY = dt.timedelta(days=1)

_works = functools.cache(workdays.is_workday)


def minutes(number: float) -> dt.timedelta:
    """So many minutes."""
    return dt.timedelta(minutes=number)


def last_office(at: dt.datetime, chance: Chance) -> dt.datetime:
    """The moment itself in office hours, otherwise one towards the end of the office hours before it."""
    moment = local(at)
    day, minute = moment.date(), moment.hour * 60 + moment.minute
    if _works(day):
        for opens, closes in reversed(OFFICE):
            if minute >= closes:
                return _on(day, closes - chance.randrange(5, 80), chance)
            if minute >= opens:
                return at
    day -= DAY
    while not _works(day):
        day -= DAY
    return _on(day, OFFICE[-1][1] - chance.randrange(5, 200), chance)


def next_office(at: dt.datetime, chance: Chance) -> dt.datetime:
    """The moment itself in office hours, otherwise one soon after offices open again."""
    moment = local(at)
    day, minute = moment.date(), moment.hour * 60 + moment.minute
    if _works(day):
        for opens, closes in OFFICE:
            if minute < opens:
                return _on(day, opens + chance.randrange(5, 80), chance)
            if minute < closes:
                return at
    day += DAY
    while not _works(day):
        day += DAY
    return _on(day, OFFICE[0][0] + chance.randrange(5, 150), chance)


def last_awake(at: dt.datetime, chance: Chance) -> dt.datetime:
    """The moment itself by day, otherwise one of the evening before it."""
    moment = local(at)
    minute = moment.hour * 60 + moment.minute
    if minute >= AWAKE[1]:
        return _on(moment.date(), AWAKE[1] - chance.randrange(5, 120), chance)
    if minute < AWAKE[0]:
        return _on(moment.date() - DAY, AWAKE[1] - chance.randrange(5, 120), chance)
    return at


def next_awake(at: dt.datetime, chance: Chance) -> dt.datetime:
    """The moment itself by day, otherwise one of the morning after it."""
    moment = local(at)
    minute = moment.hour * 60 + moment.minute
    if minute >= AWAKE[1]:
        return _on(moment.date() + DAY, AWAKE[0] + chance.randrange(5, 120), chance)
    if minute < AWAKE[0]:
        return _on(moment.date(), AWAKE[0] + chance.randrange(5, 120), chance)
    return at


def awake(at: dt.datetime) -> bool:
    """Whether people are up at that moment."""
    moment = local(at)
    return AWAKE[0] <= moment.hour * 60 + moment.minute < AWAKE[1]


def _on(day: dt.date, minute: int, chance: Chance) -> dt.datetime:
    hour, rest = divmod(minute, 60)
    return dt.datetime.combine(day, dt.time(hour, rest, chance.randrange(60)), SHANGHAI)

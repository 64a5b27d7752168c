"""How far a county's queue has come, as this process knows it; and the thread that moves it on.

Ten thousand people who ask again and again are answered from memory: the marks are read at most ten times a second,
answers once each. Whoever hands in an order, or asks for a number that is not decided yet, wakes the thread; of all
processes one decides at a time, the others try again a moment later. So it goes on whoever of them is killed.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import Error, connection

from qunwen.base.scope import clock, context
from qunwen.services.bookings.enums import Mark
from qunwen.services.bookings.models import RushAnswer

from . import deciding, taking

logger = logging.getLogger(__name__)
FRESH = 0.1  # seconds for which what was read of a queue is good enough to wait by
MOST_READ = 2_000  # answers read at once
KEPT = 50_000  # answers in memory, of all counties
GATHER = 0.025  # seconds between two batches of a rush: company makes an order cheaper
RUSHING = 1.0  # seconds without a batch after which the next order is decided at once
SHORTEST, LONGEST = 0.06, 20.0  # seconds between two questions of one page
LATER = 2.0  # after the database went away
IDLE = 30.0


class Told(NamedTuple):
    """What an order got."""

    verdict: str
    kind: str
    words: str
    booking: uuid.UUID | None


class Watch:
    """One county's queue in the memory of this process."""

    def __init__(self, county: str) -> None:
        self.county = county
        self.decided = 0
        self.known = 0  # the answers of all numbers up to here are in memory, or were
        self.pace = 200.0  # orders decided a second, as seen of late
        self.answers: OrderedDict[int, Told] = OrderedDict()
        self.read_at = 0.0
        self.lock = threading.Lock()
        self.moved = threading.Condition()

    def answer(self, number: int) -> Told | None:
        """What the order got; None while it stands in the queue. Raises django.db.Error when nothing is known of it."""
        told = self.answers.get(number)
        if told is not None:
            return told
        if number > self.known:
            self._look()
            told = self.answers.get(number)
        if told is None and number <= self.decided:
            told = self._find(number)
        return told

    def before(self, number: int) -> int:
        """How many stand before it."""
        return max(0, number - self.decided - 1)

    def seconds(self, number: int) -> float:
        """After how many seconds it is worth asking again: half of what it will take at the present pace."""
        return round(min(LONGEST, max(SHORTEST, self.before(number) / self.pace / 2)), 2)

    def wait(self, number: int, seconds: float) -> Told | None:
        """Wait a moment for the answer. This process's own deciding wakes the waiting; others' is looked up."""
        until = time.monotonic() + seconds
        while number not in self.answers and (left := until - time.monotonic()) > 0:
            with self.moved:
                if number not in self.answers:
                    self.moved.wait(min(left, FRESH / 2))
            if number not in self.answers:
                self._look()
        return self.answers.get(number)

    def take_in(self, answers: Iterable[RushAnswer]) -> None:
        """Orders were decided, here or elsewhere; in the order of their numbers."""
        for one in answers:
            self.answers[one.number] = Told(one.verdict, one.kind, one.words, one.booking_id)
            self.decided = max(self.decided, one.number)
            if one.number == self.known + 1:
                self.known = one.number
        while len(self.answers) > KEPT:
            self.answers.popitem(last=False)
        with self.moved:
            self.moved.notify_all()

    def _look(self) -> None:
        now = time.monotonic()
        if now - self.read_at < FRESH or not self.lock.acquire(blocking=False):
            return
        try:
            with context.everything(reason="how far a queue has come"):
                marks = taking.marks(self.county)
                decided = marks[Mark.DECIDED]
                if decided > self.known:
                    # Those of a process that has just started are found one by one, should they ask.
                    self.known = max(self.known, decided - MOST_READ)
                    rows = RushAnswer.unscoped.filter(county=self.county, number__gt=self.known, number__lte=decided)
                    was = self.decided
                    self.take_in(rows.order_by("number"))
                    self.known = max(self.known, decided)
                    if self.read_at and decided > was:
                        speed = (decided - was) / (now - self.read_at)
                        self.pace = max(20.0, 0.7 * self.pace + 0.3 * speed)
            self.decided = max(self.decided, decided)
            self.read_at = time.monotonic()
        except Error:
            connection.close()
            if not self.read_at:
                raise
        finally:
            self.lock.release()

    def _find(self, number: int) -> Told | None:
        with context.everything(reason="one answer of a queue"):
            row = RushAnswer.unscoped.filter(county=self.county, number=number).first()
        if row is None:
            return None
        told = self.answers[number] = Told(row.verdict, row.kind, row.words, row.booking_id)
        return told


_watches: dict[str, Watch] = {}
_awake = threading.Event()
_wanted: set[str] = set()
_starting = threading.Lock()
_drainer: threading.Thread | None = None


def watch(county: str) -> Watch:
    """The watch of a county."""
    found = _watches.get(county)
    if found is None:
        with _starting:
            found = _watches.setdefault(county, Watch(county))
    return found


def wake(county: str) -> None:
    """Have the county's queue decided soon."""
    global _drainer  # one thread a process, begun when it is first needed: processes are forked before
    _wanted.add(county)
    if _drainer is None or not _drainer.is_alive():
        with _starting:
            if _drainer is None or not _drainer.is_alive():
                _drainer = threading.Thread(target=_drain, name="rush", daemon=True)
                _drainer.start()
    _awake.set()


def _drain() -> None:
    """Decide whatever queue was named, until nothing has been for a while."""
    last = 0.0
    while _awake.wait(IDLE):
        if time.monotonic() - last < RUSHING:
            time.sleep(GATHER)
        _awake.clear()
        for county in sorted(_wanted):
            _wanted.discard(county)
            _move_on(county)
        last = time.monotonic()
    connection.close()


def _move_on(county: str) -> None:
    try:
        full = True
        while full and (answers := deciding.decide_next(county, clock.now())):  # noqa: TID251  a face of its own
            watch(county).take_in(answers)
            full = len(answers) == deciding.BATCH
            if not full:
                _again(county)
    except deciding.Busy:
        _again(county)
    except Error as problem:
        logger.warning("排队报名暂时不能处理：%s", problem)
        connection.close()
        time.sleep(LATER)
        _again(county)
    except Exception:
        logger.exception("排队报名处理失败")
        time.sleep(LATER)
        _again(county)


def _again(county: str) -> None:
    _wanted.add(county)
    _awake.set()

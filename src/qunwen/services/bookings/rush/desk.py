"""Orders that come to this process at one moment are written down together: one transaction for all of them.

Whoever comes while somebody is writing waits for that and is then written with all who came meanwhile; nobody waits for
company. It is what makes an order cheap when there are many and quick when there are few.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

from django.db import Error, connection

from qunwen.base.journal.actors import SYSTEM
from qunwen.base.scope import context

from .taking import Asked, KeyTaken, take_numbers


@dataclass(slots=True)
class _Waiting:
    asked: Asked
    number: int | KeyTaken | Error | None = None


class Desk:
    """One county's orders of this process."""

    def __init__(self, county: str) -> None:
        self.county = county
        self.waiting: list[_Waiting] = []
        self.lock = threading.Lock()
        self.turn = threading.Lock()

    def take(self, asked: Asked, at: dt.datetime) -> int:
        """The number of an order, written down for good. Raises KeyTaken, django.db.Error."""
        mine = _Waiting(asked)
        with self.lock:
            self.waiting.append(mine)
        with self.turn:
            if mine.number is None:
                with self.lock:
                    together, self.waiting = self.waiting, []
                self._write(together, at)
        if isinstance(mine.number, int):
            return mine.number
        raise mine.number or Error("nothing was written")

    def _write(self, together: list[_Waiting], at: dt.datetime) -> None:
        numbers: list[int | KeyTaken] | list[Error] = []
        for attempt in (1, 2):
            try:
                with context.everything(reason="orders of a rush are written down"):
                    numbers = take_numbers(county=self.county, asked=[one.asked for one in together], by=SYSTEM, at=at)
                break
            except Error as problem:
                connection.close()  # it may only have been an old connection: once more with a new one
                if attempt == 2:
                    numbers = [problem] * len(together)
        for one, number in zip(together, numbers, strict=True):
            one.number = number


_desks: dict[str, Desk] = {}


def desk(county: str) -> Desk:
    """The desk of a county."""
    return _desks.get(county) or _desks.setdefault(county, Desk(county))

"""A small area that does things, and its chains."""

import pytest
from django.db import connection

from qunwen.base.journal import append_only, sealing
from qunwen.base.journal.actors import SYSTEM
from qunwen.base.journal.codes import Codes
from qunwen.base.journal.recording import action, record


class Code(Codes):
    DONE = "journaltest.place.done", "试记一笔"


@action
def note(*, place, n, at, by=SYSTEM):
    return record(
        code=Code.DONE, by=by, at=at, subject=place, place=place.code, before={"n": n - 1}, after={"n": n, "说": "好"}
    )


@pytest.fixture
def chain(places, at):
    """Seven sealed entries of one county and three of another, each list in order of position."""
    a = [note(place=places["510112001"], n=n, at=at) for n in range(7)]
    b = [note(place=places["610327100"], n=n, at=at) for n in range(3)]
    for county in ("510112", "610327"):
        sealing.seal(county=county, at=at)
    return a, b


@pytest.fixture
def tampering(db):
    """Raw SQL with the triggers down, as one who holds the database file would do it."""
    append_only.lift(connection)

    def run(sql, *values):
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount

    return run

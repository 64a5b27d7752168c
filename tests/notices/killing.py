"""Queue messages, kill twenty workers with SIGKILL while they send, let one finish; tell the outcome.

Run as a program with DATABASE_URL of a migrated or empty database and QUNWEN_TEST_SENT, a folder.
"""

import datetime as dt
import json
import os
import random
import signal
import time
from pathlib import Path

import django

AT = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)
MESSAGES, KILLS = 150, 20


def main():
    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.db.models import Count

    from qunwen.base.notices import tasks
    from qunwen.base.notices.models import OutboxMessage
    from qunwen.base.scope import context

    # As the worker does (faces/command/main.py).
    context._crossing.set(context.EVERYWHERE)
    for area in ("journal", "notices"):
        call_command("migrate", area, verbosity=0)
    call_command("migrate", "sms", verbosity=0)
    _queue()
    chance = random.Random(20260314)
    killed = 0
    for turn in range(KILLS):
        # Every turn is later than all leases before it.
        at = AT + turn * dt.timedelta(minutes=10)
        connections.close_all()
        child = os.fork()
        if child == 0:
            while True:
                tasks.deliver(at=at, limit=10)
        time.sleep(0.02 + chance.random() * 0.05)
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    left = OutboxMessage.unscoped.exclude(state="sent").count()
    at = AT + (KILLS + 1) * dt.timedelta(minutes=10)
    while tasks.deliver(at=at, limit=50):
        pass
    states = dict(OutboxMessage.unscoped.order_by().values_list("state").annotate(n=Count("id")))
    folder = Path(os.environ["QUNWEN_TEST_SENT"])
    sent = len(list(folder.glob("*.sent")))
    print(json.dumps({"killed": killed, "left_after_kills": left, "states": states, "texts": sent}))


def _queue():
    from qunwen.base.journal.actors import SYSTEM
    from qunwen.base.journal.recording import action, bulk
    from qunwen.base.notices import actions
    from qunwen.base.notices.enums import Code, Kind
    from qunwen.base.notices.models import Notice

    @action
    def tell(*, by, at):
        bulk(code=Code.DIGESTS_MADE, by=by, at=at, model=Notice, place="510112", counts={"n": MESSAGES})
        for n in range(MESSAGES):
            actions.queue(
                county="510112", kind=Kind.BOOKING, key=f"k{n}", at=at, phone=f"1380000{n:04}", text=f"第{n}条"
            )

    tell(by=SYSTEM, at=AT)


if __name__ == "__main__":
    main()

"""The light door of a rush under misuse and misfortune, with its real threads, on a database of its own.

    python tests/bookings/queueing.py KILLS SEED

Prints one line of JSON. Processes that take orders and decide them are killed at random moments first; then the door is
asked with slips that are no good, and while the database is away.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from rush import inside  # noqa: E402
from rush.databases import database  # noqa: E402

SIZE, PEOPLE, THREADS = 40, 400, 4
SESSION = "s" * 32


# -- asking the door ----------------------------------------------------------------------------------------


def slip(bucket, resident, **other):
    """A pass as the sign-up page hands it out, with what a test wants otherwise."""
    from qunwen.services.bookings.rush import passes

    fields = {
        "county": inside.COUNTY, "bucket": bucket, "place": inside.VILLAGE, "resident": resident,
        "family": ((str(resident), "居民"),), "key": str(uuid.uuid4()), "language": "zh-hans",
        "session": passes.digest_of(SESSION), "opens": 0, "expires": int(time.time()) + 600, "title": "书法课",
        "back": "/activities/", "most": 5,
    }  # fmt: skip
    return passes.Pass(**{**fields, **other})


def post(made, *, session=SESSION, members=None, ticket=None, **fields):
    """Hand in an order."""
    from qunwen.services.bookings.rush import pages, passes

    form = {
        "ticket": ticket or passes.write_pass(made),
        "members": str(made.resident) if members is None else members,
        **fields,
    }
    return ask("POST", pages.ORDER, session=session, body=urlencode(form).encode())


def ask(method, path, *, session=SESSION, body=b"", query=""):
    """(status, headers, page) of one request to the door."""
    from django.conf import settings

    from qunwen.services.bookings.rush.door import before

    def application(_environ, start):
        start("404 Not Found", [("X-From", "django")])
        return [b""]

    got = {}
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body), "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session}",
    }  # fmt: skip
    page = before(application)(
        environ, lambda status, headers: got.update(status=int(status[:3]), headers=dict(headers))
    )
    return got["status"], got["headers"], b"".join(page).decode()


def number_of(answer):
    """The number that an answer of the door is about, 0 for none."""
    found = re.match(r'"(\d+)-', answer[1].get("ETag", ""))
    return int(found[1]) if found else 0


def verdict_of(made):
    """Hand it in and ask until it is decided: (number, verdict)."""
    answer = post(made)
    number, until = number_of(answer), time.monotonic() + 20
    while "data-qw-verdict" not in answer[2] and number and time.monotonic() < until:
        time.sleep(0.05)
        answer = post(made)
    found = re.search(r'data-qw-verdict="([a-z_ ]*)"', answer[2])
    return number, found[1].strip() if found else ""


# -- killed ---------------------------------------------------------------------------------------------------


def take_orders(todo, pipe):
    """The child: several threads hand in orders, and say each number once the door has said it; the door decides."""
    left, lock = iter(todo), threading.Lock()

    def work():
        while True:
            with lock:
                made = next(left, None)
            if made is None:
                return
            if number := number_of(post(made)):
                os.write(pipe, f"{made.key} {number}\n".encode())

    crew = [threading.Thread(target=work) for _ in range(THREADS)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    time.sleep(60)


def killed(todo, dice):
    """Fork, let it work for a moment, kill it. What it said, as {key: number}."""
    from django.db import connections

    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            take_orders(todo, writing)
        finally:
            os._exit(9)
    os.close(writing)
    # A moment after the fork, or after its first word: on a busy machine a process may need seconds to say one.
    if dice.random() < 0.7:
        select.select([reading], [], [], 30)
        time.sleep(dice.uniform(0, 0.6))
    else:
        time.sleep(dice.uniform(0.05, 0.9))
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(reading) as words:
        said = [line.split() for line in words if line.endswith("\n")]
    return os.WIFSIGNALED(status), {key: int(number) for key, number in said}


def many_kills(kills, seed):
    """Kill and kill; afterwards the next process decides what is left. What is wrong then, by name."""
    from qunwen.base.scope import context, writing
    from qunwen.base.scope.clock import now
    from qunwen.services.bookings.models import Booking, Bucket, RushAnswer, RushOrder
    from qunwen.services.bookings.rush.deciding import decide_next

    world = inside.prepare(SIZE, PEOPLE, 1, None)
    bucket = uuid.UUID(world["bucket"])
    with context.everything(reason="test"), writing.allowed("test"):
        Bucket.unscoped.filter(county=inside.COUNTY, pk=bucket).update(waiting_list=False)
    slips = [slip(bucket, uuid.UUID(one)) for one in world["residents"]]
    dice, said, ended = random.Random(seed), {}, 0
    for _ in range(kills):
        by_kill, more = killed([one for one in slips if one.key not in said][: PEOPLE // kills + 5], dice)
        ended += by_kill
        changed = {key for key, number in more.items() if said.get(key, number) != number}
        said |= more
    while decide_next(inside.COUNTY, now()):
        pass
    with context.everything(reason="test"):
        orders = {row.key: row for row in RushOrder.unscoped.filter(county=inside.COUNTY)}
        answers = {row.number: row for row in RushAnswer.unscoped.filter(county=inside.COUNTY)}
        bookings = dict(Booking.unscoped.filter(county=inside.COUNTY, bucket=bucket).values_list("key", "state"))
    served = {number for number, row in answers.items() if row.verdict == "confirmed"}
    full = [number for number, row in answers.items() if row.kind == "full"]
    return {
        "kills": ended,
        "said": len(said),
        "another_number": sorted(changed),
        "lost": [key for key, number in said.items() if key not in orders or orders[key].number != number],
        "unanswered": sorted({row.number for row in orders.values()} ^ set(answers)),
        "gaps": sorted(row.number for row in orders.values()) != list(range(1, len(orders) + 1)),
        "passed_over": bool(full and served and max(served) > min(full)),
        "bookings": sorted(bookings) == sorted(key for key, row in orders.items() if row.number in served),
        **{
            name: n
            for name, n in inside.check(str(bucket)).items()
            if name in ("oversold", "drifts", "twice", "headless")
        },
    }


# -- misuse ---------------------------------------------------------------------------------------------------


def misuse():
    """What the door says to slips that are no good, and to good ones sent twice."""
    from qunwen.services.bookings.rush import pages, passes

    world = inside.prepare(5, 4, 1, None)
    other = uuid.UUID(inside.prepare(5, 0, 1, None)["bucket"])
    bucket, (first, second, third, stranger) = uuid.UUID(world["bucket"]), map(uuid.UUID, world["residents"])
    good = slip(bucket, first)
    once, again = verdict_of(good), verdict_of(good)
    text = passes.write_pass(slip(bucket, second))
    forged = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]
    number = passes.Number(inside.COUNTY, once[0], "zh-hans", passes.digest_of(SESSION), "书法课", "/")
    shown = passes.write_number(number)
    answers = {
        "forged": post(good, ticket=forged),
        "a number for a pass": post(good, ticket=shown),
        "expired": post(slip(bucket, second, expires=int(time.time()) - 1), name0="赵大妈"),
        "another session": post(slip(bucket, second), session="t" * 32),
        "a stranger": post(slip(bucket, second), members=str(stranger)),
        "key of another thing": post(slip(other, first, key=good.key)),
        "key of somebody else": post(slip(bucket, third, key=good.key)),
        "too early": post(slip(bucket, second, opens=int(time.time()) + 90), name0="赵大妈"),
        "nobody comes": post(slip(bucket, second), members=""),
        "read only": ask("GET", pages.ORDER),
        "number forged": ask("GET", pages.PLACE, query="p=" + shown[:-2]),
        "number of another session": ask("GET", pages.PLACE, query=f"p={shown}", session="t" * 32),
        "own number": ask("GET", pages.PLACE, query=f"p={shown}"),
        "another address": ask("GET", "/activities/"),
    }
    return {
        "twice": [list(once), again[0] == once[0], again[1]],
        "status": {name: answer[0] for name, answer in answers.items()},
        "keeps_what_was_typed": [name for name in ("expired", "too early") if "赵大妈" in answers[name][2]],
        "heads": {name: re.findall(r"<h1>(.*?)</h1>", answers[name][2])[0] for name in ("expired", "forged")},
    }


def elsewhere(broken, call):
    """Call in a thread of its own, whose connection leads to a database that is away or not."""
    from django.db import connection

    result = []

    def work():
        if broken:
            gone = {"NAME": "/nowhere/at/all"} if connection.vendor == "sqlite" else {"HOST": "127.0.0.1", "PORT": "1"}
            connection.settings_dict = {**connection.settings_dict, **gone}
        result.append(call())
        connection.close()

    one = threading.Thread(target=work)
    one.start()
    one.join()
    return result[0]


def away():
    """Orders while the database is away, and the same order afterwards."""
    from qunwen.base.scope import context
    from qunwen.services.bookings.models import RushOrder

    world = inside.prepare(5, 2, 1, None)
    made = slip(uuid.UUID(world["bucket"]), uuid.UUID(world["residents"][0]))
    lost = elsewhere(True, lambda: post(made, name0="赵大妈"))
    with context.everything(reason="test"):
        before = RushOrder.unscoped.filter(county=inside.COUNTY, key=made.key).count()
    at_once = elsewhere(False, lambda: post(made))
    time.sleep(2.2)
    number, verdict = verdict_of(made)
    return {
        "status": lost[0], "retry_after": lost[1].get("Retry-After"), "typed": "赵大妈" in lost[2], "orders": before,
        "ticket_kept": 'name="ticket"' in lost[2], "spared": at_once[0], "afterwards": [number > 0, verdict],
    }  # fmt: skip


def _without_collected_files():
    """Addresses of static files as they are named: nobody collected any here."""
    from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage

    staticfiles_storage._wrapped = StaticFilesStorage()


def main() -> int:
    kills, seed = int(sys.argv[1]), int(sys.argv[2])
    if len(sys.argv) > 3:
        inside.setup_django()
        _without_collected_files()
        print(json.dumps({"kills": many_kills(kills, seed), "misuse": misuse(), "away": away()}, ensure_ascii=False))
        return 0
    with database() as env:
        call = [sys.executable, "-m", "django", "migrate", "-v0", "--settings", "qunwen.config.settings.production"]
        subprocess.run(call, env=env, check=True, capture_output=True)
        return subprocess.call([sys.executable, __file__, *sys.argv[1:3], "inside"], env=env)


if __name__ == "__main__":
    sys.exit(main())

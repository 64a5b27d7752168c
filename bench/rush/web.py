"""The same rush through the front door: granian, every middleware, the portal's sign-up page, keep-alive clients.

The residents' sessions are made beforehand (logging in takes a code by phone). No waiting page stands before it.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
import uuid
from http.client import HTTPConnection
from urllib.parse import urlencode

from .databases import ROOT, postgres_cpu

TOKEN = "rush" * 8  # of the form's CSRF pair: cookie and field have to agree
WORKERS, BLOCKING = 2, 4


def prepare(size: int, residents: int) -> dict[str, object]:
    """A published date with places, residents and their web sessions."""
    sys.path.insert(0, str(ROOT))
    from importlib import import_module

    from django.conf import settings
    from tests.portal.world import World

    from qunwen.base.scope import clock, context
    from qunwen.services.bookings.models import Bucket

    world = World(clock.now())
    session = world.bookable("周末书法课", size)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    cookies = []
    for number in range(residents):
        person = world.resident(f"居民{number}", str(13_900_000_000 + number))
        kept = store()
        kept["resident"] = {"id": str(person.pk), "county": person.county, "at": clock.now().isoformat()}
        kept.save()
        cookies.append((str(person.pk), f"{settings.SESSION_COOKIE_NAME}={kept.session_key}"))
    with context.everything(reason="bench"):
        bucket = Bucket.unscoped.get(county="510112", subject_id=session.pk)
    return {"bucket": str(bucket.pk), "path": f"/sign-up/510112/{session.pk}/", "people": cookies}


def settings_of(env: dict[str, str]) -> dict[str, str]:
    """The environment of a server reached over plain HTTP, with the pool of connections it has by default."""
    plain = {**env, "QUNWEN_ENV": "demo", "DJANGO_SETTINGS_MODULE": "qunwen.config.settings.demo"}
    if "DATABASE_URL" in plain:
        plain["DATABASE_URL"] = plain["DATABASE_URL"].replace("?pool=off", "")
    return plain


@contextlib.contextmanager
def serving(env: dict[str, str]):
    """The server on a free port; ended afterwards. Yields (process, port)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
        str(WORKERS), "--blocking-threads", str(BLOCKING), "--no-ws", "--log-level", "error",
        "qunwen.config.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        for _ in range(400):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.25)
        for _ in range(4 * WORKERS * BLOCKING):  # every worker has loaded its pages and opened its connection
            _ask(HTTPConnection("127.0.0.1", port, timeout=120), "GET", "/activities/", "", "")
        yield process, port
    finally:
        process.terminate()
        process.wait(60)


def _ask(connection: HTTPConnection, method: str, path: str, cookie: str, body: str) -> tuple[int, str]:
    headers = {"Cookie": f"csrftoken={TOKEN}; {cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, path, body=body or None, headers=headers)
    response = connection.getresponse()
    response.read()
    return response.status, response.headers.get("Location", "")


def core_seconds(process: subprocess.Popen) -> float:
    """Processor time of the server and its workers so far."""
    import psutil

    parent = psutil.Process(process.pid)
    return sum(sum(one.cpu_times()[:2]) for one in (parent, *parent.children(recursive=True)))


def rush(world: dict, env: dict[str, str], clients: int) -> tuple[list[dict[str, object]], float, float]:
    """Everybody posts the form once. Returns the answers as the conductor sums them, seconds, the database's seconds."""
    todo, lock = iter(world["people"]), threading.Lock()
    answer: dict = {"outcomes": {}, "latencies": [], "failures": []}

    def work(port: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            with lock:
                one = next(todo, None)
            if one is None:
                return
            person, cookie = one
            form = urlencode({"csrfmiddlewaretoken": TOKEN, "key": uuid.uuid4(), "members": person})
            begin = time.perf_counter()
            status, where = _ask(connection, "POST", world["path"], cookie, form)
            spent = time.perf_counter() - begin
            with lock:
                if status == 302 and where.startswith("/me/bookings/"):
                    answer["outcomes"]["accepted"] = answer["outcomes"].get("accepted", 0) + 1
                    answer["latencies"].append(spent)
                else:
                    answer["failures"].append(f"{status} {where}")

    with serving(env) as (process, port):
        crew = [threading.Thread(target=work, args=(port,)) for _ in range(clients)]
        used, server, begin = core_seconds(process), postgres_cpu(env), time.perf_counter()
        for one in crew:
            one.start()
        for one in crew:
            one.join()
        seconds = time.perf_counter() - begin
        answer["cpu"] = core_seconds(process) - used
        return [answer], seconds, postgres_cpu(env) - server

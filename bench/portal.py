"""Pages of the portal a second, how long the slowest take, what memory the server needs.

    python bench/portal.py [--seconds 10] [--connections 16] [--rate 300] [--workers 2] [--activities 300] [--home DIR]

Makes a county (or takes the installation in DIR), starts the server that `qunwen serve` starts, and loads it over
the loopback with wrk where it is installed, else with threads of Python (which then take most of the two cores
themselves): as fast as it goes, which tells the pages a second and the core-milliseconds a page. Then at a fixed rate, whatever
the server does: a request is due at its moment and its time counts from there, so that a stall is felt by all who
would have come meanwhile. Everything bounded; the server is ended. Exits 1 when the goals are missed: 300 pages a second,
and p99 60 ms at that rate.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
GOAL_A_SECOND, GOAL_P99 = 300, 60
HEADERS = {"Accept-Encoding": "gzip", "Accept": "text/html"}
PERCENTILES = """
done = function(summary, latency, requests)
  io.write(string.format("\\nQW %d %d %.3f %.3f %.3f %d\\n", summary.requests, summary.duration,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout))
end
"""


def build(home, count):
    """Make the database with so many activities, each with one date; give the pages to ask for."""
    import django
    from django.core.management import call_command

    django.setup()
    made = not (Path(home) / "db.sqlite3").exists() and not list(Path(home).glob("*.sqlite3"))
    call_command("migrate", verbosity=0)
    from tests.portal import world

    from qunwen.base.scope import clock, context

    if made:
        with context.everything(reason="bench"):
            town = world.full(clock.now())
            for number in range(count):
                activity = town.world.activity(f"百姓大舞台第{number}场", where=f"院坝{number}")
                town.world.date(activity, number % 30, 8 + number % 12, 1)
    call_command("collectstatic", interactive=False, verbosity=0)
    from qunwen.services.activities.models import Activity
    from qunwen.services.venues.models import Venue

    activities = Activity.unscoped.filter(state="published").order_by("-published_at", "pk")[:20]
    venues = Venue.unscoped.filter(retired_on=None).order_by("pk")[:5]
    return [
        "/", "/activities/", "/activities/?when=week", "/calendar/", "/venues/", "/search/?q=%E4%B9%A6", "/help/",
        *[f"/activities/{row.county}/{row.pk}/" for row in activities], *[f"/venues/{row.pk}/" for row in venues],
    ]  # fmt: skip


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(port, workers):
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers",
        str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "error", "qunwen.config.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, start_new_session=True)
    for _ in range(240):
        try:
            if fetch(port, "/ui/offline/")[0] == 200:
                return process
        except OSError:
            time.sleep(0.25)
    process.terminate()
    raise SystemExit("the server did not answer")


def fetch(port, path, cookie=""):
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={**HEADERS, **({"Cookie": cookie} if cookie else {})})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, len(body)


def tree(process):
    parent = psutil.Process(process.pid)
    return [parent, *parent.children(recursive=True)]


def megabytes(process):
    """Memory of all the server's processes, shared pages counted once."""
    total = 0
    for one in tree(process):
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return round(total / 1024 / 1024)


def core_seconds(process):
    return sum(sum(one.cpu_times()[:2]) for one in tree(process))


def with_wrk(port, paths, seconds, connections, cookie):
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as script:
        listed = ", ".join(f'"{path}"' for path in paths)
        extra = f'wrk.headers["Cookie"] = "{cookie}"\n' if cookie else ""
        script.write(
            f'local paths = {{{listed}}}\nlocal i = 0\nwrk.headers["Accept-Encoding"] = "gzip"\n{extra}'
            "request = function() i = i % #paths + 1; return wrk.format('GET', paths[i]) end\n" + PERCENTILES
        )
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name, f"http://127.0.0.1:{port}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    os.unlink(script.name)
    number, micro, p50, p95, p99, errors = re.search(r"QW (\d+) (\d+) (\S+) (\S+) (\S+) (\d+)", said).groups()
    return int(number), int(micro) / 1e6, [float(p50), float(p95), float(p99)], int(errors)


def with_python(port, paths, seconds, connections, cookie):
    taken, errors, end = [], [], time.perf_counter() + seconds

    def ask():
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        number = 0
        while time.perf_counter() < end:
            begun = time.perf_counter()
            connection.request(
                "GET", paths[number % len(paths)], headers={**HEADERS, **({"Cookie": cookie} if cookie else {})}
            )
            response = connection.getresponse()
            response.read()
            taken.append((time.perf_counter() - begun) * 1000)
            errors.extend([1] if response.status != 200 else [])
            number += 1

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begun
    taken.sort()
    return len(taken), spent, [taken[int(len(taken) * part)] for part in (0.5, 0.95, 0.99)], len(errors)


def at_rate(port, paths, options, cookie):
    """So many requests a second for so long, each timed from the moment it was due."""
    due, taken, late, errors = iter(range(options.rate * options.seconds)), [], [], []
    lock, begin = threading.Lock(), time.perf_counter() + 0.2
    headers = {**HEADERS, **({"Cookie": cookie} if cookie else {})}

    def ask():
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                number = next(due, None)
            if number is None:
                return
            moment = begin + number / options.rate
            time.sleep(max(0.0, moment - time.perf_counter()))
            late.append(time.perf_counter() - moment)
            connection.request("GET", paths[number % len(paths)], headers=headers)
            response = connection.getresponse()
            response.read()
            taken.append(time.perf_counter() - moment)
            if response.status != 200:
                errors.append(response.status)

    threads = [threading.Thread(target=ask) for _ in range(2 * options.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - begin
    return sorted(taken), sorted(late), spent, len(errors)


def steady(process, port, paths, options, cookie=""):
    """The run at a fixed rate; `client_late_p99_ms` is how late the client itself was, a part of the times above it."""
    for path in paths:
        fetch(port, path, cookie)
    before = core_seconds(process)
    taken, late, spent, errors = at_rate(port, paths, options, cookie)

    def at(times, part):
        return round(1000 * times[min(len(times) - 1, int(len(times) * part))], 1)

    return {
        "pages_a_second": round(len(taken) / spent), "p50_ms": at(taken, 0.5), "p95_ms": at(taken, 0.95),
        "p99_ms": at(taken, 0.99), "client_late_p99_ms": at(late, 0.99), "errors": errors,
        "core_ms_a_page": round((core_seconds(process) - before) * 1000 / len(taken), 2),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def load(process, port, paths, options, cookie=""):
    """One run: pages a second, percentiles in ms, errors, core-milliseconds of the server a page."""
    run = with_wrk if shutil.which("wrk") else with_python
    for path in paths:
        fetch(port, path, cookie)
    before = core_seconds(process)
    number, spent, (p50, p95, p99), errors = run(port, paths, options.seconds, options.connections, cookie)
    return {
        "pages_a_second": round(number / spent), "p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "p99_ms": round(p99, 1),
        "errors": errors, "core_ms_a_page": round((core_seconds(process) - before) * 1000 / max(number, 1), 2),
    }  # fmt: skip


def resident_cookie():
    """The session of a resident, whose pages are drawn afresh each time."""
    from importlib import import_module

    from django.conf import settings

    from qunwen.base.people.models import Resident
    from qunwen.base.scope import clock

    person = Resident.unscoped.exclude(phone="").order_by("pk").first()
    if person is None:
        return ""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["resident"] = {"id": str(person.pk), "county": person.county, "at": clock.now().isoformat()}
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("seconds", 10), ("connections", 16), ("rate", 300), ("workers", 2), ("activities", 300)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--home", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = options.home or tempfile.mkdtemp(prefix="qunwen-bench-")
    os.environ.update(QUNWEN_HOME=home, QUNWEN_ENV="demo", DJANGO_SETTINGS_MODULE="qunwen.config.settings.demo")
    paths = build(home, options.activities)
    cookie = resident_cookie()
    port = free_port()
    process = serve(port, options.workers)
    try:
        found = {
            "client": "wrk" if shutil.which("wrk") else "python",
            "pages": len(paths),
            "idle_mb": megabytes(process),
        }
        found["readers_at_rate"] = steady(process, port, paths, options)
        found["readers"] = load(process, port, paths, options)
        found["residents"] = load(process, port, paths, options, cookie) if cookie else None
        found["loaded_mb"] = megabytes(process)
        found["largest_page_kb"] = round(max(fetch(port, path)[1] for path in paths) / 1024, 1)
    finally:
        process.terminate()
        process.wait(30)
        if not options.home:
            shutil.rmtree(home, ignore_errors=True)
    readers, paced = found["readers"], found["readers_at_rate"]
    fast = readers["pages_a_second"] >= GOAL_A_SECOND and paced["p99_ms"] < GOAL_P99
    found["ok"] = fast and not readers["errors"] and not paced["errors"]
    print(json.dumps(found, ensure_ascii=False, indent=None if options.json else 2))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

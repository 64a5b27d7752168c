"""Serving: both processes run, a dead one comes back, SIGTERM ends everything."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

from qunwen.faces.command.rounds import ROUNDS, Round
from qunwen.faces.command.work import Worker


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError("waited in vain")


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/nothing", timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_web_and_background_run_and_end_together(county):
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "qunwen.faces.command.main",
        "serve",
        "--port",
        str(port),
        "--workers",
        "1",
        "--json",
    ]
    served = subprocess.Popen(
        command, env=county.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        line = served.stdout.readline()
        assert line, served.stderr.read()
        facts = json.loads(line)
        assert facts["url"] == f"http://127.0.0.1:{port}"
        assert until(lambda: answers(port)) == 404
        heartbeat = county.home / "run" / "work.json"
        until(heartbeat.exists)
        first = until(lambda: json.loads(heartbeat.read_text())["pid"])
        os.kill(first, signal.SIGKILL)
        until(lambda: json.loads(heartbeat.read_text())["pid"] != first)
        second = county("serve", "--port", port)
        assert (second.returncode, "已被占用" in second.stderr) == (1, True)
        family = psutil.Process(served.pid).children(recursive=True)
        assert len(family) >= 2
        served.send_signal(signal.SIGTERM)
        assert served.wait(40) == 0
        assert psutil.wait_procs(family, timeout=5)[1] == []
    finally:
        if served.poll() is None:
            served.terminate()
            served.wait(40)


def test_table_of_rounds_names_real_tasks():
    from django.utils.module_loading import import_string

    for one in ROUNDS:
        assert callable(import_string(one.task))
        assert one.label
        assert (one.every > 0) != (one.hour is not None)


@pytest.mark.django_db(transaction=True)
def test_failing_round_does_not_stop_the_others(tmp_path):
    good = Round("qunwen.base.scope.clock.today", "今天", every=1)
    worker = Worker((Round("qunwen.base.nothing.here", "不存在", every=1), good), heartbeat=tmp_path / "work.json")
    worker.once()
    assert list(worker.errors) == ["qunwen.base.nothing.here"]
    assert json.loads((tmp_path / "work.json").read_text())["errors"] == worker.errors

"""`qunwen work`: the background process. It goes through the table of rounds until it is told to stop."""

from __future__ import annotations

import datetime as dt
import fcntl
import inspect
import json
import logging
import os
import signal
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from . import start
from .rounds import ROUNDS, Round
from .telling import Stop, Teller

logger = logging.getLogger(__name__)
LONGEST_PAUSE = 60.0
HEARTBEAT = 10.0


def arguments(parser: ArgumentParser) -> None:
    """--once for one pass through everything."""
    parser.add_argument("--once", action="store_true", help="每项任务各执行一次后退出")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(options: Namespace) -> int:
    """Work until SIGTERM or SIGINT."""
    start.prepare()
    start.connect()
    from qunwen.config.home import home  # noqa: PLC0415  after the folder is made

    teller = Teller(as_json=options.json)
    folder = home() / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "work.lock").open("w") as lock:
        _alone(lock)
        worker = Worker(ROUNDS, heartbeat=folder / "work.json")
        if options.once:
            worker.once()
        else:
            stop = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            teller.say("后台任务已启动。")
            worker.until(stop)
    teller.result({"ok": not worker.errors, "errors": worker.errors})
    return 1 if options.once and worker.errors else 0


def _alone(lock: IO[str]) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Stop("后台任务已在运行，不能再启动一个。") from None


@dataclass
class Worker:
    """Runs rounds when they are due; a failing one waits longer each time and never stops the others."""

    rounds: Sequence[Round]
    heartbeat: Path | None = None
    errors: dict[str, str] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)
    _failed: dict[str, int] = field(default_factory=dict)
    _days: dict[str, dt.date] = field(default_factory=dict)
    _beat: float = 0

    def once(self) -> None:
        """Every round, whatever its time."""
        for one in self.rounds:
            self._run(one)
        self._tell()

    def until(self, stop: threading.Event) -> None:
        """Go round until stopped; a stop waits for the task in hand, not for the pause."""
        while not stop.is_set():
            for one in self.rounds:
                if not stop.is_set() and self._is_due(one):
                    self._run(one)
            if time.monotonic() - self._beat >= HEARTBEAT:
                self._tell()
            stop.wait(1.0)
        self._tell()

    def _is_due(self, one: Round) -> bool:
        from qunwen.base.scope import clock  # noqa: PLC0415  after settings

        if time.monotonic() < self._due.get(one.task, 0):
            return False
        if one.hour is None:
            return True
        here = clock.local(clock.now())
        if here.hour < one.hour or self._days.get(one.task) == here.date():
            return False
        self._days[one.task] = here.date()
        return True

    def _run(self, one: Round) -> None:
        from django.db import close_old_connections  # noqa: PLC0415  after settings

        close_old_connections()
        pause = one.every
        try:
            call(one.task)
            self._failed.pop(one.task, None)
            self.errors.pop(one.task, None)
        except Exception as problem:
            times = self._failed[one.task] = self._failed.get(one.task, 0) + 1
            pause = min(max(one.every, 1.0) * 2**times, LONGEST_PAUSE)
            self.errors[one.task] = f"{one.label}：{type(problem).__name__}: {problem}"[:300]
            logger.exception("后台任务失败：%s", one.label)
        finally:
            close_old_connections()
        self._due[one.task] = time.monotonic() + pause

    def _tell(self) -> None:
        """Leave word for the doctor: when, who, what fails."""
        self._beat = time.monotonic()
        if self.heartbeat is None:
            return
        from qunwen.base.scope import clock  # noqa: PLC0415  after settings

        word = {"at": clock.now().isoformat(), "pid": os.getpid(), "errors": self.errors}
        fresh = self.heartbeat.with_suffix(".new")
        fresh.write_text(json.dumps(word, ensure_ascii=False), encoding="utf-8")
        fresh.replace(self.heartbeat)


def call(path: str) -> Any:
    """Run the task of that name with the present moment, if it takes one."""
    from django.utils.module_loading import import_string  # noqa: PLC0415  after settings

    from qunwen.base.scope import clock  # noqa: PLC0415  after settings

    task: Callable[..., Any] = import_string(path)
    wanted = inspect.signature(task).parameters
    return task(at=clock.now()) if "at" in wanted else task()


def run_queue() -> None:
    """Empty the queue of tasks in the database."""
    from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends  # noqa: PLC0415  after settings
    from django_tasks_db import DatabaseBackend  # noqa: PLC0415  after settings
    from django_tasks_db.management.commands.db_worker import Worker as QueueWorker  # noqa: PLC0415  after settings

    if not isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], DatabaseBackend):
        return
    QueueWorker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=f"qunwen-{os.getpid()}",
        excluded_queue_names=[],
    ).run()


def clear_sessions() -> None:
    """Drop web sessions that have run out."""
    from django.core.management import call_command  # noqa: PLC0415  after settings

    call_command("clearsessions", verbosity=0)

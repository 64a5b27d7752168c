"""`qunwen serve`: the web server and the background process, watched over together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass

from . import start
from .statics import collect_once
from .telling import Stop, Teller

PATIENCE = 15.0  # seconds a process gets to end by itself
STEADY = 60.0  # a process that ran this long starts afresh in our patience
LONGEST_PAUSE = 30.0


def arguments(parser: ArgumentParser) -> None:
    """Where to listen, how many processes."""
    parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只有本机能访问）")
    parser.add_argument("--port", type=int, default=8000, help="端口（默认 8000）")
    parser.add_argument(
        "--workers", type=int, default=min(os.cpu_count() or 1, 4), help="网站进程数（默认按核数，至多 4）"
    )
    parser.add_argument("--json", action="store_true", help="启动后输出一个 JSON 对象")


def run(options: Namespace) -> int:
    """Check that there is something to serve, then serve it."""
    teller = Teller(as_json=options.json)
    start.prepare()
    start.connect()
    if start.pending():
        raise Stop(
            "数据库还没有建好或需要更新：新装请运行 qunwen init --county 县名，升级请运行 qunwen manage migrate。"
        )
    start.bring_roles()
    return serve(host=options.host, port=options.port, workers=options.workers, teller=teller)


def serve(*, host: str, port: int, workers: int, teller: Teller) -> int:
    """Serve until SIGTERM or SIGINT; both processes are ended cleanly. Settings must be chosen already.

    Raises Stop when the port is taken or the numbers make no sense.
    """
    if workers < 1 or not 0 < port < 65536:
        raise Stop("--workers 至少为 1，--port 在 1 到 65535 之间。", code=2)
    _refuse_taken(host, port)
    collect_once(teller)
    _forget_connections()
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--respawn-failed-workers",
        "--workers-kill-timeout", "10", "--no-ws", "--log-level", "warning", "qunwen.config.wsgi:application",
    ]  # fmt: skip
    background = [sys.executable, "-m", "qunwen.faces.command.main", "work"]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    children = [Child("网站", web), Child("后台任务", background)]
    try:
        for child in children:
            child.launch()
        threading.Thread(target=_greet, args=(host, port, teller, stop), daemon=True).start()
        while not stop.wait(0.5):
            for child in children:
                child.watch(teller)
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.end()
    teller.say("已停止。")
    return 0


@dataclass
class Child:
    """A process that is started again when it dies, at growing intervals."""

    label: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0
    again: float = 0
    pause: float = 1.0

    def launch(self) -> None:
        """Start it. It does not get the terminal's Ctrl-C (we end it, in order) nor our output (which is for the result)."""
        self.process = subprocess.Popen(  # noqa: S603  our own command line
            self.command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=sys.stderr
        )
        self.began = time.monotonic()
        self.again = 0

    def watch(self, teller: Teller) -> None:
        """Start it again when it is gone and the pause is over."""
        now = time.monotonic()
        if self.process is None or self.process.poll() is None:
            return
        if not self.again:
            self.pause = 1.0 if now - self.began > STEADY else min(self.pause * 2, LONGEST_PAUSE)
            self.again = now + self.pause
            teller.say(f"{self.label}进程已退出（{self.process.returncode}），{self.pause:.0f} 秒后重新启动。")
        elif now >= self.again:
            self.launch()

    def ask_to_end(self) -> None:
        """SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """Wait for it; kill it with all its own when it does not listen."""
        if self.process is None:
            return
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, UnicodeError):
            raise Stop(f"{host}:{port} 不能监听：端口已被占用或地址不是本机的，请用 --port 换一个。") from None


def _forget_connections() -> None:
    """This process only watches: it keeps no connection to the database."""
    from django.db import connections  # noqa: PLC0415  after settings

    for connection in connections.all(initialized_only=True):
        connection.close()
        if getattr(connection, "pool", None):
            connection.close_pool()


def _greet(host: str, port: int, teller: Teller, stop: threading.Event) -> None:
    """Say the address once it answers."""
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    while not stop.wait(0.2):
        try:
            with socket.create_connection((host, port), timeout=1):
                break
        except OSError:
            continue
    else:
        return
    teller.say(f"已启动：{url}  （按 Ctrl-C 停止）")
    teller.result({"ok": True, "url": url, "pid": os.getpid()})

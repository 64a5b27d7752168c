"""A throw-away PostgreSQL for tests: starts one, runs a command with DATABASE_URL set, throws it away.

    python tests/cluster.py -- pytest
    python tests/cluster.py --durable -- python bench/rush.py     with commits that reach the disk, as in an office

PostgreSQL refuses to run as root, so as root the cluster belongs to the user `postgres`.
"""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path


def programs() -> Path:
    """The newest installed PostgreSQL's bin folder. Exits with one line when there is none."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"), key=lambda p: int(p.split("/")[4]))
    if found:
        return Path(found[-1]).parent
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).parent
    sys.exit("没有找到 PostgreSQL:Debian 上请安装 postgresql")


class Cluster:
    """One cluster in a temporary folder, reachable on a free port of 127.0.0.1."""

    def __init__(self) -> None:
        self.bin = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="qunwen-pg-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")

    def _run(self, *command: str) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run([*prefix, *command], capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            sys.exit(f"PostgreSQL: {done.stdout}{done.stderr}")

    def start(self, *, durable: bool = False) -> str:
        """Make and start it; the address for DATABASE_URL. `durable`: commits reach the disk, as in an office."""
        data = str(self.folder / "data")
        self._run(str(self.bin / "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        options += " -c max_connections=200 -c shared_buffers=256MB"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        log = str(self.folder / "log")
        self._run(str(self.bin / "pg_ctl"), "-D", data, "-o", options, "-l", log, "-w", "start")
        # A superuser walks past every wall, so the tests run as somebody who does not (see base/scope/wall.py).
        here = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres")
        self._run(str(self.bin / "createuser"), *here, "--createdb", "--no-superuser", "qunwen")
        self._run(str(self.bin / "createdb"), *here, "-O", "qunwen", "qunwen")
        return f"postgresql://qunwen@127.0.0.1:{self.port}/qunwen?pool=off"

    def stop(self) -> None:
        """Stop it and remove its folder."""
        self._run(str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    durable = arguments[:1] == ["--durable"]
    arguments = arguments[durable:]
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    cluster = Cluster()
    url = cluster.start(durable=durable)
    try:
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": url})
    finally:
        cluster.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

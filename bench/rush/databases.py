"""A database for one run, and the processor time its server used."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def database():
    """A fresh database: on the PostgreSQL of DATABASE_URL, else SQLite in a temporary folder. Yields its environment."""
    with tempfile.TemporaryDirectory(prefix="qunwen-rush-") as folder:
        env = {**os.environ, "QUNWEN_HOME": folder, "PYTHONPATH": str(ROOT / "src")}
        for name in ("PYTEST_VERSION", "PYTEST_XDIST_WORKER"):
            env.pop(name, None)
        url = env.get("DATABASE_URL", "")
        if not url.startswith("postgres"):
            env.pop("DATABASE_URL", None)
            yield env
            return
        import psycopg

        parts = urlsplit(url)
        name = f"rush_{os.getpid()}_{random.randrange(10**6)}"
        plain = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
            env["DATABASE_URL"] = urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query or "pool=off", ""))
            try:
                yield env
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def copied(env):
    """A copy of a database that nobody uses just now, with a home of its own. Yields its environment."""
    with tempfile.TemporaryDirectory(prefix="qunwen-rush-") as folder:
        if "DATABASE_URL" not in env:
            shutil.copytree(env["QUNWEN_HOME"], folder, dirs_exist_ok=True)
            yield {**env, "QUNWEN_HOME": folder}
            return
        import psycopg

        parts = urlsplit(env["DATABASE_URL"])
        source, name = parts.path.lstrip("/"), f"rush_{os.getpid()}_{random.randrange(10**6)}"
        beside = urlunsplit((parts.scheme, parts.netloc, "/postgres", "", ""))
        with psycopg.connect(beside, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
            try:
                url = urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
                yield {**env, "QUNWEN_HOME": folder, "DATABASE_URL": url}
            finally:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def postgres_cpu(env) -> float:
    """Seconds of CPU that the server's processes have used so far (0 for SQLite)."""
    if "DATABASE_URL" not in env:
        return 0.0
    import psutil

    port = urlsplit(env["DATABASE_URL"]).port
    total = 0.0
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if line and line[0].endswith("postgres") and str(port) in line:
            with contextlib.suppress(psutil.NoSuchProcess):
                own = process.cpu_times()
                total += own.user + own.system + own.children_user + own.children_system
                for child in process.children():
                    with contextlib.suppress(psutil.NoSuchProcess):
                        its = child.cpu_times()
                        total += its.user + its.system
    return total

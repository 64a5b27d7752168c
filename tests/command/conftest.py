"""Commands run as people run them: in a process of their own, with a folder of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest

DATABASE_URL = os.environ.get("DATABASE_URL", "")


@dataclass
class Qunwen:
    """Runs `qunwen` in a home; on PostgreSQL with an empty database of its own."""

    home: Path
    url: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def environment(self, **more):
        names = ("QUNWEN_ENV", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PYTEST_VERSION")
        clean = {key: value for key, value in os.environ.items() if key not in names}
        return {**clean, "QUNWEN_HOME": str(self.home), "DATABASE_URL": self.url, **self.extra, **more}

    def __call__(self, *words, **more):
        command = [sys.executable, "-m", "qunwen.faces.command.main", *map(str, words)]
        return subprocess.run(
            command, env=self.environment(**more), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )

    def json(self, *words, **more):
        done = self(*words, "--json", **more)
        assert done.stdout.strip(), done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])


def _new_database():
    """An empty database beside the tests' one; '' on SQLite."""
    if not DATABASE_URL.startswith("postgres"):
        return ""
    import psycopg

    name = f"command_{uuid.uuid4().hex[:10]}"
    base = DATABASE_URL.partition("?")[0]
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{base.rpartition('/')[0]}/{name}?pool=off"


@pytest.fixture
def new_database():
    """Makes an empty database's address (PostgreSQL), or '' (SQLite: the folder holds it)."""
    return _new_database


@pytest.fixture
def qunwen(tmp_path):
    """A command with an empty folder."""
    return Qunwen(tmp_path / "home", _new_database())


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """A command whose folder holds the smallest county (read only: shared by the tests of a module)."""
    command = Qunwen(tmp_path_factory.mktemp("county") / "home", _new_database())
    assert command("init", "--county", "金门县").returncode == 0
    return command

"""Readers beside writers, and a killed rebuild, on real databases in processes of their own."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

RACE = Path(__file__).parent / "race.py"


@pytest.fixture
def own_database():
    """DATABASE_URL of an empty database for the race; on SQLite a file in its own home."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield ""
        return
    import psycopg

    name = f"race_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url.split("?")[0], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        head, _slash, _old = url.split("?")[0].rpartition("/")
        yield f"{head}/{name}?pool=off"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.race
def test_no_read_is_older_than_a_change_before_it(own_database, tmp_path):
    environment = {**os.environ, "DATABASE_URL": own_database}
    done = subprocess.run(
        [sys.executable, str(RACE), str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["reads"] > 5
    assert found.pop("reads")
    assert found.pop("waited_s") < 10
    assert found == {"wrong": 0, "committed": 150, "last": 150, "died": -9, "half_files": 0, "after_kill": 153}

"""Makes the ready schemas in src/qunwen/faces/command/schema: run it after every new or changed migration.

    python tools/build_schema.py             both databases (starts a PostgreSQL of its own)
    python tools/build_schema.py --check     say whether they are up to date

Each file is gzipped SQL; its first line holds the digests of the migrations it contains.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src/qunwen/faces/command/schema"
sys.path.insert(0, str(ROOT))


def migrate(home: str, url: str) -> None:
    """An empty database, migrated in a process of its own."""
    environment = {**os.environ, "QUNWEN_HOME": home, "QUNWEN_ENV": "production", "DATABASE_URL": url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [
        sys.executable,
        "-m",
        "qunwen.faces.command.main",
        "manage",
        "migrate",
        "--step-by-step",
        "--verbosity",
        "0",
    ]
    subprocess.run(command, env=environment, check=True)


def sqlite_text(home: str) -> str:
    """The dump of the database in `home`, without its transaction."""
    with sqlite3.connect(f"{home}/qunwen.sqlite3") as copy:
        lines = [line for line in copy.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;")]
    return "\n".join(lines) + "\n"


def postgresql_text(cluster: object, url: str) -> str:
    """pg_dump without owners and psql's own commands."""
    command = [str(cluster.bin / "pg_dump"), "--no-owner", "--no-privileges", "--inserts"]
    # Through the wall, with everything open.
    command += ["--enable-row-security", url.partition("?")[0]]
    environment = {**os.environ, "PGOPTIONS": "-c qunwen.wall=*"}
    text = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    text = re.sub(r"(CREATE|COMMENT ON) EXTENSION [^;]*;\n", "", text)
    # Needs an extension, and so rights that not every database gives: `migrate` puts it up afterwards.
    text = re.sub(r"ALTER TABLE ONLY public\.\w+\s+ADD CONSTRAINT \w+ EXCLUDE [^;]*;\n", "", text)
    return "\n".join(line for line in text.splitlines() if not re.match(r"\\|--|CREATE SCHEMA public|$", line)) + "\n"


def write(vendor: str, digests: dict[str, str], sql: str) -> None:
    """One file; the same content gives the same bytes."""
    TARGET.mkdir(parents=True, exist_ok=True)
    text = f"-- {json.dumps(digests, sort_keys=True)}\n{sql}"
    (TARGET / f"{vendor}.sql.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{vendor}: {len(digests)} migrations, {(TARGET / f'{vendor}.sql.gz').stat().st_size} bytes")


def main(arguments: list[str]) -> int:
    """Build, or with --check compare."""
    os.environ["QUNWEN_ENV"] = "test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunwen.config.settings.test")
    import django  # noqa: PLC0415  after the settings are named

    django.setup()
    from qunwen.faces.command import ready_schema  # noqa: PLC0415  as above

    digests = ready_schema.digests()
    if arguments == ["--check"]:
        stale = [v for v in ("sqlite", "postgresql") if (ready_schema.shipped(v) or ({}, ""))[0] != digests]
        print("up to date" if not stale else f"stale: {', '.join(stale)}; run tools/build_schema.py")
        return 1 if stale else 0
    from tests.cluster import Cluster  # noqa: PLC0415  only to build

    for path in TARGET.glob("*.sql.gz"):
        path.unlink()
    with tempfile.TemporaryDirectory() as home:
        migrate(home, "")
        write("sqlite", digests, sqlite_text(home))
    cluster = Cluster()
    url = cluster.start()
    try:
        with tempfile.TemporaryDirectory() as home:
            migrate(home, url)
            write("postgresql", digests, postgresql_text(cluster, url))
    finally:
        cluster.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

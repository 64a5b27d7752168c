"""Getting the house ready for a command: settings, folder, database."""

from __future__ import annotations

import getpass
import logging
import os
import tempfile
from pathlib import Path

from qunwen.config.environment import choose_settings
from qunwen.config.home import database, home

from .telling import Stop, Teller


def prepare() -> None:
    """Choose settings by QUNWEN_ENV, make the folder, start Django. Raises Stop when that cannot be."""
    try:
        database(home())
    except ValueError as problem:
        raise Stop(str(problem)) from None
    settings = choose_settings()
    if not settings.endswith(".test"):
        make_folder(home())

    import django  # noqa: PLC0415  help does without it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    django.setup()


def make_folder(folder: Path) -> None:
    """Make the installation's folder, readable by its owner and group only. Raises Stop when it is not writable."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        from .failures import told  # noqa: PLC0415  only on failure

        raise Stop(told(problem)) from None


def connect() -> None:
    """Reach the database. Raises Stop with one line when it does not answer."""
    from django.db import DatabaseError, connection  # noqa: PLC0415  after settings

    from .failures import told  # noqa: PLC0415  after settings

    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # it would tell of every attempt
    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        raise Stop(told(problem)) from None
    except Exception as problem:
        if "pool" in type(problem).__module__:  # psycopg's pool gives up with an error of its own
            raise Stop("连接不上数据库：请检查 DATABASE_URL 和数据库是否已启动。") from None
        raise


def migrate(teller: Teller) -> int:
    """Bring the tables up to date; how many steps it took. An empty database gets the ready schema, and no more."""
    from django.core.management import call_command  # noqa: PLC0415  after settings
    from django.db import connection  # noqa: PLC0415  after settings

    from qunwen.base.scope import wall  # noqa: PLC0415  after settings

    from . import ready_schema  # noqa: PLC0415  after settings

    began = pending()
    if not began:
        return 0
    teller.say(f"建立数据表（{began} 步）…")
    ready_schema.fill()
    if pending():
        call_command("migrate", verbosity=0, interactive=False)
    wall.raise_walls(connection)
    return began


def pending() -> int:
    """How many migrations the database still lacks."""
    from django.db import connection  # noqa: PLC0415  after settings
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415  after settings

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def operator() -> str:
    """Who sits at the terminal, for the journal."""
    try:
        return f"命令行（{getpass.getuser()}）"
    except (KeyError, OSError):
        return "命令行"


def bring_roles() -> list[str]:
    """The shipped roles as this version declares them, after an upgrade as after the first set-up; codes that changed."""
    from qunwen.base.journal.actors import Actor, ActorKind  # noqa: PLC0415  after settings
    from qunwen.base.people.actions import sync_roles  # noqa: PLC0415  after settings
    from qunwen.base.scope import clock, context  # noqa: PLC0415  after settings

    with context.everything(reason="roles are brought in line with the version that runs"):
        return sync_roles(by=Actor(kind=ActorKind.COMMAND, id=None, name=operator()), at=clock.now())

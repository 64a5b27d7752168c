"""Django's migrate; an empty database is filled from the ready schema first (see ready_schema).

Afterwards every table that has to have a wall has one (see base/scope/wall.py): it follows from what the
models declare, so no migration repeats it. The rooms' exclusion constraint, which needs an extension of PostgreSQL and
so is not in the ready schema, is put up too where it does not stand yet.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from qunwen.base.scope import context, wall
from qunwen.faces.command import ready_schema
from qunwen.services.rooms import exclusion


class Command(migrate.Command):
    """As Django's, with `--step-by-step` for who wants every migration run (the maker of the ready schema)."""

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--step-by-step", action="store_true", help="没有数据表时也逐步迁移，不用现成的表结构。")

    def handle(self, *args: Any, **options: Any) -> None:
        step_by_step = options.pop("step_by_step", False)
        whole = not options.get("app_label") and not options.get("plan") and not options.get("check_unapplied")
        if whole and not step_by_step and options.get("database", "default") == "default":
            ready_schema.fill()
        with context.everything(reason="migrations change the rows of all counties"):
            super().handle(*args, **options)
        if whole:
            connection = connections[options.get("database", "default")]
            wall.raise_walls(connection)
            exclusion.put_up(connection)

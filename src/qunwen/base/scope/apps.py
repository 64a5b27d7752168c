from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


def _group_by_all_columns(connection: Any, **_kwargs: Any) -> None:
    # On a distributed table the primary key is (county, id): grouping by the id alone is refused.
    if connection.vendor == "postgresql":
        connection.features.allows_group_by_selected_pks = False


class ScopeConfig(AppConfig):
    name = "qunwen.base.scope"
    label = "scope"
    verbose_name = _("数据范围")

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415  registers the rules for tables

        connection_created.connect(_group_by_all_columns)

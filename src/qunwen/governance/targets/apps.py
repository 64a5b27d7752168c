from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "qunwen.governance.targets"
    label = "targets"
    verbose_name = _("目标")

    def ready(self) -> None:
        from qunwen.governance.dashboards import goals  # noqa: PLC0415  other areas are there when this runs
        from qunwen.governance.scores import queries as scores  # noqa: PLC0415

        from . import announcing  # noqa: PLC0415

        goals.register(announcing.goals)
        scores.supply("targets.missed", announcing.missed)

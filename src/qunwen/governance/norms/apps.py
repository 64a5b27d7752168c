from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NormsConfig(AppConfig):
    name = "qunwen.governance.norms"
    label = "norms"
    verbose_name = _("标准")

    def ready(self) -> None:
        # The registries are filled when apps are ready: before, models cannot be imported.
        from qunwen.governance.indicators import catalogue, queries  # noqa: PLC0415
        from qunwen.governance.plausibility import floors  # noqa: PLC0415

        from . import announcing, edges  # noqa: PLC0415

        catalogue.register("norm", announcing.norms, heads=("norm", "grade"), read=announcing.read)
        catalogue.register("grade", announcing.grades)
        queries.judges.append(announcing.verdicts)
        floors.register(edges.series)

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NormsConfig(AppConfig):
    name = "qunwen.governance.norms"
    label = "norms"
    verbose_name = _("标准")

    def ready(self) -> None:
        from qunwen.governance.indicators import catalogue  # noqa: PLC0415  the registry is filled when apps are ready

        from . import announcing  # noqa: PLC0415

        catalogue.register("norm", announcing.norms)
        catalogue.register("grade", announcing.grades)

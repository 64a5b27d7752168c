from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndicatorsConfig(AppConfig):
    name = "qunwen.governance.indicators"
    label = "indicators"
    verbose_name = _("指标体系")

    def ready(self) -> None:
        """Files of approved figures are kept."""
        from . import freezing  # noqa: F401, PLC0415  needs the models

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturnsConfig(AppConfig):
    name = "qunwen.governance.returns"
    label = "returns"
    verbose_name = _("填报")

    def ready(self) -> None:
        from . import proving  # noqa: F401, PLC0415  files and photographs may prove a returned value

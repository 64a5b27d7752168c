from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DrawsConfig(AppConfig):
    name = "qunwen.services.draws"
    label = "draws"
    verbose_name = _("阳光摇号")

    def ready(self) -> None:
        from qunwen.base.evidence import declare  # noqa: PLC0415  needs the models

        from . import queries  # noqa: PLC0415  as above

        declare.subject("draws.application", public=queries.nothing_public)

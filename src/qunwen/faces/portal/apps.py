from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "qunwen.faces.portal"
    label = "portal"
    verbose_name = _("居民门户")

    def ready(self) -> None:
        from . import photos  # noqa: PLC0415  says whose photographs anybody may see

        photos.declare_public()

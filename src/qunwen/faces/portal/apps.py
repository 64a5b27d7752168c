from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "qunwen.faces.portal"
    label = "portal"
    verbose_name = _("居民门户")

    def ready(self) -> None:
        from wagtail.models import AbstractPage, Page  # noqa: PLC0415  models are there only now
        from wagtail.permissions import register_permission_policy  # noqa: PLC0415  as above

        from . import photos  # noqa: PLC0415  says whose photographs anybody may see
        from .rights import GrantedPages  # noqa: PLC0415  as above

        photos.declare_public()
        register_permission_policy(AbstractPage, GrantedPages(Page))
